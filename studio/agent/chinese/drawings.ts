/** Chinese messages that draw: more of the same, other settings, the look or the subject of a version, new pictures, edits. Pure. */
import type { Action, PictureRef, Plan, Region } from '../actions.ts';
import { canBeDrawn } from '../known-subject.ts';
import { CHINESE_NUMBER, numberOf } from '../numbers.ts';
import { firstOf, type Rule, whole } from '../rules.ts';
import type { Named, Scene } from '../scene.ts';
import { type Options, settingsIn } from '../settings.ts';
import { soundsLikeCommand } from './loose.ts';
import { NAME, nameOf } from './names.ts';
import { isOnly } from './words.ts';

const ref = (version: number): PictureRef => ({ version });
const REF = `(${NAME}|.{1,8}?的?那(?:张图|张|幅|个版本))`;
const PICTURES = '(?:张图片|张图|张|幅画|幅图|幅|个版本|个变体|个|种|次|版)';

const VARY: readonly Rule[] = [
  [
    whole(
      `(?:请)?(?:再|重新|又|多|另外)+(?:给我|来|画|生成|做|要|出|试|弄)*(${CHINESE_NUMBER}|几|一些)?${PICTURES}?(?:不同|不一样|类似|一样|其他|别|新|同样|相似)?(?:的)?(?:版本|变体|看看|吧|试试|图)*`,
      `(?:给我|来|要|生成|画)(${CHINESE_NUMBER}|几)${PICTURES}(?:不同|不一样|类似|其他|别|相似)(?:的)?(?:版本|变体|图|看看|吧)*`,
      `(?:再来一次|重来|重画|重新画|重新生成|再试一次|再试试|换一张|换一个|换个样子|另一张|再一次|再画一次|再来|重新来一?[次张]?|重试|来个变体|变体|再生成一次|同样的再来一[张次]|(?:换|用)(?:一个|个)?(?:新的?|别的|随机|不同的?)?(?:随机)?种子)(?:一下|吧|试试|看看|一遍|一次)*`,
    ),
    (_, groups) => varied(undefined, groups.slice(1).find((group) => group !== '') ?? ''),
  ],
  [
    whole(
      `(?:请)?(?:再|重新|多|另外)?(?:给我|来|画|生成|做|要|出)*(${CHINESE_NUMBER}|几)?${PICTURES}?(?:像|跟|和|与|类似|同|照着|按照|根据|按)(?:于)?${REF}(?:一样|类似|相似|差不多|那样)?(?:的)?(?:再)?(?:来|画|生成|图|版本|变体)*(${CHINESE_NUMBER}|几)?${PICTURES}?(?:图|吧)?`,
      `(?:把)?${REF}(?:再|重新|多)(?:来|画|生成|做|试)(${CHINESE_NUMBER}|几)?(?:张|次|个|遍|幅)?(?:图|吧|变体)?`,
      `(?:重画|重新画|重新生成|再画一次|再来一次)${REF}`,
      `${REF}的(${CHINESE_NUMBER}|几)?(?:个|张|种)?变体`,
    ),
    (scene, groups, text) => {
      const filled = groups.slice(1).filter((group) => group !== '');
      const name = filled.find(
        (group) => nameOf(group) && !new RegExp(`^${CHINESE_NUMBER}$`, 'u').test(group),
      );
      const amount = filled.find((group) => group !== name) ?? '';
      const named = name && nameOf(name);
      if (!named || !/再|重新|多|另外|类似|相似|一样|变体|重画|来|生成|要/u.test(text)) return undefined;
      return scene.about(named, (version) => varied(ref(version), amount));
    },
  ],
];

function varied(of: PictureRef | undefined, amount: string): Plan {
  const count = /^(?:几|一些)$/u.test(amount) ? 3 : amount === '' ? undefined : numberOf(amount);
  return [{ type: 'vary', ...(of && { of }), ...(count && { count }) }];
}

