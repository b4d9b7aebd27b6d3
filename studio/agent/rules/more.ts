/** More of the same, the same with other settings, and the same layout. Pure. */
import type { PictureRef, Plan } from '../actions.ts';
import { about, type Clause, type Reference, referencesIn, V } from '../clause.ts';
import { isAllSaid, versionsSaid } from '../described.ts';
import { AMOUNT, CHINESE_NUMBER, numberOf } from '../numbers.ts';
import { settingsIn } from '../settings.ts';
import { any, isOnly, type Rule, ref, type Said } from './rule.ts';

const AGAIN =
  /^(?:again|repeat|rerun|re-run|redo|render|rerender|re-render|regenerate|generate|resize|scale|size|quality|resolution|higher|lower|larger|smaller|px|pixels|guidance|seed|identical|run|finish|finished|proper|properly|full|draft|final|setting|settings|create|paint|square|wide|please|version|layout|composition|exact|exactly|message|prompt|remake|re-make|retry|re-do|rerolls?|high|sharper|resolution|steps?|format|portrait|landscape|same|image|first|one|more|time|instead|now|only|just|however|but)$/i;
const AGAIN_ZH =
  /再|重新|重|同样的?|一样的?|相同|完全|这次|把|改成|改为|换成|换|用|画|生成|渲染|来|做|跑|遍|次|出|成|为|图|以|大小|尺寸|分辨率|质量|画质|也|试|但|不过|版|要|布局|构图|保持|不变|种子|参数|步数|一遍|的|改|张|上面?|按/gu;
const LAYOUT =
  /\b(?:same|keep(?:ing)?|identical|exact(?:ly)?(?: the)?(?: same)?|preserve|preserving|reuse|use|with)\b[\w ]{0,12}\b(?:layout|composition|arrangement|positions)\b|\bfinish (?:it|this|the draft)\b|(?:同样|相同|一样|原来|保持|不变|完成|按|用).{0,4}(?:布局|构图|草稿)|(?:布局|构图).{0,4}(?:不变|一样|相同|保持)/iu;
const QUALITY =
  /\b(?:final|finished|full|high(?:er|est)?|best|better|top) (?:quality|version|res(?:olution)?)\b|\bquality\b.*\b(?:final|high|higher)\b|\b(?:final|finished) (?:version|one)\b|^final$|(?:正式|最终|最高|更?高)(?:的)?(?:质量|品质|画质|版)|最终版/iu;
const DRAFT = /\b(?:as|in|a|rough|quick|fast|just) (?:an? )?(?:rough |quick |fast )?draft\b|^draft$|草稿/iu;

/** The settings that a clause asks for, and what else it says. */
function settingsOf(text: string) {
  const found = settingsIn(text);
  if (Object.keys(found.options).length > 0) {
    const extra =
      found.options.quality === undefined && QUALITY.test(found.rest) ? ({ quality: 'final' } as const) : {};
    return { options: { ...found.options, ...extra }, rest: found.rest.replace(QUALITY, ' ') };
  }
  if (QUALITY.test(text))
    return {
      options: { quality: 'final' as const },
      rest: text.replace(QUALITY, ' ').replace(/\b(?:final|quality|higher|high)\b/gi, ' '),
    };
  if (DRAFT.test(text)) return { options: { quality: 'draft' as const }, rest: text.replace(DRAFT, ' ') };
  return found;
}

function toRepeat({ scene, clause, text }: Said): Plan | undefined {
  const { options, rest } = settingsOf(text);
  if (/\b(?:back|show|return|go to|open|see|which)\b|回到|看看|哪/iu.test(rest)) return undefined;
  const isLayout = LAYOUT.test(rest);
  if (Object.keys(options).length === 0 && !isLayout) return undefined;
  const references = referencesIn(clause, rest);
  if (references.length > 1) return undefined;
  const left = rest.replace(LAYOUT, ' ');
  if (!isOnly(clause, left, { en: AGAIN, zh: AGAIN_ZH })) return undefined;
  if (/^(?:an? |two |some )(?!quick|draft|final|higher)/i.test(text) && !/again|same/i.test(text))
    return undefined;
  const plan = (of?: PictureRef): Plan => {
    if (!isLayout && options.count !== undefined && Object.keys(options).length === 1)
      return [{ type: 'vary', ...(of && { of }), count: options.count }];
    return [{ type: isLayout ? 'same-layout' : 'repeat', ...(of && { of }), options }];
  };
  const [reference] = references;
  if (reference) return about(scene, reference, (version) => plan(ref(version)));
  return scene.hasPicture ? plan() : [scene.nothingThere()];
}

