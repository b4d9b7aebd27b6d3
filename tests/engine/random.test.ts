/** Philox random numbers: published known answers, the definition in 64-bit products, and the distributions made of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normals, PURPOSE, philox4x32, type Stream, uniformAt } from '../../engine/request/random.ts';

const ALL = 0xffffffff;
/** Random123, `kat_vectors`: philox4x32, 10 rounds. */
const KNOWN_ANSWERS = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [ALL, ALL, ALL, ALL],
    key: [ALL, ALL],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

const stream: Stream = { seed: 7, pictureIndex: 0, purpose: PURPOSE.initialNoise };
const streams: fc.Arbitrary<Stream> = fc.record({
  seed: fc.maxSafeNat(),
  pictureIndex: fc.nat({ max: 9 }),
  purpose: fc.constantFrom(...Object.values(PURPOSE)),
});

/** Multiplication by 64-bit integers: what the fast form must equal. */
function philoxByBigInt(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let c = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const first = 0xd2511f53n * c[0];
    const second = 0xcd9e8d57n * c[2];
    c = [(second >> 32n) ^ c[1] ^ k0, second & mask, (first >> 32n) ^ c[3] ^ k1, first & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return c.map(Number);
}

describe('Philox 4x32-10', () => {
  test.each(KNOWN_ANSWERS)('known answer $words', ({ counter, key, words }) => {
    expect(philox4x32(counter, key)).toEqual(words);
  });

  test('equals the definition with 64-bit products', () => {
    const word = fc.nat({ max: ALL });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox4x32(counter, key)).toEqual(philoxByBigInt(counter, key));
      }),
    );
  });
});

describe('streams', () => {
  test('differ by seed (all 53 bits), picture and purpose', () => {
    fc.assert(
      fc.property(streams, streams, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(normals(a, 8)).not.toEqual(normals(b, 8));
      }),
    );
    expect(normals({ ...stream, seed: 7 + 2 ** 32 }, 8)).not.toEqual(normals(stream, 8));
  });

  test('are uncorrelated', () => {
    const count = 20_000;
    const a = normals(stream, count);
    const others = [
      { ...stream, seed: 8 },
      { ...stream, pictureIndex: 1 },
      { ...stream, purpose: PURPOSE.priorSampling },
    ];
    for (const other of others) {
      const b = normals(other, count);
      const correlation = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / count;
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(count));
    }
  });
});

describe('numbers', () => {
  test('uniform ones lie strictly between 0 and 1 and depend on their position alone', () => {
    fc.assert(
      fc.property(streams, fc.maxSafeNat(), (any, position) => {
        const value = uniformAt(any, position);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(1);
        expect(uniformAt(any, position)).toBe(value);
      }),
    );
  });

  test('uniform ones fill sixteen bins evenly', () => {
    const count = 16_000;
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < count; i++) bins[Math.floor(uniformAt(stream, i) * 16)]! += 1;
    const chiSquared = bins.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(44); // 15 degrees of freedom, p = 0.0001
  });

  test('normal ones have mean 0, variance 1, no skew and the kurtosis of a normal', () => {
    const count = 100_000;
    const values = normals(stream, count);
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(0.016);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.023);
    expect(Math.abs(moment(3))).toBeLessThan(0.04);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.16);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test('the first k of n normals are the k normals', () => {
    fc.assert(
      fc.property(streams, fc.nat({ max: 65 }), fc.nat({ max: 65 }), (any, n, k) => {
        const [less, more] = [Math.min(n, k), Math.max(n, k)];
        expect(normals(any, more).subarray(0, less)).toEqual(normals(any, less));
      }),
    );
  });
});
