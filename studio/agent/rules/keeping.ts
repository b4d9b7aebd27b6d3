/** Names, files, the search over all sessions, and two versions side by side. Pure. */
import type { Plan } from '../actions.ts';
import { about, aboutAll, type Reference, referencesIn, V, written } from '../clause.ts';
import { isAllSaid, versionsSaid } from '../described.ts';
import { any, isOnly, type Rule, type Said, whole } from './rule.ts';

const CHAT = '(?:session|chat|conversation|project|thread)';

const RENAME: Rule = {
  action: 'rename',
  en: whole(
    `(?:re-?name|retitle|name|call|title) (?:this |the |my |our )?${CHAT}?(?: title)?(?:(?<=session|chat|conversation|project|thread|title)|(?<=^(?:re-?name|retitle|title) )(?:it|this|that|everything)|(?<=^(?:name|call) )this(?: one)?)(?: to| as| into|:)? (.+)`,
    `(?:re-?name|retitle)(?: (?:it|this|that|everything))?(?: to| as|:) (.+)`,
    `(?:set|change|make|update) (?:the |this |my )?(?:${CHAT}(?:'?s)? )?(?:title|name)(?: of (?:this|the) ${CHAT})? (?:to|be|into)(?: be)?:? (.+)`,
    `(?:the |this |my )?${CHAT}(?:'s)? ?(?:title|name)? ?(?:should|shall|is to|must) ?(?:be )?(?:called |named |titled )?(.+)`,
    `(?:the |this )?${CHAT} (?:is |be )?(?:called|named|titled)(?: be)? (.+)`,
    `(?:the |our )?(?:new )?(?:title|name of (?:this|the) ${CHAT}) (?:should|shall|is to|must) be:? (.+)`,
    `(?:new )?(?:title|name): (.+)`,
    `(?:a )?new (?:name|title)(?: for (?:this|the|my) ${CHAT})?:? (.+)`,
    `(?:let|this|the) ?(?:this|the)? ?${CHAT} (?:is |is to |shall |should )?(?:to )?be (?:called|named) (.+)`,
    `(?:give|let'?s give) (?:this|the|it)(?: ${CHAT})? (?:the|a new|a) (?:name|title):? (.+)`,
  ),
  zh: whole(
    '(?:把|将)?(?:这个|当前|本)?(?:会话|对话|聊天|项目|标题|名字|作品集)(?:的)?(?:标题|名字|名称)?(?:重新)?(?:就|应该|请)?(?:改名|重命名|命名|改|改成|叫做?|改为|取名|起名|设为|设成|换成)(?:为|成|叫|做)?[:：]?(.+)',
    '(?:重命名|改名|改标题|命名)(?:这个)?(?:会话|对话)?(?:为|成|叫|做)?[:：]?(.+)',
    '(?:给|为)(?:这个|当前)?(?:会话|对话|项目)(?:改|取|起|换)(?:个|一个)?(?:名字|名|标题|新名字)(?:叫|为|：|:)*(.+)',
    '(?:新)?(?:标题|名字)[:：]\\s*(.+)',
    '(?:给|为)?(?:这个|当前)?(?:会话|对话|项目)(?:起名|取名|命名)(?:叫|为)?(.+)',
  ),
  read: ({ clause, match }) => {
    const title = match.slice(1).find((group) => group);
    return title ? [{ type: 'rename', title: written(clause, title).trim() }] : undefined;
  },
};

/** "这个故事叫《猫》，帮我改名": the name stands in one clause and what is to be done with it in the next. */
export const NAMED: Rule = {
  action: 'rename',
  zh: /^(?:这|那|这个|我们的?|我的|整个)*(?:故事|会话|对话|项目|作品|作品集|系列|聊天|它)(?:就)?(?:叫做?|叫作|名叫|名字叫)(.+?)[，,](?:请|帮我|给我|你|麻烦)*(?:改|换|起|取|重命)(?:个|一下|一个)?(?:会话|对话)?(?:的)?(?:名字?|标题)(?:吧|一下)?$/u,
  read: ({ clause, match }) => {
    const title = written(clause, match[1]!)
      .replace(/^《(.+)》$/u, '$1')
      .trim();
    return title === '' ? undefined : [{ type: 'rename', title }];
  },
};

