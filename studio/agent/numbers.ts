/** Numbers as people write them, in both languages: amounts and places in an order. Pure. */

const AMOUNTS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  another: 1,
  two: 2,
  couple: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
};
const ORDINALS: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
};
const DIGITS = '零一二三四五六七八九';

/** English words for amounts, as a part of a pattern. */
export const AMOUNT = String.raw`(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)`;
/** English words for places, as a part of a pattern. */
export const ORDINAL = String.raw`(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))`;
/** Chinese numbers, as a part of a pattern. */
export const CHINESE_NUMBER = String.raw`(?:\d+|[一二两三四五六七八九十]+)`;

/** The amount or place that a word says; undefined for another word. */
export function numberOf(word: string): number | undefined {
  const text = word.trim().toLowerCase();
  const digits = /^(\d+)(?:st|nd|rd|th)?$/.exec(text);
  if (digits) return Number(digits[1]);
  return AMOUNTS[text] ?? ORDINALS[text] ?? chineseNumber(text);
}

function chineseNumber(text: string): number | undefined {
  if (!/^[一二两三四五六七八九十]+$/.test(text)) return undefined;
  const digit = (sign: string) => DIGITS.indexOf(sign === '两' ? '二' : sign);
  if (!text.includes('十')) return digit(text.at(-1)!);
  const [tens, ones] = text.split('十') as [string, string];
  return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0);
}
