/** The look of a version, who is in it, and several versions in one picture. Pure. */
import type { PictureRef, Plan } from '../actions.ts';
import { about, aboutAll, type Clause, referencesIn, V, withMentions, written } from '../clause.ts';
import { isAllSaid, versionsSaid } from '../described.ts';
import { numberOf } from '../numbers.ts';
import type { Scene } from '../scene.ts';
import { any, type Rule, ref, type Said } from './rule.ts';

const current = (scene: Scene): PictureRef[] =>
  scene.session.current === null ? [] : [ref(scene.session.current)];

const STYLE = any(
  String.raw`\b(?:style|styled|stylistically|stylewise|stylised|stylized|aesthetic|art style)\b`,
  String.raw`\b(?:the|same|that|its) looks?\b|\blooks? of\b`,
  `\\b(?:make|draw|paint|render|restyle|have|do)\\b(?:(?!\\b(?:more|another|variations?)\\b).)*\\b(?:like|look like|similar to|as in|resemble) ${V}`,
  `\\b(?:drawn|painted|rendered|done|styled) (?:like|as) ${V}`,
);
const STYLE_ZH = new RegExp(
  `风格|画风|样式|画法|${V}(?:的)?(?:那种|这种|一样的?)?感觉|(?:变|改|画|做|弄)成(?:跟|和|像)?${V}(?:那样|一样|那种)`,
  'iu',
);
const NEW_SUBJECT =
  /^(?:(?:please|now|then|and|also|so|next) )*(?:(?:draw|paint|sketch|create|generate|render|design|illustrate|make|show|give|do)(?: (?:me|us))? )?(?:an? (?!version|look|picture (?:like|in))|some |two |three |four |new )(?!.*\bof it\b)|\b(?:for|to draw|and draw) (?:an?|some) (?!change|while|moment|bit)/i;
const NEW_SUBJECT_ZH =
  /(?:画|来|生成|做)?(?:一|两|三)(?:只|个|张|幅|条|头|匹|座|棵|朵|艘|辆|栋|间)(?!.*(?:那张|版本))|^(?:画|来)(?:只|个|条|头|匹|座|棵|朵|艘|辆)/u;

function toStyle({ scene, clause, text }: Said): Plan | undefined {
  const isNew =
    (clause.language === 'en'
      ? NEW_SUBJECT.test(text)
      : NEW_SUBJECT_ZH.test(text.replace(new RegExp(V, 'gu'), ''))) || !scene.hasPicture;
  const references = referencesIn(clause, text);
  const styled = (styles: number[]): Plan => {
    const style = styles.at(-1)!;
    const end = scene.isOnStep ? null : scene.session.current;
    const named = references.length > 1 ? styles[0]! : undefined;
    const target = named ?? (end !== null && end !== style && !isNew ? end : undefined);
    return [
      {
        type: 'style',
        prompt: withMentions(clause, text),
        ...(target !== undefined && target !== style && { target: ref(target) }),
        styles: [ref(style)],
      },
    ];
  };
  const ofContent =
    /\b(?:styles?|looks?)\b(?: of| from| as| like| in)+ ((?:the|my|that) [^\uF000-\uF0FF]+?)(?:,.*)?$/iu.exec(
      text,
    )?.[1];
  const styledBy =
    ofContent === undefined || !isAllSaid(scene, clause, ofContent)
      ? []
      : versionsSaid(scene, clause, ofContent);
  if (references.length > 0 && styledBy.length > 0)
    return about(scene, { text: ofContent!, versions: styledBy, by: 'content' }, (version) =>
      styled([version]),
    );
  if (references.length === 1 || references.length === 2) {
    // "give v2 the style of v4" names both; "use the style of v4 for v2" the other way round.
    const [one, other] = references;
    const isTurned =
      other &&
      /\b(?:style|look)s? (?:of|from)\b[^\uF000-\uF0FF]*[\uF000-\uF0FF].*\b(?:for|on|to|onto|in)\b|风格.*(?:用|套|应用)/iu.test(
        text,
      );
    return aboutAll(scene, isTurned ? [other!, one!] : references, styled);
  }
  if (references.length > 2) return undefined;
  // "in the style of the lighthouse": of what another version shows.
  const named =
    /\b(?:styles?|looks?)\b(?: of| from| as| like| in)+ ((?:the|my|that) .+?)(?:,.*)?$/i.exec(text) ??
    /(?:用|按|照|以|跟|和|像)(.{1,8}?)(?:的)?(?:风格|画风)/u.exec(text);
  const found = named ? versionsSaid(scene, clause, named[1]!) : [];
  if (
    named &&
    found.length > 0 &&
    isAllSaid(scene, clause, named[1]!) &&
    !found.includes(scene.session.current ?? 0)
  )
    return about(scene, { text: named[1]!, versions: found, by: 'content' }, (version) => styled([version]));
  // "a dog in the same style": that of the current picture, for something else.
  const isSame =
    /\b(?:the|this|that) (?:very |exact )?same style\b|\b(?:this|that|its) style\b|style of (?:this|it|the current)|(?:同样|一样|相同|这种|这个|这张图?)的?(?:风格|画风)/iu.test(
      text,
    );
  if (isSame && isNew && current(scene).length > 0)
    return [{ type: 'style', prompt: text, styles: current(scene) }];
  return undefined;
}

