/**
 * One operator applied to values: infers dtype and shape of the outputs at the call and refuses what does not fit,
 * naming operator, inputs and attributes. Every function of `ops/` goes through here.
 */
import { type Attributes, formatAttributes } from './attribute.ts';
import type { DType } from './dtype.ts';
import { ShapeError } from './errors.ts';
import type { Shape } from './shape.ts';
import { type Node, Value } from './value.ts';

/** The type of an output as inferred. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Refuses the call: "Expected …, got …". */
export type Refuse = (reason: string) => never;

/**
 * An operator with one output.
 * Throws: ShapeError, from the caller's own line, where `infer` refuses.
 */
export function node(
  operator: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  infer: (refuse: Refuse) => TensorType,
  domain = '',
): Value {
  return nodes(operator, inputs, attributes, (refuse) => [infer(refuse)], domain)[0]!;
}

/** An operator with several outputs, in the order of the standard. */
export function nodes(
  operator: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  infer: (refuse: Refuse) => readonly TensorType[],
  domain = '',
): Value[] {
  const refuse: Refuse = (reason) => {
    const given = [inputs.map((input) => input ?? '-').join(', '), formatAttributes(attributes)];
    throw new ShapeError(`${operator}(${given.filter(Boolean).join('; ')}): ${reason}`);
  };
  const types = infer(refuse);
  const source: Node = Object.freeze({
    kind: 'node',
    operator,
    domain,
    inputs: Object.freeze([...inputs]),
    attributes: Object.freeze({ ...attributes }),
    outputCount: types.length,
  });
  return types.map(({ dtype, shape }, output) => new Value(dtype, shape, source, output));
}