const SAME =
  /^(?:\s|请|再|重新|同样的?|一样的?|这次|这张|这个|它|把|改|改成|换成|换|用|画|生成|来|做|一遍|一次|一张|一下|一个|的|，|,|试|跑|但|不过|出|成|为|图|图片|吧|以|大小|尺寸|质量|也|就)*$/u;

function repeated(scene: Scene, text: string): Plan | undefined {
  const { options, rest } = settingsIn(text);
  if (Object.keys(options).length === 0) return undefined;
  const layout =
    /(?:保持|用|按|以)?(?:同样|相同|一样|原来|不变)(?:的)?(?:布局|构图)|(?:布局|构图)(?:不变|一样|相同|保持不变)|保持(?:布局|构图)(?:不变)?|完成(?:这个|这张)?草稿/u;
  const type = layout.test(rest) ? ('same-layout' as const) : ('repeat' as const);
  const left = rest.replace(layout, '');
  if (SAME.test(left)) return scene.hasPicture ? [{ type, options }] : [scene.nothingThere()];
  const name = new RegExp(REF, 'iu').exec(left);
  const named = name && nameOf(name[1]!);
  if (named && SAME.test(left.replace(name[1]!, '')))
    return scene.about(named, (version) => [{ type, of: ref(version), options }]);
  return undefined;
}

function sameLayout(scene: Scene, text: string): Plan | undefined {
  if (
    !/^(?:请|再|保持|用|按|以)*(?:同样|相同|一样)(?:的)?(?:布局|构图)(?:，?再?(?:画|来|生成)?(?:一次|一张|一遍)?)?$|^保持(?:布局|构图)(?:不变)?(?:，?再?(?:画|来|生成)?(?:一次|一张|一遍)?)?$/u.test(
      text,
    )
  )
    return undefined;
  return scene.hasPicture ? [{ type: 'same-layout', options: {} }] : [scene.nothingThere()];
}

const LOOKS: readonly RegExp[] = [
  new RegExp(
    `^(.*?)(?:跟|和|与|像|同)${REF}(?:是)?(?:一个|同一个|同样的?|一样的?|相同的?)(?:风格|画风)()$`,
    'u',
  ),
  new RegExp(
    `^(.*?)(?:用|以|按|采用|套用|照|按照|参照|参考|换成|改成|变成|像|跟|和|学)${REF}(?:一样)?的?(?:那种)?(?:风格|画风|样式|感觉)(?:来|去|一样|上)?(.*)$`,
    'u',
  ),
  new RegExp(
    `^(.*?)(?:风格|画风)(?:改成|换成|变成|要|跟|和|与|像|参考|用)*(?:跟|和|与|像)?${REF}(?:的)?(?:一样|相同|一致|那样|一个样)?()$`,
    'u',
  ),
  new RegExp(`^(.*?)(?:变成|改成|画成|做成|弄成)(?:跟|和|像)?${REF}(?:那样|一样|那种)(?:的)?()$`, 'u'),
  new RegExp(
    `^(?:把)?${REF}的?(?:风格|画风)(?:用到|应用到|套用到|用在|套到)(?:这张?图?|它|当前)(?:上)?()()$`,
    'u',
  ),
];

function styled(scene: Scene, text: string): Plan | undefined {
  for (const pattern of LOOKS) {
    const match = pattern.exec(text);
    const name = match?.slice(1).find((group) => group && nameOf(group));
    const named = name && nameOf(name);
    if (!match || !named) continue;
    const subject = match
      .slice(1)
      .filter((group) => group && group !== name)
      .join('');
    const isNew =
      /(?:画|来|生成)(?:一|两|三|只|个|张|幅)|^(?:一|两|三)[\p{Script=Han}]/u.test(subject) ||
      !scene.hasPicture;
    return scene.about(named, (version): Plan => {
      const { current } = scene.session;
      const target = current !== null && current !== version && !isNew ? { target: ref(current) } : {};
      return [
        {
          type: 'style',
          prompt: text.replace(name, name.startsWith('@') ? name : ` @${version} `),
          ...target,
          styles: [ref(version)],
        },
      ];
    });
  }
  return undefined;
}

