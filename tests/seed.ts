/**
 * The seed of everything random in a run of the tests. `vitest.config.ts` draws it once and prints it; `TEST_SEED=N npm test` runs
 * the same numbers again.
 */
import fc from 'fast-check';

export const TEST_SEED = Number(process.env.TEST_SEED);

fc.configureGlobal({ seed: TEST_SEED });

/** The random fraction from 0 to 1 at one place of a sequence that the seed decides. */
export const fractionAt = (place: number): number =>
  fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: TEST_SEED + place, numRuns: 1 })[0]!;
