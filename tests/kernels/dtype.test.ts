/** Element types: 16-bit floats round as the runtime rounds them, and integers that do not fit are refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFloat, encode } from '../../kernels/dtype.ts';
import { op, tensor } from '../../kernels/index.ts';
import { argumentLike, numbersOf } from './evaluate.ts';

const bfloat16 = (value: number) => decodeFloat('bfloat16', encode('bfloat16', [value]))[0]!;

describe('16-bit floats', () => {
  test.each([0, -0, 1, -2.5, Infinity, -Infinity, NaN, 3.3895313892515355e38, 2 ** -133])(
    'bfloat16 holds %s',
    (value) => expect(bfloat16(value)).toBe(value),
  );

  test('bfloat16 rounds to nearest, ties to even', () => {
    expect(bfloat16(1 + 2 ** -8)).toBe(1);
    expect(bfloat16(1 + 3 * 2 ** -8)).toBe(1 + 2 ** -6);
    expect(bfloat16(1 + 2 ** -8 + 2 ** -20)).toBe(1 + 2 ** -7);
    expect(bfloat16(3.4e38)).toBe(Infinity);
  });

  test('a round trip keeps 8 bits of bfloat16 and 11 of float16', () => {
    fc.assert(
      fc.property(fc.double({ min: -6e4, max: 6e4, noNaN: true }), (value) => {
        expect(Math.abs(bfloat16(value) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -8 + 1e-38);
        const half = decodeFloat('float16', encode('float16', [value]))[0]!;
        expect(Math.abs(half - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25);
        expect(bfloat16(bfloat16(value))).toBe(bfloat16(value));
      }),
    );
  });

  test('the runtime casts as we do', async () => {
    const values = tensor('float32', [6], [0, 1.00390625, -3.2, 1e-3, 65000, -1e-8]);
    const x = argumentLike('x', values);
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const there = await numbersOf(op.cast(op.cast(x, dtype), 'float32'), { x: values });
      expect(there).toEqual([...decodeFloat(dtype, encode(dtype, values.data as Float32Array))]);
    }
  });
});

describe('integers', () => {
  test('are refused where they do not fit', () => {
    expect(() => encode('uint8', [256])).toThrow(new RangeError('Expected numbers that fit uint8, got 256'));
    expect(() => encode('int32', [1.5])).toThrow('Expected numbers that fit int32, got 1.5');
    expect(encode('int64', [-1, 2 ** 40])).toEqual(BigInt64Array.of(-1n, 1099511627776n));
  });
});