function identified(scene: Scene, text: string): Plan | undefined {
  const same =
    /^(?:请|画|让|把|现在|然后|再)*(?:同一|同样的|相同的|一样的|同样|这)(?:一)?(?:只|个|条|匹|位|名|辆|头|座|艘|栋)?(?!风格|布局|构图|尺寸|种子|步|张|幅|图|样|背景|颜色)(.+)$/u.exec(
      text,
    );
  if (!same || !scene.hasPicture || !/^(?:请|画|让|把|现在|然后|再)*(?:同一|同样|相同|一样)/u.test(text))
    return undefined;
  const name = new RegExp(`${REF}`, 'u').exec(text);
  const named = name && nameOf(name[1]!);
  if (named && /@|第|v\d/u.test(name[1]!))
    return scene.about(named, (version) => [
      { type: 'identity', prompt: text.replace(name[1]!, ` @${version} `), references: [ref(version)] },
    ]);
  const { current } = scene.session;
  return [{ type: 'identity', prompt: text, ...(current !== null && { references: [ref(current)] }) }];
}

/** The one of a version, somewhere else: "第一张的猫在海边". */
function fromVersion(scene: Scene, text: string): Plan | undefined {
  const match = new RegExp(
    `^(?:请|画|让|把)*${REF}(?:里|中|上)?的(.{1,6}?)(?:在|放到|放在|坐在|站在|去)(.+?)(?:里|上|中)?$`,
    'u',
  ).exec(text);
  const named = match && nameOf(match[1]!);
  if (!match || !named || new RegExp(NAME, 'u').test(match[3]!) || /这(?:张|幅|个)|它|当前/u.test(match[3]!))
    return undefined;
  return scene.about(named, (version) => [
    { type: 'identity', prompt: text.replace(match[1]!, ` @${version} `), references: [ref(version)] },
  ]);
}

const COMBINE =
  /合并|合成|合在一起|拼在一起|放在一起|融合|结合|组合|混合|放到同?一(?:张|幅|个)|合到一|拼成|放进同一/u;

function combined(scene: Scene, text: string): Plan | undefined {
  const names = namesIn(text);
  const isInto = names.length >= 2 && /(?:放到|放进|放在|加到|加进|移到)/u.test(text);
  if (!COMBINE.test(text) && !isInto) return undefined;
  if (names.length >= 2)
    return resolved(scene, names, (versions) =>
      new Set(versions).size < 2
        ? [scene.nothingThere()]
        : [
            {
              type: 'combine',
              prompt: withMentions(text, names, versions),
              references: [...new Set(versions)].map(ref),
            },
          ],
    );
  const sides = text
    .replace(COMBINE, ' ')
    .split(/和|与|跟|、|放到|放进|加到|\s/u)
    .flatMap((side) => {
      const left = side.replace(/把|将|一张|图片?|里面?|中|请|帮我/gu, '');
      return left === '' ? [] : scene.contents.withAll(left).slice(0, 1);
    });
  if (new Set(sides).size >= 2)
    return [{ type: 'combine', prompt: text, references: [...new Set(sides)].map(ref) }];
  if (!/(?:这|那)?(?:两|几|三|四|些|所有|全部)(?:张|幅|个)?|它们|一起/u.test(text)) return undefined;
  const numbers = scene.session.versions
    .filter(({ state }) => state === 'active')
    .map(({ version }) => version);
  const uploads = scene.session.versions.filter(({ mode }) => mode === null).map(({ version }) => version);
  const all =
    /所有|全部|三张|四张/u.test(text) || numbers.length === 2
      ? numbers
      : uploads.length === 2
        ? uploads
        : undefined;
  const chosen = all ?? numbers.slice(-2);
  if (chosen.length < 2) return [scene.nothingThere()];
  const plan: Plan = [{ type: 'combine', prompt: text, references: chosen.map(ref) }];
  if (all) return plan;
  return [
    scene.ask('which-picture', [
      { label: 'combine', params: { one: chosen[0]!, other: chosen[1]! }, plan: plan as never },
    ]),
  ];
}

