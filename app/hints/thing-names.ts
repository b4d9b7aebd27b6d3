/**
 * What our word lists and a checkpoint call things: the rows of names, plurals, numbers, and where one thing ends in a sentence.
 * Pure; knows no prompt.
 */
import { STYLES_UNSEEN, THINGS } from './known-words.ts';

/** One thing of our lists by its names in both languages. */
export interface Entry {
  en: readonly string[];
  zh: readonly string[];
}

const parseRow = (row: string): Entry[] =>
  row.split(', ').map((entry) => {
    const [en, zh] = entry.split('=') as [string, string];
    return { en: en.split('/'), zh: zh.split('/') };
  });
/** Rows of things of one kind, neighbours alike. */
export const ROWS = THINGS.map(parseRow);
export const STYLE_ROWS = STYLES_UNSEEN.map(parseRow);

export const HAN = /\p{Script=Han}/u;

/** Number words; `2` and the like are read as they are. */
export const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  dozen: 12,
};

const PLURALS: readonly [RegExp, string][] = [
  [/ies$/, 'y'],
  [/(s|x|z|ch|sh)es$/, '$1'],
  [/ves$/, 'f'],
  [/s$/, ''],
];
/** Words between noun phrases: the word before one is the head of its phrase. */
export const BREAKS = new Set(
  `a an the this that and or but with without in on at by to of for from into onto under over above below beside near next behind before after between among through around across
against along inside outside like as is are who which where while plus instead`.split(/\s+/),
);

/** Words of a text in lower case; whatever parts them but a space is a comma. */
export function englishWords(text: string): string[] {
  const plain = text.toLowerCase().replace(/[^a-z0-9\s'’-]+/g, ' , ');
  return [...plain.matchAll(/[a-z0-9'’-]+|,/g)].map(([word]) => word.replace(/['’]s$/, ''));
}

/** The form that `names` holds: the word itself, or its singular. */
export function singular(word: string, names: { has(name: string): boolean }): string {
  if (names.has(word)) return word;
  for (const [ending, one] of PLURALS)
    if (ending.test(word) && names.has(word.replace(ending, one))) return word.replace(ending, one);
  return word;
}
