/** Rotary embedding: the tables against the formulas, and the rotation against plain loops. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyRope, argument, constant, type RopeOptions, ropeTable } from '../../kernels/index.ts';
import { arraysOf, toTensor } from './arbitraries.ts';
import { expectClose } from './close.ts';
import { numbersOf } from './evaluate.ts';
import { array, at, type NumberArray } from './reference.ts';

/** Angles written from the formula: angle[row][i] for the first half of the turning dimensions. */
function expectTable(options: RopeOptions, angle: (row: number, i: number) => number): void {
  const { cos, sin } = ropeTable(options);
  const [rows, half] = [options.positions[0]!.length, options.rotaryDim / 2];
  expect(cos.shape).toEqual([rows, options.rotaryDim]);
  const want = array([rows, options.rotaryDim], ([row, i]) => angle(row!, i! % half));
  expect([...(cos.data as Float32Array)]).toEqual(want.data.map((value) => Math.fround(Math.cos(value))));
  expect([...(sin.data as Float32Array)]).toEqual(want.data.map((value) => Math.fround(Math.sin(value))));
}

describe('tables', () => {
  test('one axis', () => {
    const positions = [[0, 1, 5000]];
    expectTable({ positions, rotaryDim: 8 }, (row, i) => positions[0]![row]! * 10000 ** (-(2 * i) / 8));
  });

  test('two axes, each with its own frequencies (images: rows, then columns)', () => {
    const positions = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    expectTable(
      { positions, rotaryDim: 16, frequencies: 'each' },
      (row, i) => positions[i < 4 ? 0 : 1]![row]! * 10000 ** (-(2 * (i % 4)) / 8),
    );
  });

  test('three axes that share one row of frequencies (M-RoPE)', () => {
    const positions = [
      [7, 8, 9],
      [7, 3, 4],
      [7, 5, 6],
    ];
    const axisOf = [0, 0, 1, 1, 1, 2, 2, 2];
    expectTable(
      { positions, rotaryDim: 16, sections: [2, 3, 3], theta: 500 },
      (row, i) => positions[axisOf[i]!]![row]! * 500 ** (-(2 * i) / 16),
    );
  });

  test('no rows', () => expect(ropeTable({ positions: [[]], rotaryDim: 4 }).cos.shape).toEqual([0, 4]));

  test('sections that do not fit are refused', () => {
    expect(() => ropeTable({ positions: [[1]], rotaryDim: 8, sections: [2, 2] })).toThrow(RangeError);
    expect(() => ropeTable({ positions: [[1]], rotaryDim: 8, sections: [3] })).toThrow(
      '4 angles in all, got [3]',
    );
    expect(() => ropeTable({ positions: [[1], [1, 2]], rotaryDim: 8 })).toThrow(
      'as many positions on each axis',
    );
  });
});

describe('rotation', () => {
  const rotate = (x: NumberArray, angle: (row: number, i: number) => number, rotaryDim: number) =>
    array(x.shape, (index) => {
      const [row, d] = index.slice(-2) as [number, number];
      if (d >= rotaryDim) return at(x, index);
      const half = rotaryDim / 2;
      const other = at(x, [...index.slice(0, -1), d < half ? d + half : d - half]);
      const theta = angle(row, d % half);
      return at(x, index) * Math.cos(theta) + (d < half ? -other : other) * Math.sin(theta);
    });

  test('turns the first dimensions and passes the rest through', async () => {
    const cases = fc
      .record({
        heads: fc.integer({ min: 1, max: 3 }),
        n: fc.integer({ min: 1, max: 4 }),
        half: fc.integer({ min: 1, max: 3 }),
        rest: fc.nat({ max: 3 }),
      })
      .chain(({ heads, n, half, rest }) =>
        fc.tuple(fc.constant(half), arraysOf([heads, n, 2 * half + rest])),
      );
    const property = fc.asyncProperty(cases, async ([half, x]) => {
      const positions = [Array.from({ length: x.shape[1]! }, (_, row) => 3 * row + 1)];
      const { cos, sin } = ropeTable({ positions, rotaryDim: 2 * half });
      const tables = (name: string) => argument(name, 'float32', ['n', 2 * half]);
      const value = argument('x', 'float32', [x.shape[0]!, 'n', x.shape[2]!]);
      const y = await numbersOf(applyRope(value, tables('cos'), tables('sin')), { x: toTensor(x), cos, sin });
      const want = rotate(x, (row, i) => positions[0]![row]! * 10000 ** (-i / half), 2 * half);
      expectClose(y, want.data, { atol: 2e-6 });
    });
    await fc.assert(property, { numRuns: 20 });
  });

  test('keeps lengths, and products depend on distance only', async () => {
    const q = constant([0.3, -1, 2, 0.5], { shape: [1, 4] });
    const turned = async (position: number) => {
      const { cos, sin } = ropeTable({ positions: [[position]], rotaryDim: 4 });
      return numbersOf(
        applyRope(q, constant(cos.data, { shape: [1, 4] }), constant(sin.data, { shape: [1, 4] })),
      );
    };
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const [at3, at8, at10, at15] = await Promise.all([3, 8, 10, 15].map(turned));
    expect(dot(at3!, at3!)).toBeCloseTo(0.09 + 1 + 4 + 0.25, 5);
    expect(dot(at3!, at8!)).toBeCloseTo(dot(at10!, at15!), 5);
  });
});