const EXPORT_EN = any(
  String.raw`^(?:(?:please|can|could|may|i|you|we|want|to|would|like|need|let|me|now|just|and|then|also|do)[, ]+)*(?:download|export|save|back ?up|archive|get a copy|store|get (?:it|this) as)\b`,
  String.raw`\bas an? (?:file|png|jpe?g|image file|zip|bundle|tar|download)\b|\bas (?:png|jpe?g|a file)\b|\b(?:back ?up|copy) of\b|^(?:get|give|send|i want|i need)\b.*\b(?:png|file|jpe?g)\b|\bon my (?:hard )?(?:disk|drive|computer|phone|desktop|pc)\b|\b(?:zip|bundle|tar)\b.*\b(?:session|everything|all|this|it)\b`,
);
const EXPORT_WORDS =
  /^(?:download|export|save|back-?up|backup|archive|copy|store|file|files|png|jpe?g|jpg|webp|zip|bundle|tar|disk|computer|desktop|downloads|folder|pc|laptop|phone|device|hard|drive|send|session|sessions|chat|conversation|project|history|whole|entire|full|current|final|finished|locally|local|everything|all|pack|gallery|format|safe|keep|somewhere)$/i;
const EXPORT_ZH =
  /导出|下载|保存|存成|存下来|存一下|存起来|存到|备份|打包|发我一?个?文件|存$|^存|(?:png|jpg|PNG|JPG|文件)$|存到/u;
const EXPORT_WORDS_ZH =
  /导出|下载|保存|存成|存下来|存起来|存到|存|备份|打包|会话|对话|全部|所有|整个|聊天|项目|都|文件|本地|电脑|手机|硬盘|桌面|png|jpg|给我|里|格式|内容|东西|历史|记录|成|下|发|一切|当前|为/giu;

/** Words for all that is here. */
export const WHOLE_SESSION =
  /\b(?:session|everything|all|chat|conversation|project|whole|bundle|zip|tar|history|archive)\b|会话|对话|全部|所有|整个|聊天|项目|都|备份|打包/iu;

function toExport({ scene, clause, text }: Said): Plan | undefined {
  if (/^(?:how|where)\b|怎么|如何|哪里/iu.test(text)) return undefined;
  const references = referencesIn(clause, text);
  const left = references.length === 0 ? scene.withoutSaid(text) : text;
  if (!isOnly(clause, left, { en: EXPORT_WORDS, zh: EXPORT_WORDS_ZH })) return undefined;
  if (scene.session.versions.length === 0 && !scene.isOnStep) return [scene.nothingThere()];
  const isPicture = /(?:这个|当前|这张|那张)图片?|保存图片$|picture$|image$/iu.test(text);
  if (references.length === 0 && !isPicture && WHOLE_SESSION.test(text))
    return [{ type: 'export', what: 'session' }];
  if (references.length > 0)
    return aboutAll(
      scene,
      references,
      (versions): Plan => versions.map((version) => ({ type: 'export', what: 'picture', version })),
    );
  const found = left === text ? [] : versionsSaid(scene, clause, text);
  const isOther =
    found.length > 0 && !(scene.session.current !== null && found.includes(scene.session.current));
  if (isOther)
    return about(
      scene,
      { text, versions: found, by: 'content' },
      (version): Plan => [{ type: 'export', what: 'picture', version }],
    );
  return [{ type: 'export', what: 'picture' }];
}

const SEARCH_EN = any(
  String.raw`^(?:(?:please|can|could|you|i|want|to|now|let's|me|help|try|we)[, ]+)*(?:search|look(?:ing)? (?:up|for|through|into)|find|hunt|browse)\b`,
  String.raw`\b(?:do i have|do you (?:still )?have .*\b(?:last|earlier|old)|have (?:i|we) (?:ever\b|(?:drawn|made|got|done)\b(?! so far))|pull up (?:my|the|our) (?:old |earlier )?(?:drawings|pictures|images)|(?:are there|is there) .*\b(?:old|older|earlier)\b.*\b(?:mine|pictures|drawings)|did (?:i|we) ever (?:draw|make|do)|in (?:all |any |other |another |my |old |earlier |previous )+(?:sessions?|chats?|conversations?|gallery|pictures))\b`,
  String.raw`^(?:show (?:me )?)?(?:all )?(?:of )?my (?:other |old |earlier )?[\w ]+ (?:pictures|drawings|images|sessions)$|^any(?:thing)? (?:old )?(?:pictures|drawings|images)? ?(?:of|with|about) |^did i (?:once |ever )?(?:make|draw|do)\b.*\b(?:once|before|ever|last)\b`,
  String.raw`\b(?:i|we) (?:once )?(?:drew|made|had|did|painted)\b.*\b(?:find|search|look for|where)\b|\bwhere (?:is|are) (?:my|the) (?:old|earlier)\b|\b(?:last|from last) (?:week|month|year|time)\b.*\bfind\b|\bshow (?:me )?(?:all )?my (?:old|earlier) (?:pictures|drawings|images)\b`,
);
const SEARCH_ZH =
  /搜索|搜一?下|搜|查找|查一下(?!天气)|检索|找一?下|找找|找出|(?:以前|之前|过去|曾经|上次|上回)(?:我)?(?:有没有)?画(?:过|的)|(?:其他|别的|所有|全部|以前的?|历史)(?:会话|对话|记录)(?:里|中)|^帮我找|^找(?!一)|画过.*在哪|都?找出来/u;
