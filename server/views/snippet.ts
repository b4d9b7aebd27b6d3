/** The part of a text around the first word that a search found, with all found words marked. Pure. */
import { wordsOf } from '../../studio/words.ts';

const BEFORE = 30;
const LENGTH = 140;

/** Pieces of the text around the first find, in order; `match` marks the words of the query. */
export function snippetOf(text: string, query: string): { text: string; match: boolean }[] {
  const words = wordsOf(plain(query)).toSorted((one, other) => other.length - one.length);
  const pattern = words.map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, '.')).join('|');
  const finder = pattern === '' ? undefined : new RegExp(`(?<![A-Za-z0-9])(?:${pattern})`, 'giu');
  const line = text.replaceAll(/\s+/g, ' ');
  const searched = plain(line);
  const first = finder?.exec(searched)?.index ?? 0;
  if (finder) finder.lastIndex = 0;
  const start = first <= BEFORE ? 0 : line.lastIndexOf(' ', first - BEFORE / 2) + 1 || first - BEFORE;
  const end = Math.min(line.length, start + LENGTH);
  const pieces: { text: string; match: boolean }[] = [];
  let at = start;
  const add = (to: number, match: boolean) => {
    if (to > at) pieces.push({ text: line.slice(at, to), match });
    at = Math.max(at, to);
  };
  for (const found of finder ? searched.matchAll(finder) : []) {
    if (found.index < start || found.index + found[0].length > end) continue;
    add(found.index, false);
    add(found.index + found[0].length, true);
  }
  add(end, false);
  if (start > 0) pieces.unshift({ text: '… ', match: false });
  if (end < line.length) pieces.push({ text: '…', match: false });
  return pieces;
}

/** The text without accents, as the index has it, each character in its place. */
function plain(text: string): string {
  return [...text].map((each) => each.normalize('NFD').slice(0, each.length)).join('');
}
