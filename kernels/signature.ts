/**
 * The signature of a graph held against the tensors of one run, before the runtime sees them: names, dtypes, shapes,
 * and the size of each symbolic dimension, which must be the same everywhere. It runs nothing.
 */
import { type Dim, dimEvaluate } from './dim.ts';
import { holds } from './dtype.ts';
import type { Graph, TensorInfo } from './graph.ts';
import { elementCount, evaluateShape, formatShape } from './shape.ts';
import type { Tensor, Tensors } from './tensor.ts';

type Sizes = ReadonlyMap<string, number>;

/**
 * Checks the inputs of a run and returns the size of each name.
 * Throws: TypeError naming the graph and the input that is missing, unknown, or of the wrong dtype or shape.
 */
export function checkInputs(graph: Graph, inputs: Tensors): Sizes {
  const fault = faultOf(graph, 'input');
  checkNames(graph.inputs, inputs, fault);
  for (const info of graph.inputs) checkKind(info, inputs[info.name], fault);
  const sizes = new Map<string, number>();
  for (const { name, shape } of graph.inputs) {
    shape.forEach((dim, axis) => {
      if (isName(dim) && !sizes.has(dim)) sizes.set(dim, inputs[name]!.shape[axis]!);
    });
  }
  for (const info of graph.inputs) checkShape(info, inputs[info.name]!, sizes, fault);
  return sizes;
}

/** Checks tensors that outputs are to be written into, which may be some of the outputs. Throws: as `checkInputs`. */
export function checkOutputs(graph: Graph, into: Tensors, sizes: Sizes): void {
  const fault = faultOf(graph, 'output');
  checkNames(graph.outputs, into, fault);
  for (const info of graph.outputs) {
    const target = into[info.name];
    if (!target) continue;
    checkKind(info, target, fault);
    checkShape(info, target, sizes, fault);
  }
}

type Fault = (expected: string, got: string) => TypeError;

const faultOf =
  (graph: Graph, role: 'input' | 'output'): Fault =>
  (expected, got) =>
    new TypeError(`Session '${graph.name}': Expected ${role}${expected}, got ${got}`);

const isName = (dim: Dim): dim is string => typeof dim === 'string' && /^\w+$/.test(dim);

function checkNames(known: readonly TensorInfo[], given: Tensors, fault: Fault): void {
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw fault(`s of ${names.join(', ') || '(none)'}`, `'${unknown}'`);
}

function checkKind({ name, dtype, shape }: TensorInfo, given: Tensor | undefined, fault: Fault): void {
  const refuse = (got: string) => fault(` '${name}' to be ${dtype}${formatShape(shape)}`, got);
  if (!given) throw refuse('nothing');
  if (given.dtype !== dtype || given.shape.length !== shape.length) {
    throw refuse(given.dtype + formatShape(given.shape));
  }
  if (!holds(dtype, given.data) || given.data.length !== elementCount(given.shape)) {
    const array = given.data.constructor.name;
    throw refuse(`${given.data.length} elements in a ${array} for ${formatShape(given.shape)}`);
  }
}

function checkShape({ name, dtype, shape }: TensorInfo, given: Tensor, sizes: Sizes, fault: Fault): void {
  if (shape.every((dim, axis) => (dimEvaluate(dim, sizes) ?? given.shape[axis]) === given.shape[axis]))
    return;
  const bound = shape.some(isName) ? evaluateShape(shape, sizes) : undefined;
  const expected = dtype + formatShape(shape) + (bound ? ` = ${formatShape(bound)}` : '');
  throw fault(` '${name}' to be ${expected}`, formatShape(given.shape));
}
