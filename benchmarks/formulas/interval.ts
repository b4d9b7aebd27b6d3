/**
 * How sure a figure is: 95 % intervals over prompts. Prompts are drawn again with replacement, within their set, and the figure is
 * computed anew (percentile bootstrap, Efron 1979). Where every drawing gives the same, as with no right answer at all, the interval
 * is Wilson's for as many prompts, which is never of width 0. Pure: same seed, same interval.
 */
import { wilson } from '../../eval/report/statistics.ts';

export interface Interval {
  low: number;
  high: number;
  method: 'bootstrap' | 'wilson';
}

const DRAWINGS = 1000;
const TAIL = 0.025;

/** A figure, and of how many prompts it is. */
export interface Counted {
  name: string;
  value: number | undefined;
  prompts: number;
}

/** Random numbers in [0, 1). Source: splitmix32 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/**
 * Intervals of all figures that `figuresOf` computes, by name. `setOf` tells the sets apart within which is drawn; `scale` is what a
 * figure of 1 is written as. A figure that a drawing does not have is left out of that drawing.
 */
export function intervalsOf<T>(
  items: readonly T[],
  setOf: (item: T) => string,
  figuresOf: (items: readonly T[]) => readonly Counted[],
  { seed = 1, scale = 1, drawings = DRAWINGS }: { seed?: number; scale?: number; drawings?: number } = {},
): Map<string, Interval> {
  const random = randomNumbers(seed);
  const sets = [...Map.groupBy(items, setOf).values()];
  const values = new Map<string, number[]>();
  for (let drawing = 0; drawing < drawings; drawing++) {
    const drawn = sets.flatMap((set) => set.map(() => set[Math.floor(random() * set.length)]!));
    for (const { name, value } of figuresOf(drawn)) {
      if (value === undefined) continue;
      const found = values.get(name);
      if (found) found.push(value);
      else values.set(name, [value]);
    }
  }
  return new Map(
    figuresOf(items).flatMap(({ name, prompts }) => {
      const found = values.get(name);
      const interval = found && intervalOf(found, prompts, scale);
      return interval ? [[name, interval] as const] : [];
    }),
  );
}

/** Undefined for a figure that is no share and does not vary. */
function intervalOf(found: readonly number[], prompts: number, scale: number): Interval | undefined {
  const sorted = [...found].sort((a, b) => a - b);
  const low = sorted[Math.floor(TAIL * (sorted.length - 1))]!;
  const high = sorted[Math.ceil((1 - TAIL) * (sorted.length - 1))]!;
  if (low < high) return { low, high, method: 'bootstrap' };
  if (low < 0 || low > scale) return undefined;
  const { low: least, high: most } = wilson(low / scale, prompts);
  return { low: least * scale, high: most * scale, method: 'wilson' };
}
