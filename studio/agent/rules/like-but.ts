/** Another picture as the start of a change: "like v2 but at night" and "跟第三张一样，不过是白天" change the one that is named. Pure. */
import { about, referencesIn, V, withMentions } from '../clause.ts';
import { settingsIn } from '../settings.ts';
import { type Rule, ref } from './rule.ts';

const POLITE =
  "(?:(?:please|now|then|and|but|ok|so|maybe|just|i|we|i'd|we'd|would|want|wanted|need|like|love|prefer|rather|have|see|get|can|could|you|to|do|draw|make|give|me|us|show|it|this|something|one|a picture|another one|another|let's|how about|what about) )*";
/** English: how a picture is named as one to start from, and what is to be other than in it. */
const LIKE = new RegExp(
  `^${POLITE}(?:(?:(?:exactly|just|very|much|pretty much|almost|kind of|basically|quite|more or less|a lot|same|the same|identical|similar|the (?:very )?same (?:thing|picture|image|one|scene)|like|as|as in|to|with) )+${V}(?: (?:is|was|had|does|did))?|(?:go (?:with|for|from)|stick with|work (?:with|from)|build on|based on|start (?:from|with)|use|take|do|repeat|redo|again) ${V}(?: again)?)(?: (?:as|for) (?:a |the |my )?(?:base|basis|start(?:ing point)?|template|model))?,? (?:(?:but|only|just|except(?: that| for)?|save that|however|though|and|this time|again|now|then|with the difference that) )*(?=(?:but|only|just|except|however|this time|with|without|at|in|on|by|as|instead|it|he|she|they|the|a|an|no|more|less|make|add|put|give|remove|change|replace|turn|swap|take|draw|paint|move|let|have|bigger|smaller|larger|darker|brighter|lighter|warmer|colder|older|younger|closer|further|rotated|mirrored|flipped|wearing|holding|\\w+er|\\w+ing|during|under|under|from|under|facing|blue|red|green|yellow|black|white|purple|pink|orange|gr[ae]y|brown|gold|silver)\\b)(.+)$`,
  'iu',
);
const SAYS_LIKE =
  /\b(?:like|same|as|identical|similar|base|basis|template|starting point|go|stick|work|build|based|start|do|again|repeat|redo)\b/i;
/** "v3 except that it is sunny". */
const EXCEPT = new RegExp(
  `^${POLITE}${V},? (?:(?:but|only|just|except(?: that| for)?|save that|with the difference that|without|minus) )+(.+)$`,
  'iu',
);
const EXCEPT_ZH = new RegExp(
  `^(?:请|我|想|要|再|就|来|用)*${V}(?:那张|这张|图)?[，,\\s]*(?:但是?|不过|只是|只不过|除了)(?:要|得|让)?(.+)$`,
  'u',
);
/** Chinese: the same. */
const LIKE_ZH = new RegExp(
  `^(?:请|我|想|要|帮我|给我|再|就|来|画|做|弄|个|一张|一个|张|成)*(?:(?:和|跟|与|像|同|以|用|在)${V}(?:那张|这张|图)?(?:的)?(?:一样|一模一样|差不多|类似|相似|相同|那样|这样|那种|的样子|为基础|为底|做底|为准|的基础上?|基础上?)+|(?:照着?|按照?|依照|仿照|参照|参考|类似于?|接近|模仿)${V}(?:那张|这张|图)?(?:的)?(?:一样|那样|这样|那种|的样子|来|改|画|做)*)(?:的)?(?:图|画)?[，,\\s]*(?:但是?|不过|只是|只不过|就是|只|除了|然后|而且|同时|可是)*(?:要|得|让)?(.+)$`,
  'u',
);
/** Words that ask for something else of a version: its look, more of it, to see it, one thing of it. */
const OTHER =
  /\b(?:styles?|looks?|layout|composition|more|another|variations?|compare|vs|versus|difference|combine|merge|mix|download|export|save|seed|steps|edits?|better|next to|together)\b|风格|画风|样式|感觉|对比|比较|区别|合|下载|导出|种子|步|几张|[两三四五]张|更好|好看|喜欢|布局|构图/iu;

/** A remainder as an edit of its own: "it is at dawn" and "是白天" are said of a picture. */
const plain = (rest: string): string =>
  rest
    .replace(
      /^(?:(?:but|only|just|except(?: that| for)?|however|this time|though|and|please|make it|do it)(?: |$))+(?=\S)/i,
      (lead) => (/make it/i.test(lead) ? 'make it ' : ''),
    )
    .replace(/^(?:但是?|不过|只是|就是|，|,|是|为|换成是)+/u, '')
    .trim();

export const LIKE_BUT: Rule = {
  action: 'edit',
  en: new RegExp(V, 'u'),
  zh: new RegExp(V, 'u'),
  not: OTHER,
  read: ({ scene, clause, text }) => {
    const [reference, ...others] = referencesIn(clause, text);
    if (!reference || reference.versions.length === 0 || others.length > 0) return undefined;
    const { options, rest } = settingsIn(text);
    const isChinese = clause.language === 'zh';
    const found = isChinese
      ? (LIKE_ZH.exec(rest) ?? EXCEPT_ZH.exec(rest))
      : ((SAYS_LIKE.test(rest) ? LIKE.exec(rest) : null) ?? EXCEPT.exec(rest));
    if (!found) return undefined;
    const prompt = plain(withMentions(clause, found[1]!));
    if (prompt.length < 2) return undefined;
    const isWithout = /\b(?:without|minus) [^ ].*$/i.test(rest) && !/\bwithout\b/i.test(prompt);
    return about(scene, reference, (version) => [
      {
        type: 'edit',
        prompt: isWithout ? `without ${prompt}` : prompt,
        target: ref(version),
        ...(Object.keys(options).length > 0 && { options }),
      },
    ]);
  },
};