interface NamedAt {
  named: Named;
  start: number;
  text: string;
}

function namesIn(text: string): NamedAt[] {
  return [...text.matchAll(new RegExp(NAME, 'giu'))].flatMap((match) => {
    // 这张 and 当前 name the picture that is changed anyway.
    const named = /^(?:这|现在|当前)/u.test(match[0]) ? undefined : nameOf(match[0]);
    return named ? [{ named, start: match.index, text: match[0] }] : [];
  });
}

function resolved(
  scene: Scene,
  names: readonly NamedAt[],
  plan: (versions: number[]) => Plan,
  before: number[] = [],
): Plan {
  const [first, ...others] = names;
  if (!first) return plan(before);
  return scene.about(first.named, (version) => resolved(scene, others, plan, [...before, version]));
}

function withMentions(text: string, names: readonly NamedAt[], versions: readonly number[]): string {
  let out = '';
  let at = 0;
  names.forEach((name, k) => {
    out += text.slice(at, name.start) + (name.text.startsWith('@') ? name.text : ` @${versions[k]} `);
    at = name.start + name.text.length;
  });
  return (out + text.slice(at)).trim();
}

const NEW =
  /^(?:请|现在|那|然后|接着|再|重新|另外|改|就|来|帮我|给我|帮忙)*(?:画|绘制|生成|创作|创建|制作|设计|做|来|要|我想要|我要|我想看|想要|想看|弄|搞)(?:一下|出|个)?(?:一|两|三|四|几|个|只|张|幅|些|新|条|座|辆|朵)|^(?:画|绘制|生成|创作)(?!在|上|成|得|它|他|她|这|好|完|大|小)(?:.+)$|^(?:新的?一?张|新图|新画|另一张|另外一张|换个主题|换一个主题|新的图|新图片|重新开始)[:：，]?(?:.+)$|^一(?:张|幅).+的(?:图|图片|画|照片|插画|海报)$/u;
const ON_PICTURE =
  /(?:在|给|往|到)(?:它|他|她|其|上面|旁边|头上|身上|手里|图里|图中|画面|背景|天空|左边|右边|中间|天上|后面|前面|角落)|(?:它|他|她)的?(?:旁边|上面|后面|头上|身上|前面)/u;
const COUNTED = new RegExp(
  `^((?:请|帮我|给我|再|来)*(?:画|绘制|生成|创作|来|要|做|给我)?)(${CHINESE_NUMBER}|几)(?:张|幅)(?:不同的?|不一样的?)?(.+)$`,
  'u',
);

function newPicture(scene: Scene, text: string): Plan | undefined {
  const { options, rest } = settingsIn(text);
  if (!NEW.test(rest)) return undefined;
  if (scene.hasPicture && ON_PICTURE.test(rest) && !/^(?:画|生成|来)一(?:张|幅)/u.test(rest))
    return undefined;
  if (isVague(rest)) return [whatToDraw(scene)];
  const counted = COUNTED.exec(rest);
  const count = counted && (counted[2] === '几' ? 3 : numberOf(counted[2]!));
  const all = { ...options, ...(count && count > 1 && { count }) };
  const prompt =
    count && count > 1
      ? counted[3]!.replace(/^的/u, '')
      : rest.replace(/^(?:新的?一?张|新图|新画|换一?个主题|新的图|新图片|重新开始)[:：，]/u, '');
  return [{ type: 'new', prompt, ...(Object.keys(all).length > 0 && { options: all as Options }) }];
}

