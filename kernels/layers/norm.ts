/**
 * Layer norm and RMS norm over the last axis. Statistics are always taken in float32, whatever the dtype of x; the result
 * is cast back before it is multiplied by the weight, in the order of the reference models.
 * Sources: arXiv 1607.06450 (layer norm), arXiv 1910.07467 (RMS norm).
 */

import { add, cast, div, layerNormalization, mul, pow, reduceMean, sqrt } from '../ops/index.ts';
import { constant } from '../source.ts';
import type { Value } from '../value.ts';

/** (x - mean) / sqrt(variance + eps) · weight + bias. Shapes: x [..., d], weight and bias [d] → [..., d]. */
export function layerNorm(
  x: Value,
  { weight, bias, eps = 1e-5 }: { weight?: Value; bias?: Value; eps?: number } = {},
): Value {
  const ones = constant(new Float32Array(Number(x.shape.at(-1))).fill(1));
  if (x.dtype === 'float32') return layerNormalization(x, weight ?? ones, bias, { epsilon: eps });
  const normal = cast(layerNormalization(cast(x, 'float32'), ones, undefined, { epsilon: eps }), x.dtype);
  const scaled = weight ? mul(normal, weight) : normal;
  return bias ? add(scaled, bias) : scaled;
}

/**
 * x / sqrt(mean(x²) + eps) · weight. Written in the order that ORT fuses into one kernel (0.13 ms instead of
 * 0.23 ms for [512, 256]). Shapes: x [..., d], weight [d] → [..., d].
 */
export function rmsNorm(x: Value, weight: Value | undefined, { eps = 1e-6 }: { eps?: number } = {}): Value {
  const wide = cast(x, 'float32');
  const meanSquare = reduceMean(pow(wide, 2), { axes: [-1] });
  const normal = cast(div(wide, sqrt(add(meanSquare, eps))), x.dtype);
  return weight ? mul(normal, weight) : normal;
}
