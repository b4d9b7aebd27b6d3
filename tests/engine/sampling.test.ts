/** Sampling of a token: the nucleus as defined, temperature at both ends, and draws by their probabilities. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptCandidates, type SamplingParams, sampleToken } from '../../engine/tokens/sampling.ts';
import { greedyToken } from './greedy.ts';

const SIZE = 24;
const logitsOf = fc
  .array(fc.integer({ min: -800, max: 800 }), { minLength: SIZE, maxLength: SIZE + 8 })
  .map((hundredths) => Float32Array.from(hundredths, (value) => value / 100));
const paramsOf: fc.Arbitrary<SamplingParams> = fc.record({
  temperature: fc.double({ min: 0.05, max: 4, noNaN: true }),
  topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
  topK: fc.integer({ min: 1, max: SIZE + 8 }),
  codebookSize: fc.integer({ min: 1, max: SIZE }),
});
const uniforms = fc.double({ min: 2 ** -33, max: 1 - 2 ** -33, noNaN: true });

/** The definition, step by step: top-k, then the shortest run of most probable ids that reaches p. */
function nucleus(logits: Float32Array, { temperature, topP, topK, codebookSize }: SamplingParams) {
  const ids = [...logits.keys()].slice(0, codebookSize);
  const highest = Math.max(...ids.map((id) => logits[id]!));
  const weight = (id: number) => Math.exp((logits[id]! - highest) / temperature);
  const ranked = ids.sort((a, b) => logits[b]! - logits[a]! || a - b).slice(0, topK);
  const total = ranked.reduce((sum, id) => sum + weight(id), 0);
  const kept: number[] = [];
  let mass = 0;
  for (const id of ranked) {
    if (kept.length > 0 && mass >= topP) break;
    kept.push(id);
    mass += weight(id) / total;
  }
  return { kept, mass, probability: (id: number) => weight(id) / total / mass };
}

describe('keptCandidates', () => {
  test('is the nucleus as defined', () => {
    fc.assert(
      fc.property(logitsOf, paramsOf, (logits, params) => {
        const { ids, probabilities } = keptCandidates(logits, params);
        const { kept, mass, probability } = nucleus(logits, params);
        // A cumulative mass within rounding of p may fall on either side.
        fc.pre(Math.abs(mass - params.topP) > 1e-9);
        const without = mass - probability(kept.at(-1)!) * mass;
        fc.pre(Math.abs(without - params.topP) > 1e-9);
        expect([...ids]).toEqual(kept);
        kept.forEach((id, i) => {
          expect(probabilities[i]).toBeCloseTo(probability(id), 10);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('probabilities fall and sum to 1', () => {
    fc.assert(
      fc.property(logitsOf, paramsOf, (logits, params) => {
        const { probabilities } = keptCandidates(logits, params);
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
        expect([...probabilities].sort((a, b) => b - a)).toEqual([...probabilities]);
      }),
    );
  });

  test('p = 1 and a large k keep every id of the codebook', () => {
    const params = { temperature: 1, topP: 1, topK: SIZE, codebookSize: SIZE };
    fc.assert(
      fc.property(logitsOf, (logits) => {
        expect([...keptCandidates(logits, params).ids].sort((a, b) => a - b)).toEqual([
          ...new Array(SIZE).keys(),
        ]);
      }),
    );
  });

  test('ids beyond the codebook are never kept, however large their logits', () => {
    fc.assert(
      fc.property(logitsOf, paramsOf, uniforms, (logits, params, uniform) => {
        logits.fill(1e4, params.codebookSize);
        expect(Math.max(...keptCandidates(logits, params).ids)).toBeLessThan(params.codebookSize);
        expect(sampleToken(logits, params, uniform)).toBeLessThan(params.codebookSize);
        expect(greedyToken(logits, params.codebookSize)).toBeLessThan(params.codebookSize);
      }),
    );
  });
});

describe('temperature', () => {
  const open = { topP: 1, topK: SIZE, codebookSize: SIZE };

  test('towards 0 the choice is the greedy one', () => {
    fc.assert(
      fc.property(logitsOf, uniforms, (logits, uniform) => {
        const values = [...logits.subarray(0, SIZE)].sort((a, b) => b - a);
        fc.pre(values[0]! > values[1]!);
        expect(sampleToken(logits, { ...open, temperature: 1e-5 }, uniform)).toBe(greedyToken(logits, SIZE));
      }),
    );
  });

  test('towards infinity all ids are equally likely', () => {
    fc.assert(
      fc.property(logitsOf, (logits) => {
        for (const value of keptCandidates(logits, { ...open, temperature: 1e9 }).probabilities)
          expect(value).toBeCloseTo(1 / SIZE, 6);
      }),
    );
  });
});

describe('sampleToken', () => {
  test('draws each id as often as its probability says', () => {
    const logits = Float32Array.from([0, 1, 2, 3]);
    const params = { temperature: 1, topP: 1, topK: 4, codebookSize: 4 };
    const count = 4000;
    const seen = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) seen[sampleToken(logits, params, (i + 0.5) / count)]! += 1;
    const { ids, probabilities } = keptCandidates(logits, params);
    ids.forEach((id, i) => {
      expect(Math.abs(seen[id]! - probabilities[i]! * count)).toBeLessThanOrEqual(1);
    });
  });

  test('equal logits: the lower id first', () => {
    const params = { temperature: 1, topP: 0.5, topK: 4, codebookSize: 4 };
    expect([...keptCandidates(new Float32Array(4), params).ids]).toEqual([0, 1]);
    expect(greedyToken(new Float32Array(4), 4)).toBe(0);
  });
});