function isVague(text: string): boolean {
  if (/^换一?个(?:主题|话题|内容|题材)$/u.test(text)) return true;
  return /^(?:请|帮我|给我|再|随便)*(?:画|来|生成|做|搞|换)?(?:点|个|一个|一张|些|幅|一幅|张|一点)?(?:什么|别的|其他的?|新的?|东西|随便|好看的?|有趣的?|图|图片|画|不一样的?|不同的|随便什么|都行|惊喜|好玩的)(?:吧|东西|都行|都可以|图|画|试试|图片)*$/u.test(
    text,
  );
}

function whatToDraw(scene: Scene): Action {
  const subjects = scene.context.knows?.subjects ?? [];
  const offered = [0, 3, 43, 54].flatMap((k) => subjects[k] ?? []);
  return scene.ask(
    'what-to-draw',
    offered.map(({ zh }) => ({
      label: 'draw',
      params: { words: zh },
      plan: [{ type: 'new', prompt: `一个${zh}` }],
    })),
  );
}

const DISLIKE =
  /^(?:不|不对|不行|不是(?:这样|这个)?的?|不好|不好看|难看|太丑了?|丑|很丑|好丑|错了|不喜欢(?:这个|这张|它)?|我不喜欢(?:这个|这张|它|这样)?|不是我想要的|不是我要的|(?:再)?(?:改|弄|画|做|变)?(?:得)?(?:更)?(?:好看?|好看|漂亮|好)一?(?:点|些)(?:吧)?|改(?:一?下|一?改)?(?:吧)?|换(?:一?下|一?换)?|修(?:一)?(?:下|改)(?:它|一下)?|优化一?下|嗯，?不|然后呢?|继续(?:吧)?|下一个|是的?|对|怎么办|那个|这个|不知道|随便|都行|你(?:决定|看着办)|有点怪|怪怪的|奇怪|不太(?:对|好|像)|不像|差一点|还差点|重新想想|别的|其他的?|不一样的?|(?:让|把)它(?:变|弄|改)?得?(?:更)?(?:好看|好|漂亮)一?(?:点|些)?)(?:啊|呀|哦|吧|了|，|！)*$/u;

function unclear(scene: Scene, words?: string): Action {
  const { current, versions, canUndo } = scene.session;
  const isAny = scene.hasPicture || versions.length > 0;
  return scene.ask(isAny ? 'what-to-do' : 'what-to-draw', [
    current !== null ? { label: 'vary', plan: [{ type: 'vary', count: 3 }] } : undefined,
    canUndo && versions.length > 0 ? { label: 'undo', plan: [{ type: 'undo' }] } : undefined,
    words !== undefined
      ? { label: 'edit', params: { words }, plan: [{ type: 'edit', prompt: words }] }
      : undefined,
    ...(isAny ? [] : (whatToDraw(scene) as Extract<Action, { type: 'ask' }>).choices),
  ]);
}

const REGION: readonly [RegExp, Region][] = [
  [/左(?:边|侧)?(?:的)?三分之一/u, 'left-third'],
  [/右(?:边|侧)?(?:的)?三分之一/u, 'right-third'],
  [/上(?:面|方|部)?(?:的)?三分之一/u, 'top-third'],
  [/下(?:面|方|部)?(?:的)?三分之一/u, 'bottom-third'],
  [/左上/u, 'top-left'],
  [/右上/u, 'top-right'],
  [/左下/u, 'bottom-left'],
  [/右下/u, 'bottom-right'],
  [/左/u, 'left'],
  [/右/u, 'right'],
  [/上半|上面|上方|顶部|上部/u, 'top'],
  [/下半|下面|下方|底部|下部/u, 'bottom'],
  [/中间|中央|中部/u, 'middle'],
];