const MORE =
  /^(?:more|another|again|variations?|variants?|varied|vary|alternatives?|alternate|options?|similar|different|differently|re-?roll(?:ed)?|re-?generate|re-?try|re-?do|re-?draw|re-?run|re-?make|re-?paint|repeat|repeats|anew|fresh|random|seed|extra|additional|roll|dice|generate|render|few|couple|several|some|two|three|four|five|six|seven|eight|nine|ten|one|\d+|like|along|lines|redo|remake|attempts?|tries|takes?|version|versions|ones|of|shuffle|encore|further|kind|vein|spirit|drawings?|paint|create|prompt|message|words|whatever|any|chance|bring|them|liked?|disliked?|happy|any|none|don't|each|result|look|inspired|based|sort|type|new|same|please|way)$/i;
const MORE_KEY = any(
  String.raw`\b(?:more|another|again|variations?|variants?|vary|alternatives?|similar|re-?roll|re-?generate|re-?try|re-?draw|re-?run|re-?make|anew|different (?:ones?|versions?|tries|takes?|seeds?|results?|options?)|(?:a |an )?(?:new|different|other|another|random) seed|other (?:ones|versions|options|takes|tries)|options|repeat|once more|shuffle|encore|dice|redo|try (?:it )?once|extra)\b`,
);
const MORE_KEY_ZH =
  /再(?:来|画|给|生成|做|出|要|试|多|一)|重画|重来|重新(?:画|生成|来|做|试|出)|重试|变体|换一?[张个幅版种]|换(?:个|一个)?(?:随机)?种子|另(?:外)?[一几两三四五]|多(?:来|画|给|生成|出)|^来(?:[两三四五六几]|\d+)(?:张|个|版|种|幅)(?:不一样|不同|别|其他|新|类似|像)|不同(?:的)?(?:版本|样子|变体|效果)|类似的|别的版本|其他版本|同样的再/u;
const MORE_WORDS_ZH = new RegExp(
  `画|生成|出|试|遍|多|另外?|外|别|其他|同样?|不同|不一样|一样|类似|相似|差不多|像|几|${CHINESE_NUMBER}|变体|种|随机|重|照着?|按|根据|着|挑|满意|看看|来|给|效果|呗|张|一|种子|子|法|新|换|画法|方式`,
  'gu',
);

/** How many more pictures are asked for; none where it is not said. */
export const countIn = (clause: Clause, text: string): number | undefined => {
  if (clause.language === 'zh') {
    const amount = new RegExp(`(${CHINESE_NUMBER}|几)(?:张|个|种|幅|版|次)`, 'u').exec(
      text.replace(/换一[张个]|一下|一遍|一次/gu, ''),
    )?.[1];
    return amount === '几' ? 3 : amount === undefined || amount === '一' ? undefined : numberOf(amount);
  }
  const amount = new RegExp(
    String.raw`\b(${AMOUNT}|a few|few|several|some|a couple)\b(?! of (?:an?|the)\b)`,
    'i',
  ).exec(text.replace(/\bone\b/gi, ' '))?.[1];
  if (!amount) return undefined;
  return /few|several|some/i.test(amount) ? 3 : /couple/i.test(amount) ? 2 : numberOf(amount);
};

function toVary({ scene, clause, text }: Said): Plan | undefined {
  if (
    /\banother look\b|\b(?:show|see|go|back|there|visit)\b.*\bagain\b|\bback again\b/i.test(text) &&
    !/\b(?:more|another|variations?)\b/i.test(text)
  )
    return undefined;
  const references = referencesIn(clause, text);
  if (references.length > 1) return undefined;
  const count = countIn(clause, text);
  const more = { ...(count && { count }) };
  const plan = (of?: PictureRef): Plan => [{ type: 'vary', ...(of && { of }), ...more }];
  const [reference] = references;
  const isGoing =
    /\b(?:back|return|go|see|open|view|use|switch|on|want|look|start|branch|fork)\b/i.test(text) &&
    !/\b(?:more|another|variations?|variants?|similar|re-?\w{3,}|times|takes|options)\b/i.test(text);
  const left = reference && /\b(?:like|similar)\b|像|照/iu.test(text) ? scene.withoutSaid(text) : text;
  if (isOnly(clause, left, { en: MORE, zh: MORE_WORDS_ZH })) {
    if (reference && isGoing) return undefined;
    if (!scene.hasPicture && scene.session.versions.length === 0) return [scene.nothingThere()];
    if (reference) return about(scene, reference, (version) => plan(ref(version)));
    return plan();
  }
  if (reference) return undefined;
  // "some variations of the lighthouse", "the boat once more".
  const named = VARY_OF.exec(text) ?? VARY_OF_ZH.exec(text);
  if (!named) return undefined;
  const words = named.slice(1).find((group) => group)!;
  const found = versionsSaid(scene, clause, words);
  if (found.length === 0 || !isAllSaid(scene, clause, words) || /^(?:an?|some|another) /i.test(words))
    return undefined;
  const isCurrent =
    scene.session.current !== null &&
    scene.contents.has(scene.session.current, scene.contents.saidAtAll(words));
  if (isCurrent && clause.language === 'en') return plan();
  const it: Reference = { text: words, versions: found, by: 'content' };
  return about(scene, it, (version) => plan(version === scene.session.current ? undefined : ref(version)));
}

const VARY_OF =
  /^.*\b(?:variations?|variants?|versions?|takes?|alternatives?|options?|tries|more|others?|another (?:one|version|take))\b.*?\b(?:of|on|for|like|to) ((?:the|my|that) .+)$|^(?:do|draw|make|try|run|paint|re-?\w+) ((?:the|my|that) .+?)(?: (?:again|once more|one more time|over))+$|^((?:the|that|my) [\w -]+?) (?:again|once more)$|^(?:re-?do|re-?generate|re-?roll|re-?draw|re-?run|vary) ((?:the|my|that) .+)$/i;
const VARY_OF_ZH =
  /^(.+?)(?:的)?(?:再|重新|多)(?:来|画|生成|做|试|给我|出)?(?:[一二两三四五几\d]+)?(?:张|个|种|次|遍|幅|版)(?:图|变体|版本)?$|^重新?画(.+)$/u;

const SEVERAL_SETTINGS = /(\d{2,4}) ?[x×*] ?(\d{2,4})|(\d+) ?(?:steps?|步)|(?:seed|种子) ?(\d+)/giu;

/** "once with 30 steps and once with 60 steps": a repetition for each. */
function toRepeats({ scene, clause, text }: Said): Plan | undefined {
  const shared = text.replace(/(\d+)( ?(?:步)?(?:and|,|&|和|、) ?)(?=\d+ ?(?:steps|步))/giu, '$1 steps$2');
  const found = [...shared.matchAll(SEVERAL_SETTINGS)];
  const kinds = new Set(found.map((match) => match.slice(1).findIndex((group) => group !== undefined)));
  if (found.length < 2 || kinds.size > 1 || !scene.hasPicture) return undefined;
  const rest = shared
    .replace(SEVERAL_SETTINGS, ' ')
    .replace(
      /\b(?:once|one|then|and|with|at|in|seed|try|both|each|the other)\b|次|各|和|、|，|再|来|一/giu,
      ' ',
    );
  if (!isOnly(clause, rest, { en: AGAIN, zh: AGAIN_ZH })) return undefined;
  return found.map(([, width, height, steps, seed]) => ({
    type: 'repeat' as const,
    options: width
      ? { widthPx: Number(width), heightPx: Number(height) }
      : steps
        ? { steps: Number(steps) }
        : { seed: Number(seed) },
  }));
}

/** Read over the whole message. */
export const REPEATS: Rule = { action: 'repeat', en: /\d.*\d/u, zh: /\d.*\d/u, read: toRepeats };

export const MORE_RULES: readonly Rule[] = [
  { action: 'repeat', en: /./u, zh: /./u, read: toRepeat },
  { action: 'vary', en: MORE_KEY, zh: MORE_KEY_ZH, read: toVary },
  {
    action: 'vary',
    en: new RegExp(`^${V} (?:again|once more|one more time)$`, 'iu'),
    read: ({ scene, clause, text }) =>
      about(scene, referencesIn(clause, text)[0]!, (version): Plan => [{ type: 'vary', of: ref(version) }]),
  },
];
