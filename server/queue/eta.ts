/**
 * Time left from the times of earlier runs. What a unit of each stage takes is the median over runs of the same kind; how far
 * such a sum is off is known too, as the ratio of measured to expected, and its quantiles make the interval: split conformal
 * prediction, so that 8 of 10 runs end inside whatever the distribution. Pure.
 * Source: Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World, ch. 2; arXiv 2107.07511, section 1.
 */
import type { Units } from '../../studio/expected-time.ts';
import type { Eta } from '../../studio/protocol.ts';

/** Measured times of runs of one kind. */
export interface RunTimes {
  /** Milliseconds that one unit of each stage takes. */
  unitMs: Units;
  /** Measured over expected time, of earlier runs. */
  ratios: readonly number[];
}

/** Shares of runs below and above the interval. */
const TAIL = 0.1;
/** Fewer ratios than this say nothing about a tail; then the interval is this wide to each side. */
const MIN_RATIOS = 9;
const UNKNOWN_SPREAD = 2;

/** An interval around an expected time, in milliseconds. */
export function interval(expected: number, ratios: readonly number[]): Eta {
  const [low, middle, high] = quantiles(ratios);
  return {
    lowMs: Math.round(expected * low),
    likelyMs: Math.round(expected * middle),
    highMs: Math.round(expected * high),
    runs: ratios.length,
  };
}

/** Below, in the middle of, and above the ratios of earlier runs; wide until there are enough of them. */
function quantiles(ratios: readonly number[]): [number, number, number] {
  const sorted = ratios.toSorted((a, b) => a - b);
  const count = sorted.length;
  const middle = count === 0 ? 1 : median(sorted);
  if (count < MIN_RATIOS) return [middle / UNKNOWN_SPREAD, middle, middle * UNKNOWN_SPREAD];
  // Rank k of n + 1: the next ratio is as likely in any gap between those that were measured.
  const below = sorted[Math.floor(TAIL * (count + 1)) - 1]!;
  const above = sorted[Math.ceil((1 - TAIL) * (count + 1)) - 1]!;
  return [below, middle, above];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