const COMBINE =
  /\b(?:combine|combined|combination|merge|mix|blend|fuse|join|unite|mash|collage|put together|bring together)\b|\btogether\b|\b(?:in(?:to)?|as|on) (?:just )?(?:one|a single|the same)(?: (?:big|large|single|new))?(?: (?:picture|image|scene|drawing|photo))?\b|\bone picture\b|\bside by side in\b/i;
const COMBINE_ZH =
  /合并|合成|合在一起|合到一起|拼在一起|拼到一起|放在一起|放到一起|融合|结合|组合|混合|(?:放|画|弄|拼|合|装|摆)?(?:到|进|在|成)?同?一(?:张|幅|个)(?:图|画|场景|画面)|合到一|拼成|放进同一|合体|合在/u;
const EACH =
  /\b(?:both|them|these|all|those|the (?:two|three|four)|two|three|four|pictures|images|versions|photos|uploads)\b|(?:这|那)?(?:两|几|三|四|些|所有|全部)(?:张|幅|个|只)?|它们|一起|俩/iu;

function toCombine({ scene, clause, text }: Said): Plan | undefined {
  const references = referencesIn(clause, text);
  const key = clause.language === 'en' ? COMBINE : COMBINE_ZH;
  const isKey = key.test(text);
  const distinct = new Set(references.flatMap(({ versions }) => versions)).size;
  const plan = (versions: readonly number[]): Plan => {
    const different = [...new Set(versions)];
    return different.length < 2
      ? [scene.nothingThere()]
      : [{ type: 'combine', prompt: withMentions(clause, text), references: different.map(ref) }];
  };
  if (references.length >= 2 && distinct >= 2) {
    const isPlaced =
      clause.language === 'en'
        ? /\b(?:from|of|in) [\uF000-\uF0FF]|\b(?:put|place|add|use|take|bring|move|show|draw|sail)\b/iu.test(
            text,
          )
        : /(?:放到|放进|放在|加到|加进|移到|里|上|中|的|开到|去|到)/u.test(text);
    if (!isKey && !isPlaced) return undefined;
    return aboutAll(scene, references, plan);
  }
  if (!isKey) return intoUpload(scene, clause, text);
  if (/\b(?:edits?|changes|steps)\b|修改|编辑|步/iu.test(text)) return undefined;
  const sides = describedSides(scene, clause, text);
  if (sides.length >= 2) return plan(sides);
  if (!EACH.test(text)) return undefined;
  if (/^(?:draw|paint|an?|create|画(?!在|到))\b/i.test(text) && scene.drawn.length < 2) return undefined;
  return combineAll(scene, text, plan);
}