/** “只把帽子改成红色”: the thing to which a change keeps. */
const ONLY_THING =
  /^(?:请|帮我)*只(?:改|换|动|变|修改|给|把|将|让)(?:一下)?(?!这|那|第|左|右|上|下|中|背景)(\p{Script=Han}{1,4}?)(?:的颜色)?(?:$|[，,]|改成|变成|换成|涂成|染成|改为|变为|换为)/u;

function regionOf(text: string): Region | undefined {
  const isOnly =
    /只(?:改|在|动|换|变|把|修改|给)|仅/u.test(text) ||
    /(?:左|右|上|下|中)(?:边|侧|面|方|半边|半部分|半|间)(?:的?那?[一]?(?:只|个|条|匹|位|辆)|半|部分)/u.test(
      text,
    );
  const isThere =
    /^(?:请|帮我)*(?:把|将|给|让)(?:画面)?(?:左|右|上|下|中)(?:边|侧|面|方|间|上|下|上角|下角)*的.+?(?:换|变|改|涂|染|去掉|删|戴|加|穿)/u.test(
      text,
    );
  if (!(isOnly || isThere) || /^(?:加|放|移|把.+(?:移|放)到)/u.test(text)) return undefined;
  return REGION.find(([pattern]) => pattern.test(text))?.[1];
}

function edited(scene: Scene, text: string): Plan {
  const { options, rest } = settingsIn(text);
  const lead = new RegExp(
    `^(?:在|把|给|用|对|从|让|将|以)?${REF}(?:的基础上?|为基础|里面?|中|上面?|上|开始)?[，,：:]?(?:再|也|来)?(.+)$`,
    'u',
  ).exec(rest);
  const leadNamed = lead && !/^(?:这|现在|当前)/u.test(lead[1]!) ? nameOf(lead[1]!) : undefined;
  const isReference =
    lead &&
    !/^(?:把|将|给|让|对)/u.test(rest) &&
    !/(?:换成|改成|变成|变为|换为)/u.test(rest) &&
    /^(?:里|中|上)?的(?!基础)/u.test(rest.slice(rest.indexOf(lead[1]!) + lead[1]!.length)) &&
    !/^(?:里|中|上)?的(?:背景|天空|颜色)/u.test(rest.slice(rest.indexOf(lead[1]!) + lead[1]!.length));
  if (
    lead &&
    leadNamed &&
    !isReference &&
    !(leadNamed.by === 'content' && scene.versionsOf(leadNamed).length === 0)
  ) {
    const isMention = lead[1]!.startsWith('@');
    return scene.about(leadNamed, (version) => {
      const words = isMention
        ? rest
        : `${/^(?:把|给|让|将|对)/u.test(rest) && !/^(?:里|中|上|的基础)/u.test(rest.slice(rest.indexOf(lead[1]!) + lead[1]!.length)) ? `${rest[0]}它` : ''}${lead[2]!}`;
      return [edit(words, options, { target: ref(version) })];
    });
  }
  const names = namesIn(rest);
  if (names.length === 0) return [edit(rest, options, {})];
  return resolved(scene, names, (versions) => [
    edit(withMentions(rest, names, versions), options, { references: versions.map(ref) }),
  ]);
}

function edit(
  prompt: string,
  options: Partial<Options>,
  named: { target?: PictureRef; references?: PictureRef[] },
): Action {
  const region = regionOf(prompt);
  const only = region ? undefined : ONLY_THING.exec(prompt.trim())?.[1];
  return {
    type: 'edit',
    prompt: prompt.trim(),
    ...named,
    ...(region && { region }),
    ...(only && { only }),
    ...(Object.keys(options).length > 0 && { options: options as Options }),
  };
}

