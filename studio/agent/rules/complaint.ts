/**
 * Complaints: what is said against a picture, or a thing in it, and nothing of what is wanted in its place. They are neither thanks nor
 * drawn; the next step is asked. Pure.
 */
import type { Clause } from '../clause.ts';
import type { Scene } from '../scene.ts';
import { unclear } from './asking.ts';
import { isOnly, type Rule } from './rule.ts';

/** Words against something, as it is said to be. */
const BAD =
  'terrible|awful|horrible|horrid|hideous|ugl(?:y|ier|iest)|bad|worse|worst|wrong|weird|strange|odd|off|stupid|silly|dumb|ridiculous|gross|disgusting|revolting|disappointing|underwhelming|boring|dull|bland|lame|poor|pathetic|atrocious|dreadful|horrendous|horrific|appalling|abysmal|ghastly|mediocre|sloppy|lazy|amateurish|creepy|cheap|fake|unnatural|unrecogni[sz]able|blurry|blurred|pixelated|distorted|deformed|mangled|garbled|broken|messy|messed up|screwed up|ruined|spoiled|botched|nonsense|nonsensical|useless|pointless|unusable|rubbish|garbage|trash|crap(?:py)?|shit(?:ty)?|wonky|crooked|lopsided|misshapen|sad excuse';
const BAD_NOUN =
  'mess|disaster|failure|fail|joke|nightmare|abomination|disappointment|catastrophe|travesty|eyesore|letdown|let-down|shame|monstrosity';
const BAD_VERB =
  "sucks?|stinks?|fails?|failed|hurts my eyes|(?:does|do|did)(?:n't| not) (?:\\w+ ){0,3}(?:work|look (?:\\w+ )?(?:good|right|nice|great|like .+)|fit|match|belong|make (?:any )?sense|please me|convince me)|(?:makes?|made) no sense|let me down|bothers? me|bugs? me|annoys? me|(?:is|are|was|were) (?:all )?over the place";
/** What is not reached: "not what I had in mind", "nowhere near good". */
const SHORT_OF =
  "(?:not|isn't|aren't|wasn't|weren't|ain't|never|hardly|nowhere near|far from|nothing like|not even close to|not anywhere near) (?:[\\w']+ ){0,3}?(?:good|great|nice|right|correct|pretty|beautiful|convincing|acceptable|usable|impressive|up to .+|what (?:i|we) .+|it|like (?:it|that|this|an? [\\w ]+)|the (?:one|picture|thing) i .+|close|(?!her\\b|over\\b|under\\b|after\\b|other\\b|never\\b|ever\\b)[a-z]+er|(?:an? |the )?[a-z]+ (?:at all|i know))";
const ADVERB =
  '(?:(?:honestly|sorry|but|hm+|well|oh|god|wow|ok|okay|man|dude|no|nope|nah|ugh|eww*|still|actually|really|seriously|frankly|and|so|now|sadly|i (?:think|find|feel|must say|have to say)(?: that)?|to be honest|tbh|imo|somehow|apparently|unfortunately)[,.!]* )*';
const IT =
  '(?:it|this|that|these|those|they|everything|(?:all|both|none|neither|each|half|most|one|some|any)(?: (?:of )?(?:them|these|those|it|this|the (?:pictures|images|versions|results|options)))?|all (?:two|three|four)(?: of them| of these)?|(?:this|that|the|these|those|your|my)(?: (?:new|last|first|second|third|whole|current|latest))? (?:one|picture|image|result|drawing|version|edit|try|attempt|thing|outcome|pictures|images|results|versions)s?|what (?:you|it) (?:did|drew|made|gave me|is)|[\\uF000-\\uF0FF])';
/** A thing of the picture: its name is what may be changed next. */
const THING = "(?:the|its|his|her|their|that|this|those|these|your) ([a-z][\\w'-]*(?: [a-z][\\w'-]*){0,2}?)";
const IS =
  "(?:'s|'re| is| are| was| were| looks?| looked| seems?| seemed| feels?| felt| sounds?| came out| turned out| comes out| turns out| got| gets| has become| became| is getting| keeps getting)(?: (?:like|as|all|so|very|really|just|pretty|quite|rather|kinda|kind of|sort of|a bit|a little|absolutely|completely|totally|even|still|plain|simply|somehow|somewhat|honestly|utterly|incredibly|freaking|fucking|damn|an?|such an?|the|some|total|complete|absolute|real|bit|much|also|now|definitely|more|far|way|supposed to be))*";
