/** Graphs: immutable, holding only what their outputs depend on, equal to the byte each time, and refused by name. */
import { describe, expect, test } from 'vitest';
import { argument, buildGraph, constant, op, serialize } from '../../kernels/index.ts';
import { numbersOf } from './evaluate.ts';

const x = argument('x', 'float32', ['n', 4]);

describe('a graph', () => {
  test('is immutable, and so are its values', () => {
    const y = op.add(x, 1);
    expect(Object.isFrozen(y) && Object.isFrozen(y.shape) && Object.isFrozen(y.source)).toBe(true);
    expect(Object.isFrozen(buildGraph({ name: 'g', outputs: { y } }))).toBe(true);
  });

  test('holds what its outputs depend on and nothing else', () => {
    const unused = argument('unused', 'float32', [1]);
    const [first] = op.split(x, [1, 3], 1);
    op.matMul(op.add(x, unused), constant(new Float32Array(8), { shape: [4, 2] }));
    const graph = buildGraph({ name: 'g', outputs: { y: op.neg(first!) } });
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(graph.nodes.map(({ node }) => node.operator)).toEqual(['Split', 'Neg']);
    expect(graph.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['n', 1] }]);
  });

  test('can be cut: what is given comes from an argument, and what it was made of is left out', () => {
    const middle = op.exp(x);
    const end = op.neg(middle);
    const cut = argument('cut', 'float32', ['n', 4]);
    const graph = buildGraph({ name: 'g', outputs: { end }, given: new Map([[middle, cut]]) });
    expect(graph.inputs.map(({ name }) => name)).toEqual(['cut']);
    expect(graph.nodes.map(({ node }) => node.operator)).toEqual(['Neg']);
  });

  test('computes a shared value once and stores equal constants once', () => {
    const shared = op.exp(x);
    const graph = buildGraph({ name: 'g', outputs: { y: op.add(op.mul(shared, 2), op.mul(shared, 2)) } });
    expect(graph.nodes.filter(({ node }) => node.operator === 'Exp')).toHaveLength(1);
    expect(graph.initializers.size).toBe(1);
  });

  test('serialises to the same bytes each time', () => {
    const bytes = () => serialize(buildGraph({ name: 'g', outputs: { y: op.softmax(op.add(x, 1)) } })).bytes;
    expect(bytes()).toEqual(bytes());
  });

  test('may be thousands of nodes deep', async () => {
    let y = argument('y', 'float32', [1]);
    for (let i = 0; i < 5000; i++) y = op.add(y, 1);
    expect(buildGraph({ name: 'deep', outputs: { z: y } }).nodes).toHaveLength(5000);
  });

  test('gives one value out under several names, and arguments and constants too', async () => {
    const y = op.neg(x);
    const graph = buildGraph({ name: 'g', outputs: { a: y, b: y, c: x, d: constant(5) } });
    expect(graph.outputs.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    expect(await numbersOf(constant([1, 2]))).toEqual([1, 2]);
  });

  test('is refused without outputs, with two types of one argument, with an output named like an input', () => {
    expect(() => buildGraph({ name: 'g', outputs: {} })).toThrow(
      "Expected graph 'g' to have outputs, got none",
    );
    const other = argument('x', 'float32', [3, 4]);
    expect(() => buildGraph({ name: 'g', outputs: { a: op.neg(x), b: op.neg(other) } })).toThrow(
      "Expected argument 'x' of graph 'g' to have one type, got float32[n, 4] and float32[3, 4]",
    );
    expect(() => buildGraph({ name: 'g', outputs: { x: op.neg(x) } })).toThrow(
      "Expected outputs of graph 'g' to differ from its inputs, got 'x'",
    );
    expect(() => argument('', 'float32', [])).toThrow('Expected an argument to have a name');
    expect(() => constant([1, 2, 3], { shape: [2] })).toThrow('Expected data for shape [2], got 3 elements');
  });
});
