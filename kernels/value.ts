/**
 * `Value`: an immutable tensor-to-be in a graph under construction. It knows its dtype, its shape and what makes
 * it: an argument of the graph, a constant, a stored weight, or one output of an operator. Nothing is computed here.
 * Source of the manner: spox (`Var`).
 */
import type { Attributes } from './attribute.ts';
import type { DType } from './dtype.ts';
import type { TensorRef } from './safetensors.ts';
import { formatShape, type Shape } from './shape.ts';

/** An operator applied to values: one node of a graph. */
export interface Node {
  readonly kind: 'node';
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputCount: number;
}

/** The origin of a value. */
export type Source =
  | Node
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'constant'; readonly bytes: Uint8Array }
  | { readonly kind: 'weight'; readonly ref: TensorRef };

/** A tensor-to-be with a known dtype and shape. */
export class Value {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly source: Source;
  /** Which output of its node this is; 0 for all others. */
  readonly output: number;

  constructor(dtype: DType, shape: Shape, source: Source, output = 0) {
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.source = source;
    this.output = output;
    Object.freeze(this);
  }

  get rank(): number {
    return this.shape.length;
  }

  /** As messages show it: `float32[4, seq]`. */
  toString(): string {
    return this.dtype + formatShape(this.shape);
  }
}