function bareWords(scene: Scene, text: string): Plan | undefined {
  if (!scene.hasPicture) return undefined;
  if (!/^(?:一|两|三|几)(?:只|个|条|匹|头|辆|座|棵|朵|艘|颗|把|位|架|栋|幅|张)/u.test(text)) return undefined;
  const isScene = /在|下|上|旁|和|与|里|中/u.test(text);
  if (!isScene || !canBeDrawn(scene.context.knows, text) || ON_PICTURE.test(text)) return undefined;
  const { options, rest } = settingsIn(text);
  return [
    { type: 'new', prompt: rest, ...(Object.keys(options).length > 0 && { options: options as Options }) },
  ];
}

/** A sign of a change: what is added, changed, or how it is to look. */
const EDIT_SIGN =
  /[加添换改变去删移涂写画让放戴穿调更点些色夜晚昼雪雨大小亮暗高低远近多少冬夏春秋把给成不没有在海山树花云月星光草水火风飞跑坐站笑睡左右上下里中]|背景|风格|白天|手绘|水彩|素描|卡通|照片|[a-z]{3,}/iu;
const CHANGE_IN = /加|添|换|改|变|去掉|删|移|涂|写|画|让|放|戴|穿|调/u;
const CHANGE =
  /^(?:请|现在|然后|再|也|还|只|帮我)*(?:加上?|添加?|添上|去掉|删|移除|拿掉|擦掉|换成?|替换|改成?|改|变成?|把|将|给它|给他|给她|让它|调|放大|缩小|旋转|翻转|背景|移到|移动|涂|不要|去除|更|变|戴上?|穿上?)/u;

/** Longest clause that is read for names of versions and the like; a longer one is a description. */
const LONGEST = 160;

/** A long text: it is drawn as it stands. */
function described(scene: Scene, text: string): Plan {
  return [{ type: scene.hasPicture && !NEW.test(text) ? 'edit' : 'new', prompt: text }];
}

/** What a clause of drawing words asks for. */
export function readDrawing(scene: Scene, text: string): Plan {
  if (text.length > LONGEST) return described(scene, text);
  const special =
    sameLayout(scene, text) ??
    repeated(scene, text) ??
    moreOfTheSame(scene, text) ??
    (DISLIKE.test(text) || (scene.hasPicture && isOnly(text)) ? [unclear(scene)] : undefined) ??
    (isVague(text) ? [whatToDraw(scene)] : undefined) ??
    styled(scene, text) ??
    combined(scene, text) ??
    identified(scene, text) ??
    fromVersion(scene, text) ??
    newPicture(scene, text) ??
    bareWords(scene, text);
  if (special) return special;
  if (scene.hasPicture || (namesIn(text).length > 0 && scene.session.versions.length > 0))
    return (soundsLikeCommand(text) && !CHANGE_IN.test(text)) || !EDIT_SIGN.test(text)
      ? [unclear(scene, text)]
      : edited(scene, text);
  if (CHANGE.test(text) && !/^把?(?:一|两)(?:只|个)/u.test(text)) return [nothingToChange(scene, text)];
  const { options, rest } = settingsIn(text);
  return [
    { type: 'new', prompt: rest, ...(Object.keys(options).length > 0 && { options: options as Options }) },
  ];
}

/** Settings and layouts that a text asks for and nothing else. */
export function readSettings(scene: Scene, text: string): Plan | undefined {
  return text.length > LONGEST ? undefined : (sameLayout(scene, text) ?? repeated(scene, text));
}

function moreOfTheSame(scene: Scene, text: string): Plan | undefined {
  const plan = firstOf(VARY, scene, text);
  return plan && plan[0]?.type === 'vary' && scene.session.versions.length === 0 && !scene.hasPicture
    ? [scene.nothingThere()]
    : plan;
}

function nothingToChange(scene: Scene, text: string): Action {
  const ask = scene.nothingThere() as Extract<Action, { type: 'ask' }>;
  return {
    ...ask,
    choices: [
      ...ask.choices,
      { label: 'draw', params: { words: text }, plan: [{ type: 'new', prompt: text }] },
    ],
  };
}
