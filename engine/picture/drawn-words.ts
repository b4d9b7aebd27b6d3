/**
 * The words in a picture, by the tokens of its cells: letters that stand beside one another in a row are a word. How far what is
 * read is from what was asked. Pure; knows no network.
 */
import { characterOf, type LetterCodes } from '../model/letters.ts';
import { cellCount, type Grid } from '../request/sizes.ts';

/** The words of a grid of tokens, in alphabetical order: where they stand is not asked. */
export function wordsIn(codes: LetterCodes, ids: Int32Array, grid: Grid): string[] {
  const words: string[] = [];
  let word = '';
  for (let cell = 0; cell < cellCount(grid); cell++) {
    if (cell % grid.width === 0 && word !== '') words.push(word);
    if (cell % grid.width === 0) word = '';
    const character = characterOf(codes, ids[cell]!);
    if (character !== undefined) word += character;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  return [...words, ...(word === '' ? [] : [word])].sort();
}

/** The words of texts as they are drawn, in alphabetical order; undefined where a sign of them is none of the letters. */
export function wordsOfTexts(codes: LetterCodes, texts: readonly string[]): string[] | undefined {
  const words = texts.flatMap((text) => text.toUpperCase().split(/\s+/)).filter((word) => word !== '');
  const isDrawable = words.every((word) => [...word].every((sign) => codes.characters.includes(sign)));
  return isDrawable ? words.sort() : undefined;
}

/** How many letters would have to be added, left out or exchanged. */
export function mistakesIn(read: readonly string[], asked: readonly string[]): number {
  const [from, to] = [read.join(' '), asked.join(' ')];
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let at = 1; at <= from.length; at++) {
    const above = row;
    row = [at];
    for (let place = 1; place <= to.length; place++) {
      const exchanged = above[place - 1]! + (from[at - 1] === to[place - 1] ? 0 : 1);
      row.push(Math.min(exchanged, above[place]! + 1, row[place - 1]! + 1));
    }
  }
  return row[to.length]!;
}
