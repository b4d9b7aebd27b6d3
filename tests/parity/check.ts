/**
 * Verdicts: what was computed against what upstream computed, with the tolerance that the golden states.
 * Knows no box of the model.
 */
import { isDeepStrictEqual } from 'node:util';
import { compare } from '../kernels/close.ts';

export interface Check {
  /** Output within the case. */
  output: string;
  maxAbs: number;
  maxRel: number;
  cosine: number;
  worstIndex: number;
  /** Largest difference allowed. */
  tolerance: number;
  pass: boolean;
  /** Why it failed, where numbers do not say it. */
  reason?: string;
}

type Numbers = ArrayLike<number>;

/** Numbers within an absolute tolerance. */
export function closeTo(output: string, got: Numbers, want: Numbers, tolerance: number): Check {
  if (got.length !== want.length) return failed(output, `Expected ${want.length} numbers, got ${got.length}`);
  const difference = compare(got, want);
  return { output, ...difference, tolerance, pass: difference.maxAbs <= tolerance };
}

/** 8-bit pictures: at most one level, in at most one of 4096 values or one in all. */
export function samePicture(output: string, got: Numbers, want: Numbers): Check {
  const check = closeTo(output, got, want, 1);
  const differing = Array.from(got as ArrayLike<number>).filter((value, i) => value !== want[i]).length;
  const allowed = Math.max(1, Math.floor(want.length / 4096));
  return differing <= allowed
    ? check
    : { ...check, pass: false, reason: `${differing} values differ, ${allowed} may` };
}

/** Values that must be equal. */
export function same(output: string, got: unknown, want: unknown): Check {
  if (isDeepStrictEqual(got, want))
    return { output, maxAbs: 0, maxRel: 0, cosine: 1, worstIndex: -1, tolerance: 0, pass: true };
  const text = (value: unknown) => JSON.stringify(value)?.slice(0, 160);
  return failed(output, `Expected ${text(want)}, got ${text(got)}`);
}

export function failed(output: string, reason: string): Check {
  return {
    output,
    maxAbs: Number.NaN,
    maxRel: Number.NaN,
    cosine: Number.NaN,
    worstIndex: -1,
    tolerance: 0,
    pass: false,
    reason,
  };
}
