/** Symbolic dimensions: one canonical text for equal ones, and arithmetic on names as on their sizes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dimAdd,
  dimDivide,
  dimEqual,
  dimEvaluate,
  dimFloorDiv,
  dimMul,
  dimSub,
} from '../../kernels/index.ts';

describe('dimensions', () => {
  test.each([
    [dimAdd('seq', 'past'), 'past+seq'],
    [dimAdd(2, 3), 5],
    [dimAdd('n', 0), 'n'],
    [dimAdd('n', 'n'), '2*n'],
    [dimSub('n', 1), 'n-1'],
    [dimSub('past+seq', 'seq'), 'past'],
    [dimSub('a', 'b'), 'a-b'],
    [dimSub('n', 'n'), 0],
    [dimMul('w', 'h', 2), '2*h*w'],
    [dimMul('past+seq', 4), '4*past+4*seq'],
    [dimMul('a+b', 'a-b'), 'a*a-b*b'],
    [dimMul(), 1],
    [dimDivide('4*h*w', '2*w'), '2*h'],
    [dimDivide('n', 'n'), 1],
    [dimDivide('a+b', 'a+b'), 1],
    [dimDivide('n+1', 2), undefined],
    [dimFloorDiv('2*h+4', 2), 'h+2'],
    [dimFloorDiv('h+1', 2), 'floor(h+1,2)'],
    [dimFloorDiv(7, 2), 3],
  ])('%s', (got, want) => expect(got).toBe(want));

  test('a name that is not one is refused', () => {
    expect(() => dimAdd('2n', 1)).toThrow("Expected a dimension like 'seq', '2*h*w' or 'past+seq', got '2n'");
  });

  test('arithmetic on names is arithmetic on their sizes', () => {
    const dims = fc.letrec<{ dim: { dim: string | number; value: number } }>((tie) => ({
      dim: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(
          { dim: 'a', value: 5 },
          { dim: 'b', value: 7 },
          { dim: 3, value: 3 },
          { dim: 0, value: 0 },
        ),
        fc
          .tuple(tie('dim'), tie('dim'))
          .map(([p, q]) => ({ dim: dimAdd(p.dim, q.dim), value: p.value + q.value })),
        fc
          .tuple(tie('dim'), tie('dim'))
          .map(([p, q]) => ({ dim: dimMul(p.dim, q.dim), value: p.value * q.value })),
        tie('dim').map((p) => ({ dim: dimFloorDiv(p.dim, 2), value: Math.floor(p.value / 2) })),
      ),
    })).dim;
    const sizes = new Map([
      ['a', 5],
      ['b', 7],
    ]);
    fc.assert(
      fc.property(dims, ({ dim, value }) => {
        expect(dimEvaluate(dim, sizes)).toBe(value);
      }),
    );
  });

  test('equality does not depend on the order of writing', () => {
    expect(dimEqual('seq+past', 'past+seq')).toBe(true);
    expect(dimEqual('w*h', 'h*w')).toBe(true);
    expect(dimEqual('n', 'm')).toBe(false);
    expect(dimEvaluate('n', new Map())).toBeUndefined();
  });
});
