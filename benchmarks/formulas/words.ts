/** Likeness of words and word lists as the benchmarks measure it, with their habits. Pure. */
import { editDistance } from '../../eval/report/statistics.ts';

/**
 * How much of two texts matches, 0 to 1: twice the signs of their matching blocks over the signs of both. The longest common piece,
 * of several the first one in `a`, then in `b`; then the same left and right of it.
 * Source: Ratcliff and Obershelp, as `difflib.SequenceMatcher(None, a, b).ratio()` of Python does for texts below 200 signs.
 */
export function sequenceRatio(a: string, b: string): number {
  const total = a.length + b.length;
  return total === 0 ? 1 : (2 * matching(a, b)) / total;
}

function matching(a: string, b: string): number {
  const { size, inA, inB } = longestPiece(a, b);
  if (size === 0) return 0;
  return (
    size + matching(a.slice(0, inA), b.slice(0, inB)) + matching(a.slice(inA + size), b.slice(inB + size))
  );
}

function longestPiece(a: string, b: string): { size: number; inA: number; inB: number } {
  let best = { size: 0, inA: 0, inB: 0 };
  let before = new Array<number>(b.length + 1).fill(0);
  for (let i = 0; i < a.length; i++) {
    const lengths = new Array<number>(b.length + 1).fill(0);
    for (let j = 0; j < b.length; j++) {
      if (a[i] !== b[j]) continue;
      const size = before[j]! + 1;
      lengths[j + 1] = size;
      if (size > best.size) best = { size, inA: i - size + 1, inB: j - size + 1 };
    }
    before = lengths;
  }
  return best;
}

/**
 * Of the read words the one that is most like `word`; of equally like ones the last in the order of their signs.
 * Source: `difflib.get_close_matches(word, words, n=1, cutoff=0)`, which compares pairs of likeness and text.
 */
export function closestWord(word: string, words: readonly string[]): string | undefined {
  let best: { ratio: number; text: string } | undefined;
  for (const text of words) {
    const ratio = sequenceRatio(text, word);
    if (!best || ratio > best.ratio || (ratio === best.ratio && text > best.text)) best = { ratio, text };
  }
  return best?.text;
}

/** Likeness of two words, 1 equal: one less their edit distance over the longer one's signs and 0.00001. */
export const wordNearness = (a: string, b: string): number =>
  1 - editDistance(a, b) / (Math.max(a.length, b.length) + 1e-5);

/** Edit distance as a share of the longer text, 0 equal, 1 nothing in common; two empty texts are equal. */
export function editShare(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 0 : editDistance(a, b) / longest;
}

/** How many of the wanted things were found, each found thing counted once. */
export function sharedCount(wanted: readonly string[], found: readonly string[]): number {
  const left = new Map<string, number>();
  for (const each of found) left.set(each, (left.get(each) ?? 0) + 1);
  let count = 0;
  for (const each of wanted) {
    const free = left.get(each) ?? 0;
    if (free === 0) continue;
    left.set(each, free - 1);
    count += 1;
  }
  return count;
}

/** A text split at white space, without empty pieces. */
export const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');
