/** A picture from words: what is said must ask for one, or there must be nothing that it could change. Pure. */
import type { Action, Plan } from '../actions.ts';
import { referencesIn, written } from '../clause.ts';
import { describing } from '../contents.ts';
import { canBeDrawn } from '../known-subject.ts';
import { AMOUNT, CHINESE_NUMBER, numberOf } from '../numbers.ts';
import type { Scene } from '../scene.ts';
import { type Options, settingsIn } from '../settings.ts';
import { isVague, nothingToChange, whatToDraw } from './asking.ts';
import { CHANGE } from './is-change.ts';
import type { Rule, Said } from './rule.ts';

const NEW_VERB =
  /^(?:(?:now|then|so|next|ok|okay|please|instead|rather|and|also|let's|maybe try|try) )*(?:draw(?:ing)?|paint(?:ing)?|sketch(?:ing)?|create|generate|render|design|illustrate|imagine|produce|make|do|show|give|get|see|have|compose|doodle|depict)(?: (?:me|us|for me))? (?:(?:now|instead|also|just|please|rather|then) )?(?:an? |some |another (?!(?:one|version|try|take|go)\b)|(?:one|two|three|four|five|six|\d+) (?!(?:or|more)\b)|new |pictures? |images? )/i;
const DRAW_ANY =
  /^(?:(?:now|then|so|next|please|instead|and|also|again) )*(?:draw(?:ing)?|paint|sketch|generate|illustrate|imagine|create|render|depict|design)(?: (?:me|us|also))? (?!it\b|this\b|that\b|them\b|him\b|her\b|over\b|on\b|in\b|as\b|again\b|everything\b)(.+)$/i;
const NEW_PHRASE =
  /^(?:(?:i(?:'d| would)? (?:like|love|want|wanna|need)(?: to (?:see|have|get))?|let'?s (?:see|have|do|try|draw|make)|let me (?:see|have)|how about|can i (?:see|get|have)|what about|time for|(?:start|begin) with|next(?: up)?[:,]?|now[:,]?|then|(?:my )?\w+ (?:wants?|would (?:like|love))(?: to (?:see|have|get))?) (?=an? (?!\w+ (?:background|sky|one)\b)|some |two |three |four |\d )|(?:a |an )?(?:new|another|fresh|different|separate|next) (?:picture|image|drawing|subject|scene|poster|one)(?: (?:of|with|now|please))?[:,]? |new[:,] |(?:fresh|new) start[:,] |(?:(?:start|begin) with )?something (?:else|new|different|completely different|like|simple)\b,? |show (?:me|us) (?:what|how) (?:an?|some) |start(?: over| fresh| again| anew)?(?: with)?[:,]? (?=an? )|now (?:for )?something (?:else|different|new)[:,] ?|(?:forget|enough of|done with) (?:that|it|this|the .+?)[:,.] (?=draw|an? )|(?:picture|image|drawing|photo|illustration|icon|sticker|poster|logo) of |(?:an? )(?:\w+ )?(?:picture|image|drawing|photo|illustration) (?:of|for) |(?:a )?(?:completely |totally )?(?:different|new|another) (?:picture|image|drawing|subject)\b)/i;
/** "moving on to something different: a frog", "a boat, as a new picture". */
const ANOTHER =
  /^[^:]*\b(?:next|new|another|different|else|second|third|separate|fresh|scratch|clean slate)\b[^:]{0,24}: ?\S|^(?:now )?for something (?:else|different|new)\b|,? (?:as|in) an? (?:new|separate|different|fresh|second) (?:image|picture|drawing|one)$|^(?:i'd like |i want |i need |i'd rather have |can i have |now )?(?:another|an? (?:new|second|different)?) ?(?:drawing|picture|image)\b.*(?:\bof\b|, an? )|^.*(?:下一[个张]|换点不一样的|换个别的|画点别的)[：:，]|^(?:重新|新|另外?|再|给我|帮我|请)+(?:画|做|来|生成)(?:一|个)?(?:张|幅)?(?:新的?)?(?:图|画)?[：:]|^(?:再|给我|帮我|请)*(?:来|画|换|做)一?[张幅个](?:全新|新|别|其他|不一样)的?(?:图|画)?[，,]/i;
const COUNTED = new RegExp(
  `^((?:(?:now|please|then|i need|i want|i'd like) )*(?:draw|paint|make|create|generate|show|give|do)?(?: me| us)? ?)(?:(?:a (?:set|series|batch|bunch) of )?(${AMOUNT})|a few|several) (?:different |new |other )?(?:pictures|images|versions|variations|variants|drawings|pics|options|takes|tries|shots|photos|ideas)(?: (?:of|with|showing|for)) (.+)$`,
  'i',
);
const ATTRIBUTE =
  /\b(?:background|backdrop|sky|style|look|colou?rs?|light|lighting|weather|version|hat|border|frame|bigger|smaller|darker|brighter|more|less|instead)\b|^(?:an? )?(?:blue|red|green|yellow|purple|pink|orange|white|black|gr[ae]y|brown|gold|silver|teal) (?:one|fox|hat)$/i;
const ON_IT =
  /\b(?:on|to|over|behind|under|beside|next to|around|above|in front of|onto|near|with|below) (?:it|him|her|them|its|his|their|top)\b/i;
const ON_THE =
  /\b(?:on|over|behind|under|beside|next to|around|above|in front of|onto|near|to|below|in|into)(?: top of)? the (?!(?:sea|beach|hills?|meadow|moon|sky|city|forest|lake|road|street|ocean|mountains?|ground|floor|wall|snow|rain|desert|park|garden|woods|jungle|kitchen|dark|night|style|morning|evening|air|water|clouds|sun|wind|middle|distance)\b)(.+)$/i;
const SCENERY = /\b(?:background|sky|foreground|picture|image|scene|ground|floor|wall)\b/i;

/** Whether something of the current picture is named. */
function isThere(scene: Scene, words: string): boolean {
  if (SCENERY.test(words)) return true;
  const first = describing(words).slice(0, 3);
  return scene.branch.some(({ prompt }) => first.some((word) => describing(prompt).includes(word)));
}

/** Whether what is to be drawn goes onto the current picture. */
function isOnPicture(scene: Scene, text: string, object: string | undefined): boolean {
  if (/^(?:make|do|have|give|get|show|see)\b/i.test(text) && !NEW_VERB.test(text)) return true;
  if (/\b(?:separate|new|another|different) (?:picture|image|drawing)\b/i.test(text)) return false;
  if (/^(?:an? )?(?:new|another|second|different|fresh|separate)\b/i.test(text)) return false;
  if (ON_IT.test(text)) return true;
  const on = ON_THE.exec(text);
  if (
    on &&
    isThere(scene, on[1]!) &&
    !/^(?:now )?(?:draw|paint|create|generate|make)(?: me)? an? (?:picture|image|drawing)/i.test(text)
  )
    return true;
  // "paint the fox red": what is there, with a look.
  return (
    object !== undefined &&
    /^(?:the|its|his|her|their) /i.test(object) &&
    isThere(scene, object) &&
    /^(?:paint|draw|render)/i.test(text)
  );
}

const NEW_ZH =
  /^(?:请|现在|那|然后|接着|再|重新|另外|改|就|来|帮我|给我|帮忙|也|先|想|我)*(?:画|绘制|生成|创作|创建|制作|设计|做|来|要|我想要|我要|我想看|想要|想看|弄|搞|整)(?:一下|出|个)?(?:一|两|三|四|几|个|只|张|幅|些|新|条|座|辆|朵|头|匹|棵|点)|^(?:请|帮我|帮忙|给我|再|先|也|另外)*(?:画|绘制|生成|创作)(?!在|上|成|得|它|他|她|这|好|完|大|小|面)(?:.+)$|^(?:新的?一?张|新图|新画|另一张|另外一张|换个主题|换一个主题|新的图|新图片|重新开始|新建一?张图?|新建)[:：，\s]?(?:.+)$|^一(?:张|幅).+的(?:图|图片|画|照片|插画|海报)$|^(?:\p{Script=Han}{1,4})?(?:想看|想要)(?!把|让)(?:一)?\p{Script=Han}+$|^给.{1,6}(?:画|做)(?:一|个|张|幅)(?:张|幅|个)?/u;
const ON_PICTURE_ZH =
  /(?:在|给|往|到)(?:它|他|她|其|上面|旁边|头上|身上|手里|图里|图中|画面|背景|天空|左边|右边|中间|天上|后面|前面|角落)|(?:它|他|她)的?(?:旁边|上面|后面|头上|身上|前面)/u;
const COUNTED_ZH = new RegExp(
  `^((?:请|帮我|给我|再|来|一次)*(?:画|绘制|生成|创作|来|要|做|给我)?)(${CHINESE_NUMBER}|几)(?:张|幅)(?:不同的?|不一样的?)?(.+)$`,
  'u',
);

const withOptions = (options: Partial<Options>) =>
  Object.keys(options).length > 0 ? { options: options as Options } : {};

/** "new picture: a lighthouse" and "another picture of a lighthouse" without the words that lead in. */
const withoutLead = (text: string): string =>
  text.replace(
    /^(?:[^:]*\b(?:next|new|another|different|else|second|third|separate|fresh|scratch|clean slate)\b[^:]{0,24}: ?|(?:an? )?(?:new|another|different|second|separate|fresh) (?:picture|image|drawing) of )(?=\S)/i,
    '',
  );

function newEnglish({ scene, clause, text }: Said): Plan | undefined {
  const counted = COUNTED.exec(text);
  if (
    counted &&
    !/^(?:it|this|that|them|these|those)$/i.test(counted[3]!) &&
    referencesIn(clause, counted[3]!).length === 0
  ) {
    const { options, rest } = settingsIn(counted[3]!);
    const count = counted[2] ? numberOf(counted[2]) : 3;
    return [{ type: 'new', prompt: written(clause, rest), options: { ...options, count } } as Action];
  }
  const named = referencesIn(clause, text).length > 0;
  const another =
    ANOTHER.test(written(clause, text)) &&
    (!named || /\ba (?:second|third) (?:picture|image|drawing)\b/i.test(written(clause, text)));
  if (referencesIn(clause, text).some(({ by }) => by !== 'content') && !another) return undefined;
  if (referencesIn(clause, text).length > 0 && !another) return undefined;
  const { options, rest } = settingsIn(text);
  if (another && !/^(?:add|put|make|change|give|replace|remove|turn)\b/i.test(rest))
    return [{ type: 'new', prompt: withoutLead(written(clause, rest)), ...withOptions(options) }];
  const any = DRAW_ANY.exec(rest);
  if (!(NEW_VERB.test(rest) || NEW_PHRASE.test(rest) || any)) return undefined;
  if (scene.hasPicture && isOnPicture(scene, rest, any?.[1])) return undefined;
  if (scene.hasPicture && /^(?:i |i'd|how about|what about|let's)/i.test(rest) && ATTRIBUTE.test(rest))
    return undefined;
  const prompt = rest
    .replace(
      /^(?:new|something (?:else|new|different)|(?:a )?(?:new|different|another|fresh) (?:picture|image|drawing|subject|scene|one))(?:(?: of)?[:,] ?| of )/i,
      '',
    )
    .replace(/^(?:forget (?:that|it|this)[:,] ?)/i, '');
  if (isVague(prompt)) return [whatToDraw(scene, 'en')];
  return [{ type: 'new', prompt: written(clause, prompt), ...withOptions(options) }];
}

function newChinese({ scene, clause, text }: Said): Plan | undefined {
  if (referencesIn(clause, text).length > 0) return undefined;
  const { options, rest } = settingsIn(text);
  if (ANOTHER.test(rest))
    return [
      {
        type: 'new',
        prompt: rest.replace(
          /^.*[：:]|^(?:再|给我|帮我|请)*(?:来|画|换|做)一?[张幅个](?:全新|新|别|其他|不一样)的?(?:图|画)?[，,]/u,
          '',
        ),
        ...withOptions(options),
      },
    ];
  if (!NEW_ZH.test(rest)) return undefined;
  if (scene.hasPicture && ON_PICTURE_ZH.test(rest) && !/^(?:画|生成|来)一(?:张|幅)/u.test(rest))
    return undefined;
  if (isVague(rest)) return [whatToDraw(scene, 'zh')];
  if (scene.hasPicture && (/^(?:再)?来点/u.test(rest) || (/[它他她]/u.test(rest) && /想看/u.test(rest))))
    return undefined;
  if (scene.hasPicture && /想看(?![一个只两三条])/u.test(rest)) return undefined;
  // "再来一个气球" is one more of what is there.
  if (
    scene.hasPicture &&
    /^(?:再|多|又)/u.test(rest) &&
    !/张|幅/u.test(rest) &&
    scene.withoutSaid(rest) !== rest
  )
    return undefined;
  const counted = COUNTED_ZH.exec(rest);
  const count = counted && (counted[2] === '几' ? 3 : numberOf(counted[2]!));
  const all = { ...options, ...(count && count > 1 && { count }) };
  const prompt =
    count && count > 1
      ? counted[3]!.replace(/^的/u, '')
      : rest.replace(
          /^(?:新的?一?张|新图|新画|换一?个主题|新的图|新图片|重新开始|新建一?张图?)[:：，\s]/u,
          '',
        );
  return [{ type: 'new', prompt, ...withOptions(all) }];
}

/** "show me the Eiffel tower": of what no message here says anything. */
function shown({ scene, clause, text, match }: Said): Plan | undefined {
  const words = match[1]!;
  if (!scene.hasPicture || clause.references.length > 0 || scene.withoutSaid(words) !== words)
    return undefined;
  if (
    /\b(?:it|this|that|them|those|these|version|picture|image|more|again|other|another|history|all|how|what|which|my|your|file|png|background|sky|hint|moment|second|chance|break|difference|before|after)\b/i.test(
      words,
    ) ||
    isVague(text)
  )
    return undefined;
  return [{ type: 'new', prompt: written(clause, text) }];
}

const SCENE_WORDS =
  /\b(?:on|in|at|with|under|by|and|near|beside|next to|wearing|holding|sitting|standing|of)\b/i;

/** Bare words: a whole scene is a new picture where they say one, else they change the picture that is there. */
function bare({ scene, clause, text }: Said): Plan | undefined {
  if (!scene.hasPicture || clause.references.length > 0) return undefined;
  const { options, rest } = settingsIn(text);
  const { knows } = scene.context;
  if (clause.language === 'zh') {
    if (!/^(?:一|两|三|几)(?:只|个|条|匹|头|辆|座|棵|朵|艘|颗|把|位|架|栋|幅|张)/u.test(text))
      return undefined;
    if (!/在|下|上|旁|和|与|里|中/u.test(text) || !canBeDrawn(knows, text) || ON_PICTURE_ZH.test(text))
      return undefined;
    return [{ type: 'new', prompt: rest, ...withOptions(options) }];
  }
  if (!/^(?:an? |some |two |three |four |\d+ )/i.test(text) || ATTRIBUTE.test(text)) return undefined;
  const isScene = SCENE_WORDS.test(rest) || rest.split(/\s+/).length >= 5;
  const isKnown = knows !== null && canBeDrawn(knows, rest);
  if (!isScene || (!isKnown && !/\b(?:on|in|at|under|by) (?:the|an?)\b/i.test(rest))) return undefined;
  if (
    /\b(?:it|its|him|her|them|the (?:fox|rabbit|picture|image))\b/i.test(rest) ||
    (ON_THE.test(rest) && isThere(scene, ON_THE.exec(rest)![1]!))
  )
    return undefined;
  return [{ type: 'new', prompt: rest, ...withOptions(options) }];
}

/** Sentences that describe no picture. */
const NOT_A_PICTURE =
  /^(?:i|i'm|i've|i'll|you|you're|we|we're|let|turn|open|close|play|set|tell|call|send|read|sing|go|come|start|buy|order|help|say|talk|explain|is|are|do|does|don't|can|could|should|would|will|where|why|how|who|what|when|which|and|but|because|if|hello|hi|hey|thanks|thank|yes|no|ok|okay|please|back|undo|redo|give (?:him|her|it|them)|put it|show me [\uF000-\uF0FF])\b/iu;
const PLACED = /^(?:put|place|set|have|let) (?:an? |some |two |three )/i;
const COMMAND =
  /^(?:undo|redo|compare|rename|export|download|revert|delete)$|^(?:undo|redo|compare|rename|export|download) (?:it|this|that|them|the (?:last|picture|session))\b/i;

/** With nothing there all that is no command is a picture. */
function first({ scene, clause, text }: Said): Plan | undefined {
  if (scene.hasPicture) return undefined;
  const isChinese = clause.language === 'zh';
  if (
    referencesIn(clause, text).some(
      ({ by, versions }) =>
        by !== 'place' ||
        versions.length > 0 ||
        /\b(?:one|picture|version|image)$/i.test(written(clause, text)),
    ) &&
    !/[,，]| of /u.test(text)
  )
    return [scene.nothingThere()];
  if (
    isChinese
      ? CHANGE.zh.test(text) && !/^把?(?:一|两)(?:只|个)/u.test(text) && !/^(?:加油|变色龙|改革)/u.test(text)
      : (CHANGE.en.test(text) && !PLACED.test(text)) || COMMAND.test(text)
  )
    return [nothingToChange(scene, written(clause, text))];
  const isWish =
    /^(?:i|i'm|we|my|we're)\b.*\b(?:need|want|wants|wish|like|likes|love|making|looking for|dreamt|dreamed|imagine)\b.* (?:an?|some|[a-z]+s)\b/i.test(
      text,
    );
  if (isChinese && /你|您/u.test(text) && !/画|生成|来[一个张幅只条]|做[一个张]/u.test(text))
    return [whatToDraw(scene, 'zh')];
  if (/\b(?:you|your)\b/i.test(text) && !/\b(?:an?|the|some|my) /i.test(text))
    return [whatToDraw(scene, 'en')];
  if (
    /^(?:draw |paint |show |make |do )?(?:me )?(?:it|that|them|this|the same(?: .{0,20})?|another(?: one)?|like last time|as usual|the usual)$/i.test(
      text,
    )
  )
    return [whatToDraw(scene, 'en')];
  if (NOT_A_PICTURE.test(text) && !isWish) return [whatToDraw(scene, clause.language)];
  const { options, rest } = settingsIn(text);
  return [{ type: 'new', prompt: written(clause, rest), ...withOptions(options) }];
}

export const NEW: readonly Rule[] = [
  { action: 'new', en: /./u, read: newEnglish },
  { action: 'new', zh: /./u, read: newChinese },
  { action: 'new', en: /^(?:now |please )?(?:show|give) (?:me|us) (.+)$/i, read: shown },
  { action: 'new', en: /^(?:an?|some|two|three|four|\d+)\b/i, zh: /^[一两三几]/u, read: bare },
  { action: 'new', en: /./u, zh: /./u, read: first },
];