const REST =
  '(?: (?:again|now|here|though|tho|too|still|at all|to me|lol|man|in (?:this|that|it|here)(?: one| picture)?|than (?:before|the .+|it was|ever|[\\uF000-\\uF0FF])|as hell|af|for (?:some|whatever) reason|imo|tbh|somehow|of (?:a|an) .+))*';

const OF_IT = new RegExp(
  `^${ADVERB}(?:${IT}(?:${IS} (?:${BAD}|${BAD_NOUN}|${SHORT_OF.replace('(?:not|', '(?:not|no|')})| (?:${BAD_VERB}|${SHORT_OF}|${BAD}))|(?:none|neither|not one) of .*${IS} (?:any |very |really )?(?:good|great|nice|right|usable|what i .+)|(?:not|never) what (?:i|we) .+)${REST}$`,
  'iu',
);
const OF_THING = new RegExp(
  `^${ADVERB}${THING}(?:${IS} (?:${BAD}|${BAD_NOUN}|a mistake|${SHORT_OF})| (?:${BAD_VERB}|${SHORT_OF}))${REST}$`,
  'iu',
);
const OF_ME = new RegExp(
  `^${ADVERB}(?:i|we)(?:'m| am|'re| are)? (?:(?:just|really|so|very|quite|a bit|absolutely|kinda|truly|still|definitely) )*(?:hate|dislike|despise|loathe|detest|regret|can(?:no|')t stand|cannot stand|(?:do not|don't|dont|didn't|did not|can't say i) (?:\\w+ ){0,2}?(?:like|love|enjoy|want|care for)|(?:not|never) (?:\\w+ ){0,3}?(?:happy|satisfied|pleased|impressed|convinced|amused|a fan|sold|thrilled|into)|disappointed|unhappy|dissatisfied|annoyed|underwhelmed|frustrated|unimpressed|(?:don't|do not|dont|can't|cannot|didn't) (?:really |even |actually )?see (?:any|an?|the) .+|expected (?:more|better|something .+)|wanted something .+)(?: (?:in|with|by|about|of|from|at))?(?: (?:any of )?(?:it|this|that|them|these|those|how .+|what .+|the way .+|the result|the ([a-z][\\w'-]*(?: [a-z][\\w'-]*){0,2})|(?:this|that|the|these) (?:one|picture|image|result|drawing|version)s?))?${REST}$`,
  'iu',
);
const OF_YOU =
  /^(?:(?:oh|no|but|well|ok|dude|man|great|so),? )*you(?:'ve| have)? (?:(?:just|totally|completely|really) )?(?:ruined|spoil(?:ed|t)|broke|destroyed|butchered|botched|wrecked|messed|screwed|misunderstood|misread|misspelled|mangled|forgot|ignored|missed|got (?:it|that|this) (?:all )?(?:wrong|backwards)|(?:spelled|spelt|wrote|drew|did|got) (?:it|that|this|the \w+|my \w+) (?:all )?(?:wrong|badly|poorly|incorrectly))\b(?!.*\b(?:to be|should|instead)\b).*$/i;
const EXCLAIMED =
  /^(?:(?:oh|ok|well|no|but|so|omg),? )*(?:what an? (?:mess|disaster|joke|failure|shame|disappointment|nightmare|catastrophe|let-?down|piece of .+)|what(?:'s| is| was| are| the \w+ is) (?:that|this|it|those|these)(?: thing)? (?:supposed|meant) to be|what (?:on earth|the (?:hell|heck|fuck)) .*|(?:something|anything)(?:'s| is) (?:wrong|off|weird|strange|odd|not right) (?:with|about) .+|there(?:'s| is) something (?:wrong|off|weird|strange|not right) .*|what happened (?:to|with) (?:the|my|his|her|its) .+|why (?:did|has|is) (?:the|my|his|her|its) .+ (?:change|changed|disappear(?:ed)?|vanish(?:ed)?|gone|missing)|(?:just |really )?(?:hate|dislike|don't like) (?:it|this|that|them|these|this one))$/i;
const WHY = new RegExp(
  `^(?:(?:but|and|ok|so|hm+),? )*(?:why|how come)(?:'s| is| are| does| do| did| was)? (?:${IT}|${THING})(?: (?:look|looks|is|are|so|that|such|get|got|come out|turn out|all|an?|like))* (?:${BAD}|${BAD_NOUN}|(?<= (?:so|such|that|too) )(?!slow|long|late|red|orange|yellow|green|blue|purple|pink|brown|gr[ae]y|black|white|good|nice|pretty|cute|beautiful)[a-z]+)${REST}$`,
  'iu',
);
/** Nothing but words against it. */
const BARE = new RegExp(
  `^(?:${BAD}|${BAD_NOUN}|yikes|yuck|yucky|ew+|ugh+|argh+|meh+|ble+h|blech|boo+|gross|oof|sigh|disappointed|hell|hate|so|such|too|what|still|again|at|all|no|nope|nah|lol|wow|oh|omg|god|just|really|very|pretty|quite|plain|totally|absolutely|honestly|as)$`,
  'i',
);
const BARE_KEY = new RegExp(
  `\\b(?:${BAD}|${BAD_NOUN}|yikes|yuck|yucky|ew+|ugh+|argh+|meh+|ble+h|blech|boo+|oof|sigh|disappointed)\\b`,
  'i',
);
/** Praise that sounds like it, and things that go far. */
const NO_COMPLAINT =
  /\b(?:not|isn'?t|ain'?t|aren'?t|wasn'?t|nothing|never)\b.{0,18}\b(?:bad|ugly|terrible|awful|horrible|wrong|boring|shabby|disappointing|worse|stupid|weird|strange)\b|\b(?:scary|crazy|insanely|terribly|awfully|wickedly|stupidly|ridiculously) (?:good|nice|cute|beautiful|cool|great|well)\b|\bno (?:complaints|problem|worries|mistake)\b/i;
/** What was done is left out by its own words. */
const OF_EDIT = /\b(?:edit|step|change|instruction|message)s?\b/i;
/** What is wanted is said too. */
const WISH =
  /\b(?:should|needs?|must|could|instead|make|makes? it|add|remove|delete|replace|change|turn|give|put|paint|draw|try|undo|revert|go back|redo|want(?! any)|rather|prefer|liked?(?= the| v|[\uF000-\uF0FF])|was better|were better|better before)\b(?<!don't like|don't want|didn't want|didn't like|not like)/iu;

const BAD_ZH =
  '难看|丑|不好看|不好|不行|不对劲?|不像(?:话|样)?|不满意|不喜欢|不怎么样|不咋[样地]|不协调|不自然|不合适|不搭|不清楚|讨厌|失望|糟糕?|糟透|差劲?(?!不多|一点|点)|烂|奇怪|古怪|怪怪的?|怪|诡异|模糊|别扭|恶心|吓人|崩|毁|错|离谱|垃圾|敷衍|乱七八糟|乱|无语|无聊|没意思|没感觉|变形|歪|假|傻|蠢|土|俗|废|看不下去|受不了|没法看|不能看|不忍直视|辣眼睛?|看不懂|看不清';
const FAR_ZH = '(?:了|啊|呀|吧|呢|嘛|的|啦|哦|极|死|爆|透|得很|得要命|多|好多|很多|坏|掉|完|！|!|。|～|~)*';
const HOW_ZH =
  '(?:真的?|太|好|很|挺|有点儿?|有些|也|都|还是?|这么|那么|特别|非常|超级?|极|实在|简直|看着|看起来|看上去|感觉|觉得|总觉得|好像|怎么|为什么|画得|做得|改得|弄得|变得|显得|得|是|更|越来越|越改越|越画越|一点儿?|完全|根本|全|就|又|可|够|被你|给|画|改|弄|做|搞|被)*';
const IT_ZH =
  '(?:这|那|它|这个|那个|这张|那张|这幅|那幅|这些|那些|这几张|图|图片|画|画面|效果|结果|质量|整体|整个|你|我|这次|现在|全部|每张|四张|三张|两张|几张|[\\uF000-\\uF0FF]|画的|改的|做的|的)*';
const OF_IT_ZH = new RegExp(`^${IT_ZH}${HOW_ZH}(?:${BAD_ZH})${FAR_ZH}$`, 'u');
const OF_THING_ZH = new RegExp(
  `^(?:这|那|它的)?(?:个|顶|只|张)?(\\p{Script=Han}{1,4}?)(${HOW_ZH})(?:${BAD_ZH})(${FAR_ZH})$`,
  'u',
);
const EXCLAIMED_ZH = new RegExp(
  `^${IT_ZH}(?:到底)?(?:是|画|做|改|弄|搞|了)*(?:的|得|了)*(?:是|都是|些|个)?(?:什么|啥)(?:鬼|玩意儿?|东西|啊|呀|情况|乱七八糟的?)+${FAR_ZH}$|^${IT_ZH}${HOW_ZH}(?:并?不是|没有?|不符合)我(?:想|要|说|想象|预想|期待).{0,6}$|^(?:完全|根本|一点儿?都?|一点也|哪里?|怎么)*不像.{1,6}$|^(?:没|没有)一[张个]?(?:能看|像样|好看|好|行|满意|喜欢|对).{0,3}$|^(?:怎么|为什么|为啥)?(?:还是|都|又)?(?:没|没有)(?:看到|看见|出现|画出来|画上|加上|变化|反应|效果).{0,6}$|^(?:怎么|为什么|为啥)(?:没有|没|不见了?).{1,6}$|^\\p{Script=Han}{1,5}(?:呢|不见了|没了|消失了|怎么没了|怎么不见了)$|^都不(?:好看|好|行|对|喜欢|满意|怎么样).{0,2}$|^(?:越改|越画|越弄|越来)越.{0,3}(?:差|丑|糟|难看|怪|不像|离谱|烂).{0,2}$|^.{0,6}(?:画|弄|改|搞)(?:坏|毁|错|崩|丑|糊|砸)了?.{0,2}$`,
  'u',
);
const NO_COMPLAINT_ZH =
  /不(?:错|赖|差|丑|难看|奇怪|怪(?!怪))|没错|没毛病|差不多|还行|好看[极死]?了?$|错落|(?<!不)好(?:看|美|可爱)/u;
const WISH_ZH =
  /[把将换改加删]|去掉|拿掉|变成|再来|重新?[画来做]|撤|回到|退回|应该|要(?!命)|想要(?!的)|让|给(?!我看)/u;

/** The thing that a complaint is about, as it stands in the clause, where it is not the picture; undefined where a clause is no complaint. */
export function complaintIn({
  language,
  text,
}: Pick<Clause, 'language' | 'text'>): { thing?: string } | undefined {
  const isChinese = language === 'zh';
  if (
    isChinese
      ? text.length > 24 || NO_COMPLAINT_ZH.test(text.replace(/不好看/gu, '丑'))
      : NO_COMPLAINT.test(text)
  )
    return undefined;
  if (isChinese) {
    if (OF_IT_ZH.test(text) || EXCLAIMED_ZH.test(text)) return {};
    const [, thing, how, far] = OF_THING_ZH.exec(text) ?? [];
    // "背景模糊" alone may be what is wanted.
    if (!how && !far) return undefined;
    return thing === undefined || WISH_ZH.test(text) ? undefined : { thing };
  }
  if (WISH.test(text)) return undefined;
  if (OF_IT.test(text) || OF_YOU.test(text) || EXCLAIMED.test(text)) return {};
  if (OF_EDIT.test(text)) return undefined;
  const found = OF_ME.exec(text) ?? WHY.exec(text) ?? OF_THING.exec(text);
  return found ? { ...(found[1] && { thing: `the ${found[1]}` }) } : undefined;
}

/** Whether a clause says something against what is there, in words that are not praise whatever else they are like. */
export const isComplaint = (scene: Scene, clause: Clause): boolean =>
  (scene.hasPicture && complaintIn(clause) !== undefined) ||
  (clause.language === 'en' &&
    BARE_KEY.test(clause.text) &&
    !NO_COMPLAINT.test(clause.text) &&
    isOnly(clause, clause.text, { en: BARE }));

export const COMPLAINT: Rule = {
  action: 'ask',
  en: /./u,
  zh: /./u,
  read: ({ scene, clause }) =>
    isComplaint(scene, clause) ? [unclear(scene, undefined, clause.language)] : undefined,
};

/** "the hat looks silly, make it red": what the complaint is about is what the next clause changes. */
const CHANGES_IT =
  /^((?:(?:so|and|then|just|please|now|maybe|can you|could you) )*(?:remove|delete|erase|take|get rid of|lose|drop|hide|change|replace|swap|make|give|fix|repaint|redraw|turn|paint|move|put|shrink|enlarge|recolou?r)) (?:it|him|her|them|that|those)\b/i;
const CHANGES_IT_ZH =
  /^(?:请|还是|就|快|帮我|麻烦|那就|直接)*((?:去掉|删掉?|删除|拿掉|移除|去除|擦掉|不要|换掉|换成|换个|换一|改成|改为|变成|换|改|缩小|放大|调).*)$/u;

/** Clauses, each with the thing that the complaint before it is about in the place of "it". */
export function withThings(language: Clause['language'], clauses: readonly string[]): string[] {
  return clauses.map((text, k) => {
    const before = clauses[k - 1]?.replace(/[\s.。!！;；,，~～]+$/u, '');
    const thing = before === undefined ? undefined : complaintIn({ language, text: before })?.thing;
    if (thing === undefined) return text;
    if (language === 'en') return text.replace(CHANGES_IT, (_, verb: string) => `${verb} ${thing}`);
    return text.includes(thing)
      ? text
      : text.replace(CHANGES_IT_ZH, (_, change: string) => `把${thing}${change}`);
  });
}