const SEARCH_REST = new RegExp(
  [
    String.raw`\b(?:in|from|among|through|across|over|within) (?:all |any |other |another |my |the |our |old |earlier |previous |every )*(?:sessions?|chats?|conversations?|gallery|pictures|history|archive)\b`,
    String.raw`\b(?:can|could) (?:you|we) (?:please )?(?:find|search|look).*$|\b(?:find|search for|look for) it\b`,
    String.raw`\b(?:search(?:ing)?|look(?:ing)? (?:up|for|through|into)|find|hunt|browse|please|do (?:i|we|you)|have (?:i|we)|did (?:i|we)|ever|still|drawn|drew|made|make|draw|got|painted|done|once|some time ago|ago|long|anything|something|everything|somewhere|from (?:earlier|before|last \w+)|last (?:week|month|year|time|night)|yesterday|for|me|all|any|my|old|with|about|pictures?|images?|drawings?|photos?|that|where|there|which|i|we|had|did|have|sessions?|chats?|of|are|is|the|a|an|one|ones|where(?: is| are)?|earlier|previous|show|asked|pull|up|mine|older|ask)\b`,
    `(?:在|从)?(?:其他|别的|所有|全部|以前的?|历史|过去的?)(?:的)?(?:会话|对话|记录|图片)(?:里面?|中)?`,
    `搜索|搜一?下|搜|查找|查一下|检索|找一?下|找找|找出来?|找|(?:以前|之前|过去|曾经|上次|上回)|有没有|画过|画的|请|帮我|我们?|你|所有|全部|关于|一下|出来|的?(?:图片|图|画|会话|记录|作品)|吗|吧|过|在哪(?:里|儿)?|呢|来着|那?[张个只]|的$|^的`,
  ].join('|'),
  'giu',
);

