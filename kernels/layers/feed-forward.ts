/**
 * Feed-forward blocks: two linear layers around an activation, and the gated kinds where one half scales the other.
 * Source of the gated kinds: arXiv 2002.05202 (GLU variants).
 */

import { dimDivide } from '../dim.ts';
import { ShapeError } from '../errors.ts';
import { gelu, mul, silu, split } from '../ops/index.ts';
import type { Value } from '../value.ts';
import { type Linear, linear } from './linear.ts';

/** The activations of the models of the field, by the names of their configs. */
const ACTIVATIONS = {
  silu,
  gelu: (x: Value) => gelu(x),
  geluTanh: (x: Value) => gelu(x, { approximate: 'tanh' }),
} as const;

export type Activation = keyof typeof ACTIVATIONS;

/** A linear layer: weight [o, i], bias [o]. */
export interface LinearWeights {
  weight: Value;
  bias?: Value;
}

/** down(activation(up(x))); `product` is the form of both linear layers. Shapes: x [n, i] → [n, o]. */
export function feedForward(
  x: Value,
  {
    up,
    down,
    activation,
    product = linear,
  }: { up: LinearWeights; down: LinearWeights; activation: Activation; product?: Linear },
): Value {
  const hidden = ACTIVATIONS[activation](product(x, up.weight, up.bias));
  return product(hidden, down.weight, down.bias);
}

/**
 * down(activation(gate(x)) · up(x)), with gate and up as two layers, or stacked in one (`gateUp`, gate rows first).
 * Shapes: x [n, i] → [n, o].
 */
export function gatedFeedForward(
  x: Value,
  layers: ({ gate: LinearWeights; up: LinearWeights } | { gateUp: LinearWeights }) & {
    down: LinearWeights;
    activation: Activation;
    product?: Linear;
  },
): Value {
  const { product = linear } = layers;
  const [gate, up] =
    'gateUp' in layers
      ? halves(product(x, layers.gateUp.weight, layers.gateUp.bias))
      : [product(x, layers.gate.weight, layers.gate.bias), product(x, layers.up.weight, layers.up.bias)];
  const hidden = mul(ACTIVATIONS[layers.activation](gate), up);
  return product(hidden, layers.down.weight, layers.down.bias);
}

function halves(x: Value): [Value, Value] {
  const half = dimDivide(x.shape.at(-1)!, 2);
  if (half === undefined)
    throw new ShapeError(`gatedFeedForward: Expected stacked gate and up of even width, got ${x}`);
  return split(x, [half, half], -1) as [Value, Value];
}
