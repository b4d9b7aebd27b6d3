/** What is not clear: a question with the usual next steps as its choices. Pure. */
import type { Action, Plan } from '../actions.ts';
import type { Clause } from '../clause.ts';
import type { Scene } from '../scene.ts';
import { any, isOnly, type Rule } from './rule.ts';

type Ask = Extract<Action, { type: 'ask' }>;

/** What to do is not clear: the usual next steps are offered, and to draw the words as they are. */
export function unclear(scene: Scene, said?: string, language: Clause['language'] = 'en'): Action {
  const words = said?.trim() || undefined;
  const { current, versions, canUndo } = scene.session;
  const isAny = scene.hasPicture || versions.length > 0;
  return scene.ask(isAny ? 'what-to-do' : 'what-to-draw', [
    current !== null ? { label: 'vary', plan: [{ type: 'vary', count: 3 }] } : undefined,
    canUndo && versions.length > 0 ? { label: 'undo', plan: [{ type: 'undo' }] } : undefined,
    words !== undefined
      ? {
          label: isAny ? 'edit' : 'draw',
          params: { words },
          plan: [isAny ? { type: 'edit', prompt: words } : { type: 'new', prompt: words }],
        }
      : undefined,
    ...(isAny || words !== undefined ? [] : (whatToDraw(scene, language) as Ask).choices),
  ]);
}

/** Nothing is said to draw: a few subjects that the model knows are offered. */
export function whatToDraw(scene: Scene, language: Clause['language']): Action {
  const subjects = scene.context.knows?.subjects ?? [];
  const offered = [0, 3, 43, 54].flatMap((k) => subjects[k] ?? []);
  const prompt = ({ en, zh }: { en: string; zh: string }) =>
    language === 'zh' ? `一个${zh}` : `${/^[aeiou]/.test(en) ? 'an' : 'a'} ${en}`;
  return scene.ask(
    'what-to-draw',
    offered.map((subject) => ({
      label: 'draw',
      params: { words: subject[language] },
      plan: [{ type: 'new', prompt: prompt(subject) }],
    })),
  );
}

/** A change with nothing there that could be changed. */
export function nothingToChange(scene: Scene, words: string): Action {
  const ask = scene.nothingThere() as Ask;
  return {
    ...ask,
    choices: [...ask.choices, { label: 'draw', params: { words }, plan: [{ type: 'new', prompt: words }] }],
  };
}

const DISLIKE =
  /^(?:(?:no|nope|nah|hmm+|ugh|meh|bad|wrong|yuck|ew|boring|ugly|terrible|awful)[,.! ]*)*(?:(?:i )?(?:don'?t|do not|didn'?t) (?:really )?(?:like|love|want) (?:it|this|that|them|any of (?:it|them|these)|this one|the (?:result|picture|last one))(?: (?:at all|much|very much|anymore))?|(?:that|this|it)(?:'?s| is| was| looks?|'?s? ?isn'?t|'?s? ?wasn'?t| isn'?t| wasn'?t)(?: (?:not|n't|really|very|just|so|still|completely|totally|quite))*? ?(?:what i (?:wanted|meant|asked for|had in mind)|wrong|bad|ugly|terrible|awful|right|good|not it|it|boring|nonsense|horrible|weird|strange|off|a bit off|not right)|not (?:what i (?:wanted|meant|asked for)|good|right|like (?:this|that)|it|quite(?: right| it)?|this|that|really)|(?:no|nope|nah|hmm+|ugh|meh|bad|wrong|yuck|ew|boring|ugly|terrible|awful)|(?:that|this|it)? ?(?:doesn'?t|didn'?t|does not|did not) (?:look (?:right|good)|work)|can(?:'t| you) (?:do )?better|try harder|do better|(?:make|do|draw) it (?:better|nicer|right|properly|good|prettier|different(?:ly)?|cooler|more interesting|perfect|great|pop|work)|better|nicer|different(?:ly)?|improve(?: (?:it|this|that))?|fix (?:it|this|that)|change (?:it|this|something|that)|edit (?:it|this)|do something(?: (?:with|to) (?:it|this))?|do the thing|something(?:'s| is) (?:off|wrong|missing)|other|else|(?:and )?now\??|so|well|go|yes|yes please|sure|do it|go on|go ahead|continue|next|maybe|perhaps|please|i don'?t know|idk|whatever|you (?:decide|choose)|what now|no way|(?:the )?other(?: one)?|more interesting|i(?:'m| am) not (?:so )?(?:sure|happy|convinced)(?: (?:about|with|of) (?:it|this|that))?|(?:let'?s )?start (?:over|again|fresh|from scratch)|reset|from scratch|(?:i have )?no idea|hm+|uh+m*|\?+|\.+|make (?:some )?changes|try something|it'?s not (?:good|right|what i wanted)(?: enough)?|almost|close|not yet|less|(?:it|that|this) (?:could|should) be better|try something (?:else|different|new))$/i;