/** The words that are searched for. */
export const queryIn = (text: string): string =>
  text
    .replace(SEARCH_REST, ' ')
    .replace(/[?？.,，:：!]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();

function toSearch({ scene, clause, text }: Said): Plan | undefined {
  if (/^how many\b/i.test(text) || /^(?:画|生成)/u.test(text) || /^find (?:it|him|her|them) an? /i.test(text))
    return undefined;
  // What is here is no search over all sessions: "find the one with the hat".
  const references = referencesIn(clause, text).filter(({ versions }) => versions.length > 0);
  const isElsewhere =
    /\b(?:old|earlier|last|session|chat|history|gallery|once|ever|before|previous)s?\b|会话|以前|之前|上次|历史/iu.test(
      text,
    );
  if (references.length > 0 && !isElsewhere) return undefined;
  const query = queryIn(written(clause, text));
  if (query === '') return undefined;
  if (/^(?:did|have|do)\b/i.test(text) && versionsSaid(scene, clause, query).length > 0 && !isElsewhere)
    return undefined;
  return [{ type: 'search', query }];
}

const COMPARE_EN =
  /\b(?:compare|compared|comparison|comparing|contrast|side by side|side-by-side|differences?|differ|different from|versus|vs|next to each other|beside each other|before and after|diff|what(?:'s| is) different|what changed)\b|\bbefore ?\/ ?after\b|\bnext to (?:the )?(?:current|original|previous|this one)\b|\b(?:changed|new|different|progress)\b.*\b(?:since|compared|from) [\uF000-\uF0FF]|\bhow far\b.*[\uF000-\uF0FF]|\bagainst\b|\b(?:flip|toggle|switch|alternate) between\b|^(?:please )?(?:show|see|view|display|look at|put|open|let me see)(?: me)? [\uF000-\uF0FF] and [\uF000-\uF0FF]/iu;
const COMPARE_ZH =
  /放(?:在)?一起(?:看|比|对比|瞧)|一起看|比较|对比|比一比|比一下|比比|比起来|区别|差别|差异|差在哪|不同之处|有(?:什么|啥|哪些)(?:不同|不一样|变化)|哪里(?:不一样|不同|变了)|什么地方(?:变|不)|一样(?:吗|么)|比$|变了什么|并排|比(?:一)?(?:下|看)/u;
const COMPARE_PARTS = new RegExp(
  `^${V}(?: next to | beside | alongside | against | vs\\.? | versus | and | with | to )${V}$`,
  'iu',
);

function toCompare({ scene, clause, text }: Said): Plan | undefined {
  const { versions } = scene.session;
  if (versions.length === 0)
    return /^(?:compare|对比|比较)/iu.test(text) ? [scene.nothingThere()] : undefined;
  if (
    /^(?:(?:an? |two |some |add|draw|paint|create|put an?|make an?)\b|画|加|一|两只|比较(?:大|小|可爱|好))/iu.test(
      text,
    )
  )
    return undefined;
  if (/\bin(?:to)? (?:one|a single|the same) (?:picture|image|scene)\b/i.test(text)) return undefined;
  if (/(?<!对)比较(?:大|小|亮|暗|好|高|低|多|少)/u.test(text)) return undefined;
  let named: Reference[] = referencesIn(clause, text);
  if (named.length < 2) {
    const sides = text
      .replace(
        /^.*?\b(?:compare|between|comparison of|show|put|see|look at|difference of|how does|how do)\b(?: me| us)?/i,
        '',
      )
      .replace(
        /\b(?:compares?|differs?|different|side by side|next to each other|please|look like|the differences?)\b/gi,
        ' ',
      )
      .replace(COMPARE_ZH, ' ')
      .split(/\b(?:and|with|to|against|vs\.?|versus|from|next to|beside|than)\b|和|与|跟|同|、|\s{2,}/iu);
    const found = sides.flatMap((side): Reference[] => {
      const [reference] = referencesIn(clause, side);
      if (reference) return [reference];
      const place = /^\W*(?:the )?(original|first|last|latest|current|previous)\W*$/i
        .exec(side)?.[1]
        ?.toLowerCase();
      if (place)
        return [
          {
            text: side,
            by: 'place',
            versions: scene.versionsOf({
              by: 'place',
              place: place === 'first' ? 'original' : place === 'latest' ? 'last' : (place as 'original'),
            }),
          },
        ];
      const all = versionsSaid(scene, clause, side);
      return all.length > 0 && isAllSaid(scene, clause, side)
        ? [{ text: side, versions: all, by: 'content' }]
        : [];
    });
    if (found.length > named.length) named = found;
  }
  const isBare = named.length === 0;
  if (
    /\bagainst\b/i.test(text) &&
    !/compar|side by side|versus|differ/i.test(text) &&
    referencesIn(clause, text).length === 0
  )
    return undefined;
  const isSure =
    /compar|differen|vs|versus|side|before|diff|what changed|each other|contrast|比|区别|差|不同|不一样|变|并排|一起/iu.test(
      text,
    );
  if (
    isBare &&
    (!isSure ||
      !isOnly(clause, scene.withoutSaid(text), {
        en: /^(?:compare|compared|comparison|side-?by-?side|differences?|different|differ|diff|versus|vs|next|before|changed|after|both|two|before\/after)$/i,
        zh: /比较|对比|比|区别|差别|差异|不同|变化|变|前后|修改|两|张|图|版本|现在|之前|并排|起来|一起|一样|哪里|什么|地方|有|原来|刚才|后|俩|者|放/gu,
      }))
  )
    return undefined;
  const place = (where: 'previous' | 'current'): Reference => ({
    text: '',
    versions: scene.versionsOf({ by: 'place', place: where }),
    by: 'place',
  });
  const first = named[0] ?? place('previous');
  const second = named[1] ?? place('current');
  return aboutAll(
    scene,
    [first, second],
    ([one, other]): Plan =>
      one === other
        ? [scene.nothingThere()]
        : [{ type: 'compare', versions: [Math.min(one!, other!), Math.max(one!, other!)] }],
  );
}

export const COMPARE: readonly Rule[] = [
  { action: 'compare', en: COMPARE_EN, zh: COMPARE_ZH, read: toCompare },
  { action: 'compare', en: COMPARE_PARTS, zh: COMPARE_PARTS, read: toCompare },
];

/** The search over all sessions. */
export const SEARCH: Rule = { action: 'search', en: SEARCH_EN, zh: SEARCH_ZH, read: toSearch };

export const KEEPING: readonly Rule[] = [
  RENAME,
  { action: 'export', en: EXPORT_EN, zh: EXPORT_ZH, read: toExport },
];