/** Of the pictures that are there, those that "both" and "all of them" mean. */
function combineAll(
  scene: Scene,
  text: string,
  plan: (versions: readonly number[]) => Plan,
): Plan | undefined {
  if (scene.drawn.length >= 2) {
    const amount = /\b(three|four)\b|([三四])/i.exec(text);
    const last = scene.drawn.slice(-(amount ? (numberOf((amount[1] ?? amount[2])!) ?? 2) : 12));
    return [{ type: 'combine', prompt: text, references: last.map((step) => ({ step })) }];
  }
  const numbers = scene.session.versions
    .filter(({ state }) => state === 'active')
    .map(({ version }) => version);
  const amount = /\b(two|three|four)\b|(两|三|四)/i.exec(text);
  const count = amount ? numberOf((amount[1] ?? amount[2])!)! : undefined;
  if (/\bfirst (?:two|three|four)\b|前[两三四]/iu.test(text) && count) return plan(numbers.slice(0, count));
  if (/\blast (?:two|three|four)\b|[后最][两三四]/iu.test(text) && count) return plan(numbers.slice(-count));
  const uploads = scene.session.versions.filter(({ mode }) => mode === null).map(({ version }) => version);
  if (/\ball\b|所有|全部/iu.test(text) || numbers.length === 2 || numbers.length === count)
    return plan(numbers);
  if (uploads.length === 2) return plan(uploads);
  const newest = numbers.slice(-2);
  if (newest.length < 2) return [scene.nothingThere()];
  return [
    scene.ask('which-picture', [
      { label: 'combine', params: { one: newest[0]!, other: newest[1]! }, plan: plan(newest) as never },
    ]),
  ];
}

/** Versions that the sides of "the boat and the lighthouse in one picture" describe; each must be sure. */
export function describedSides(scene: Scene, clause: Clause, text: string): number[] {
  const sides = text
    .replace(
      /^.*?\b(?:combine|merge|mix|blend|fuse|join|unite|mash|collage|put|place|show|draw|use|take|want|can|could)\b/i,
      '',
    )
    .replace(COMBINE, ' ')
    .replace(COMBINE_ZH, ' ')
    .split(
      /\b(?:and|with|into|plus|in|on|onto|from|be|of)\b|,|&|\+|和|与|跟|、|放到|放进|加到|到|在|能不能|\s{2,}/iu,
    )
    .map((side) => side.trim())
    .filter((side) => side !== '');
  const found = sides.flatMap((side) => {
    const [reference] = referencesIn(clause, side);
    const versions =
      reference?.versions ??
      (isAllSaid(scene, clause, side.replace(/把|将|一张|图片?|里面?|中|请|帮我/gu, ''))
        ? versionsSaid(scene, clause, side)
        : []);
    return (
      versions.length > 1 && scene.session.current !== null && versions.includes(scene.session.current)
        ? [scene.session.current]
        : versions
    ).slice(0, 1);
  });
  return [...new Set(found)];
}

/** "put the cat into the garden": one added picture into another. */
function intoUpload(scene: Scene, clause: Clause, signed: string): Plan | undefined {
  const text = written(clause, signed);
  const uploads = scene.session.versions.filter(({ mode }) => mode === null);
  if (uploads.length < 2) return undefined;
  const sides = (
    /^(?:please )?(?:put|place|move|set|bring|take) (.+?) (?:in(?:to|side)?|on(?:to)?|to) (.+)$/i.exec(
      text,
    ) ?? /^(?:把|将|让)?(.+?)(?:放到|放进|放在|搬到|移到|去|带到)(.+?)(?:里面?|中|上|去)*$/u.exec(text)
  )?.slice(1);
  if (!sides) return undefined;
  const [what, where] = sides.map((side) =>
    uploads
      .filter(({ version }) => versionsSaid(scene, clause, side).includes(version))
      .map(({ version }) => version),
  );
  if (what!.length !== 1 || where!.length !== 1 || what![0] === where![0]) return undefined;
  return [
    { type: 'combine', prompt: withMentions(clause, signed), references: [ref(what![0]!), ref(where![0]!)] },
  ];
}

const SAME = new RegExp(
  `^(?:(?:now|then|please|but|again|let's see|let me see|i want|i'd like|can i see|see) )*(?:(?:to see|draw|show|put|paint|make|give|place|have|let|imagine|create|generate)(?: me| us)? )?(?:the |this |that |these |those |our |my |a )?(?:very |exact )?(?:same|very same|identical|very) (?!again|without\\b|with\\b|layout|composition|style|seed|size|prompt|message|thing|look|picture|image|settings|colou?rs?|background|one\\b|way|as\\b|but\\b|words|scene|amount|much|many|dark|bright|big|small|good|nice|${V})([\\w-]+(?: [\\w-]+)?)(?: .+|,.+)$`,
  'iu',
);
const CHARACTER =
  /\bsame (?:character|person|animal|creature)\b|\b(?:our|this|that) \w+ (?:again )?(?:in|on|at) (?:an?|the) (?:new|other|different)\b|^(?:this|our|that) \w+ (?:again|once more),? (?:but|now|this time)\b/i;