const DISLIKE_ZH =
  /^(?:不|不对|不行|不是(?:这样|这个)?的?|不好|不好看|难看|太丑了?|丑|很丑|好丑|错了|不喜欢(?:这个|这张|它)?|我不喜欢(?:这个|这张|它|这样)?|(?:这)?不是我想要的|(?:这)?不是我要的|(?:再)?(?:改|弄|画|做|变)?(?:得)?(?:更)?(?:好看?|好看|漂亮|好)一?(?:点|些)(?:吧)?|改(?:一?下|一?改)?(?:吧)?|换(?:一?下|一?换)?|修(?:一)?(?:下|改)(?:它|一下)?|优化一?下|嗯，?不|然后呢?|继续(?:吧)?|下一个|是的?|对|怎么办|那个|这个|不知道|随便(?:弄|改|来)?(?:一下)?|都行|你(?:决定|看着办|随意|定)|(?:感觉|有点|好像|看起来|总觉得)*(?:怪|怪怪的|奇怪)|(?:感觉|好像|看起来|有点)?不太(?:对|好|像|行)|不像|差一点|还差点|重新想想|不是这个意思|别的|其他的?|另一个|不一样的?|(?:让|把)它(?:变|弄|改)?得?(?:更)?(?:好看|好|漂亮)一?(?:点|些)?)(?:啊|呀|哦|吧|了|，|！)*$/u;
/** Letters without a word in them. */
const GIBBERISH =
  /^(?:\S*(?:asdf|qwer|zxcv|hjkl)\S*|[bcdfghjklmnpqrstvwxz]{4,}|[^\p{L}\p{N}\p{Extended_Pictographic}\uE000-\uF8FF]+)$/iu;
const IS_SHORT = /^(?:more|less|up|down|off|on|over|left|right)$|\b(?:like|photo|picture of)\b/i;

/** Done with what is there: what comes next says what is wanted. */
const DONE =
  /^(?:(?:that's|that is|that was) )?enough\b.*$|^(?:ok(?:ay)? )?(?:(?:the|this|that|my|our) [\w ]+|it|that|we|i|this|we're|i'm|i am|we are)?(?: is| are|'s)? ?(?:done|finished|ready|over)(?: with .+)?$|^(?:let'?s )?(?:leave|forget) (?:about )?(?:the|this|that) \w+(?: alone| for now| for today| then)?$|^(?:now |ok )?(?:moving|let's move) on(?: to [^:]+)?$|^(?:ok )?new idea$|^(?:it's )?time for (?:a |an |something )(?:new|another|different|else)[^:,]*$|^next(?: one)?$|^(?:while|meanwhile|in the meantime)\b.{0,20}$|^(?:now )?for something (?:else|different|new)$/i;
const DONE_ZH =
  /(?:画够了|完成了|画完了|看腻了|到此为止|差不多了)$|^(?:好无聊|无聊)|^随便.{0,4}$|^(?:换|来)点(?:不一样|别|新)的$/u;

const VAGUE =
  /^(?:(?:draw|paint|make|show|give|create|generate|do|surprise|i want|let'?s (?:do|draw|see))(?: me| us)? ?)?(?:something(?: (?:else|new|different|nice|cool|beautiful|pretty|funny|cute|random|interesting|fun|for me|completely different|awesome|good|great|amazing))*|anything(?:,? (?:you (?:like|want)|really|at all|goes))?|(?:some )?(?:inspiration|ideas?)|whatever(?: you (?:like|want))?|an? (?:picture|image|drawing|new (?:picture|image|one)|different picture)|some (?:pictures?|art|images?)|surprise(?: me)?|me|another (?:picture|image|subject)|(?:a )?new picture|new|pictures?|images?|art|a thing)(?: please)?$/i;
const VAGUE_ZH =
  /^换一?个(?:主题|话题|内容|题材)$|^(?:请|帮我|给我|再|随便)*(?:画|来|生成|做|搞|换)?(?:点|个|一个|一张|些|幅|一幅|张|一点)?(?:什么|别的|其他的?|新的?|东西|随便|好看的?|有趣的?|图|图片|画|不一样的?|不同的|随便什么|都行|惊喜|好玩的)(?:吧|东西|都行|都可以|图|画|试试|图片)*$/u;

export const isVague = (text: string): boolean => VAGUE.test(text.trim()) || VAGUE_ZH.test(text);

/** What is asked back before it can be taken for a question: "I don't like it", "draw something". */
export const ASKING_FIRST: readonly Rule[] = [
  {
    action: 'ask',
    en: DISLIKE,
    zh: DISLIKE_ZH,
    read: ({ scene, clause }): Plan => [unclear(scene, undefined, clause.language)],
  },
  {
    action: 'ask',
    en: VAGUE,
    zh: VAGUE_ZH,
    read: ({ scene, clause }) =>
      clause.asked && /什么|啥/u.test(clause.text) ? undefined : [whatToDraw(scene, clause.language)],
  },
];

export const ASKING: readonly Rule[] = [
  {
    action: 'ask',
    en: any(GIBBERISH.source, DONE.source),
    zh: any(GIBBERISH.source, DONE_ZH.source),
    read: ({ scene, clause }): Plan => [unclear(scene, undefined, clause.language)],
  },
  {
    // A verb alone does not say what it is about.
    action: 'ask',
    en: /^(?:add|remove|delete|erase|replace|swap|change|move|turn|make|put|give|draw|paint|edit|copy|paste|cut|combine|merge|compare|rename|search|find)$/i,
    zh: /^(?:加|添加|去掉|删除?|移除|替换|换|改|移动|变|画|编辑|合并|对比|改名|搜索|找)$/u,
    read: ({ scene, clause }): Plan => [unclear(scene, undefined, clause.language)],
  },
  {
    // Nothing but words that mean nothing by themselves.
    action: 'ask',
    en: /./u,
    zh: /./u,
    read: ({ scene, clause, text }) =>
      scene.hasPicture &&
      clause.references.length === 0 &&
      !/[\uE000-\uEFFF]/u.test(text) &&
      isOnly(clause, text) &&
      !IS_SHORT.test(text)
        ? [unclear(scene, undefined, clause.language)]
        : undefined,
  },
];
