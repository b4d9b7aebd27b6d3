/**
 * How far numbers are from what they should be: the figures every parity table reports, and an expectation that shows
 * them. It runs with and without vitest.
 */

export interface Difference {
  maxAbs: number;
  /** |got - want| / |want| at its largest, over elements that are not 0. */
  maxRel: number;
  cosine: number;
  /** Where maxAbs is; -1 for no elements. */
  worstIndex: number;
}

type Numbers = ArrayLike<number | bigint>;

/** Compares element by element. A NaN on one side only, or unequal lengths, differ infinitely. */
export function compare(got: Numbers, want: Numbers): Difference {
  if (got.length !== want.length) return { maxAbs: Infinity, maxRel: Infinity, cosine: NaN, worstIndex: -1 };
  const result: Difference = { maxAbs: 0, maxRel: 0, cosine: 1, worstIndex: got.length === 0 ? -1 : 0 };
  let [dot, gotSquares, wantSquares] = [0, 0, 0];
  for (let i = 0; i < got.length; i++) {
    const [a, b] = [Number(got[i]), Number(want[i])];
    const difference = distance(a, b);
    if (difference > result.maxAbs) Object.assign(result, { maxAbs: difference, worstIndex: i });
    if (b !== 0) result.maxRel = Math.max(result.maxRel, difference / Math.abs(b));
    dot += a * b;
    gotSquares += a * a;
    wantSquares += b * b;
  }
  if (gotSquares > 0 || wantSquares > 0) result.cosine = dot / Math.sqrt(gotSquares * wantSquares);
  return result;
}

function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Infinity : difference;
}

/** Expects every |got - want| to be within atol + rtol · |want|, and shows the figures where it is not. */
export function expectClose(got: Numbers, want: Numbers, { atol = 1e-5, rtol = 1e-5 } = {}): void {
  const outside = Array.from(want, Number).findIndex(
    (value, i) => !(distance(Number(got[i]), value) <= atol + rtol * Math.abs(value)),
  );
  if (outside < 0 && got.length === want.length) return;
  const { maxAbs, maxRel, cosine, worstIndex } = compare(got, want);
  throw new Error(
    `${got.length} elements against ${want.length}: maxAbs ${maxAbs.toExponential(2)} at ${worstIndex} ` +
      `(got ${got[worstIndex]}, want ${want[worstIndex]}), maxRel ${maxRel.toExponential(2)}, cosine ${cosine.toFixed(7)}`,
  );
}