const SAME_ZH =
  /^(?:请|画|让|把|现在|然后|再|还是|就|用|换)*(?:同一|同样的?|相同的?|一样的?)(?:一)?(?:只|个|条|匹|位|名|辆|头|座|艘|栋)?(?!风格|布局|构图|尺寸|种子|步|张|幅|图|样|背景|颜色|画风|的)(.+)$|^(?:还是|就)(?:这|那)(?:只|个|条|匹|位|名|辆|头|座|艘|栋)(?!背景)(.+[，,换去到在].+)$/u;
const FROM = new RegExp(
  `^(?:(?:draw|show|paint|put|place|imagine|create|generate|i want|let's see|now|have|take)(?: me)? )*(?:the |that |my |this |our )?([\\w -]+?) (?:from|of|in) ${V},? (?:(?:but|this time|now|again|and) )*(?!(?:into|onto|to|with|and|in|on|next to|beside) (?:the|it|this|here|${V})(?: |$)(?!beach|forest|sea|city|snow|desert|moon|mountains?|kitchen|garden|street|sky|rain|woods|jungle|park|room))(?:(?:as|in|on|at|with|wearing|riding|swimming|flying|sitting|standing|\\w+ing|dressed|playing)\\b.+)$`,
  'iu',
);
const FROM_ZH = new RegExp(
  `^(?:请|画|让|把|用)*${V}(?:照片)?(?:里面?|中|上)?的([^背天颜].{0,5}?)(?:在|放到|放在|坐在|站在|去|扮成|变身|扮演|当|做|骑|穿着)(.+?)(?:里|上|中)?$`,
  'u',
);

/** "take the boat of v3 and place it in v4": said in two clauses. */
export const TAKEN_OVER: Rule = {
  action: 'combine',
  en: new RegExp(
    `^(?:take|use|cut out|grab|get|copy) [^,]*${V}[^,]*,? and (?:put|place|paste|add|set|insert|move) (?:it|him|her|them)\\b.*${V}`,
    'iu',
  ),
  zh: new RegExp(`^(?:把|用|拿).*${V}.*[，,](?:放|贴|加|移|画)(?:到|在|进).*${V}`, 'u'),
  read: toCombine,
};

export const LOOKS: readonly Rule[] = [
  { action: 'style', en: STYLE, zh: STYLE_ZH, not: /\b(?:hair ?style|free ?style)\b/i, read: toStyle },
  {
    action: 'combine',
    en: any(
      COMBINE.source,
      `${V}.*${V}`,
      `^(?:please )?(?:put|place|move|set|bring|take) .+ (?:in(?:to|side)?|on(?:to)?|to) `,
    ),
    zh: any(COMBINE_ZH.source, `${V}.*${V}`, '放到|放进|放在|搬到|去|带到'),
    not: /\b(?:compare|difference|style|vs|versus)\b|对比|比较|风格/i,
    read: toCombine,
  },
  {
    action: 'identity',
    en: any(SAME.source, CHARACTER.source),
    zh: SAME_ZH,
    not: /^(?:put|place|add|make|have)\b.*\b(?:it|the picture|here)$|\b(?:background|sky) (?:in|as)\b/i,
    read: ({ scene, clause, text }) => {
      if (!scene.hasPicture) return undefined;
      const [reference] = referencesIn(clause, text);
      if (reference)
        return about(
          scene,
          reference,
          (version): Plan => [
            { type: 'identity', prompt: withMentions(clause, text), references: [ref(version)] },
          ],
        );
      return [
        { type: 'identity', prompt: text, ...(current(scene).length > 0 && { references: current(scene) }) },
      ];
    },
  },
  {
    action: 'identity',
    en: FROM,
    zh: FROM_ZH,
    read: ({ scene, clause, text }) => {
      const [reference, ...others] = referencesIn(clause, text);
      if (!reference || others.length > 0 || /这(?:张|幅|个)|它|当前/u.test(text)) return undefined;
      return about(
        scene,
        reference,
        (version): Plan => [
          { type: 'identity', prompt: withMentions(clause, text), references: [ref(version)] },
        ],
      );
    },
  },
];
