/** How Chinese names a version: by number, by place, by what is in it. Pure. */
import { CHINESE_NUMBER, numberOf } from '../numbers.ts';
import type { Named } from '../scene.ts';

/** Measure and noun of a picture. */
export const THING = '(?:张图片|张图|张画|张照片|张|幅画|幅图|幅|个版本|版本|版|个|步|次编辑|次修改|次)';
const NUMBER = String.raw`@v?\d+|(?:版本|图片|图|第)?v\s?\d+|(?:版本|图片|图)\s?\d+|第${CHINESE_NUMBER}(?:只|条|匹|座|艘|辆)(?=$|[^\p{Script=Han}]|吧|更|最|好|那|比|的|加|换|改|戴|变|穿)|第?${CHINESE_NUMBER}号|第${CHINESE_NUMBER}${THING}`;
const PLACE = `(?:最后|最新|最近|最初|最早|最开始|一开始|开头|上一?|前一?|之前|原来|原始|刚才|当前|现在|这|倒数第一)(?:的)?(?:那|这)?一?(?:${THING})`;
/** A name of a version that stands for nothing else, as a part of a pattern. */
export const NAME = `(?:${NUMBER}|${PLACE}|原图|原画|初始版本|原版|最初版)`;

const RULES: readonly [RegExp, (groups: readonly string[]) => Named | undefined][] = [
  [new RegExp(`^第?(${CHINESE_NUMBER})号$`, 'u'), ([, word]) => ({ by: 'place', place: numberOf(word!)! })],
  [
    new RegExp(`^第(${CHINESE_NUMBER})(?:只|条|匹|座|艘|辆)$`, 'u'),
    ([, word]) => ({ by: 'place', place: numberOf(word!)! }),
  ],
  [/^@v?(\d+)$/iu, ([, digits]) => number(digits)],
  [/^(?:版本|图片|图|第)?v\s?(\d+)$/iu, ([, digits]) => number(digits)],
  [/^(?:版本|图片|图)\s?(\d+)$/iu, ([, digits]) => number(digits)],
  [
    new RegExp(`^第(${CHINESE_NUMBER})(?:${THING})(?:的?(?:图|图片|画|照片|版本))?$`, 'u'),
    ([, word]) => ({ by: 'place', place: numberOf(word!)! }),
  ],
  [
    new RegExp(
      `^(?:原图|原画|初始版本|原版|最初版|(?:最初|最早|最开始|一开始|开头|原来|原始)(?:的)?(?:那|这)?(?:${THING})?(?:样子|状态|图|画)?)$`,
      'u',
    ),
    () => ({ by: 'place', place: 'original' }),
  ],
  [
    new RegExp(`^(?:最后|最新|最近|倒数第一)(?:的)?(?:那|这)?一?(?:${THING})(?:图|画)?$`, 'u'),
    () => ({ by: 'place', place: 'last' }),
  ],
  [
    new RegExp(`^(?:(?:上|前)一?|之前的?那?|刚才的?那?)(?:${THING})(?:图|画)?$`, 'u'),
    () => ({ by: 'place', place: 'previous' }),
  ],
  [
    new RegExp(`^(?:这|当前|现在)(?:的)?(?:这)?(?:${THING})?(?:图|画)?$|^它$`, 'u'),
    () => ({ by: 'place', place: 'current' }),
  ],
  [
    /^(?:在|还没有?|没有?|没)?(?:把)?(.+?)(?:之前|以前|前)(?:的)?(?:那|这)?(?:张图?|幅|个?版本|个|样子|状态|时候)?$/u,
    ([, words]) => ({ by: 'before', words: words! }),
  ],
  [
    /^(?:还没有?|没有?|没|不带|不含)(?:加|戴)?(.+?)(?:的)(?:那|这)?(?:张图?|幅|个?版本|个|样子|状态|时候)?$/u,
    ([, words]) => ({ by: 'before', words: words! }),
  ],
  [
    /^(.+?)(?:之后|以后)(?:的)?(?:那|这)?(?:张图?|幅|个?版本|个|样子)?$/u,
    ([, words]) => ({ by: 'after', words: words! }),
  ],
  [
    /^(?:有|带|戴|是)?(.+?)的?(?:那|这)(?:张图片|张图|张|幅画|幅图|幅|个版本|个)$/u,
    ([, words]) => ({ by: 'content', words: words! }),
  ],
  [
    /^(?:那|这)(?:张图?|幅|个版本?)(?:有|带|戴|是)?(.+?)的?(?:图|图片|画|版本)?$/u,
    ([, words]) => ({ by: 'content', words: words! }),
  ],
  [/^(?:有|带|戴|是)?(.+?)的?(?:版本|版|图片|图)$/u, ([, words]) => ({ by: 'content', words: words! })],
];

/** The version that a phrase names; a phrase of other words names none. */
export function nameOf(phrase: string): Named | undefined {
  const text = phrase.trim().replace(/[。，！？、,.!?]+$/u, '');
  for (const [pattern, read] of RULES) {
    const match = pattern.exec(text);
    const named = match && read([...match]);
    if (named) return named;
  }
  return undefined;
}

/** The version that a phrase names where only a version can stand: any words then say what is in it. */
export function nameOrContent(phrase: string): Named {
  return nameOf(phrase) ?? { by: 'content', words: phrase };
}

function number(digits: string | undefined): Named {
  return { by: 'number', version: Number(digits) };
}
