/** The noise schedule, guidance and Euler step: the properties that hold for any number of steps and any size. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../engine/model/config.ts';
import type { SchedulerConfig } from '../../engine/model/config-schema.ts';
import { estimateClean, eulerStep, guide, makeSchedule, shiftMu } from '../../engine/picture/flow-match.ts';
import { MINI } from './fixtures.ts';

const mini = readConfig(MINI).scheduler;
const linear: SchedulerConfig = {
  ...mini,
  use_dynamic_shifting: true,
  time_shift_type: 'linear',
  base_shift: 0.25,
  max_shift: 0.75,
  base_image_seq_len: 256,
};
const configs = fc.record({
  time_shift_type: fc.constantFrom('linear' as const, 'exponential' as const),
  use_dynamic_shifting: fc.boolean(),
  base_shift: fc.double({ min: 0.1, max: 1, noNaN: true }),
  max_shift: fc.double({ min: 0.1, max: 2, noNaN: true }),
  shift: fc.double({ min: 0.5, max: 4, noNaN: true }),
});
const steps = fc.integer({ min: 1, max: 200 });
const tokens = fc.integer({ min: 4, max: 16_384 });
const vectors = fc
  .array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => Float32Array.from(values));

describe('makeSchedule', () => {
  test('noise levels never rise from 1 to 0, timesteps are unshifted integers from 999', () => {
    fc.assert(
      fc.property(configs, steps, tokens, (changes, count, cells) => {
        const { timesteps, sigmas } = makeSchedule({ ...linear, ...changes }, count, cells);
        expect(timesteps).toHaveLength(count);
        expect(sigmas).toHaveLength(count + 1);
        expect(sigmas[0]).toBe(1);
        expect(sigmas.at(-1)).toBe(0);
        expect(timesteps[0]).toBe(999);
        for (let i = 0; i < count; i++) {
          expect(sigmas[i + 1]).toBeLessThanOrEqual(sigmas[i]!);
          expect(Number.isInteger(timesteps[i])).toBe(true);
          if (i > 0) expect(timesteps[i]).toBeLessThan(timesteps[i - 1]!);
        }
      }),
    );
  });

  test('timesteps do not depend on the size, noise levels rise with it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), tokens, tokens, (count, a, b) => {
        fc.pre(a < b);
        const [small, large] = [makeSchedule(linear, count, a), makeSchedule(linear, count, b)];
        expect(large.timesteps).toEqual(small.timesteps);
        small.sigmas.slice(1, -1).forEach((sigma, i) => {
          expect(large.sigmas[i + 1]).toBeGreaterThanOrEqual(sigma);
        });
      }),
    );
  });

  test('the shift is linear in the side and starts at the base', () => {
    expect(shiftMu(linear, 256)).toBe(1);
    expect(shiftMu(linear, 1024)).toBe(1.75);
    expect(shiftMu(linear, 4096)).toBe(3.25);
  });

  test('without shifting, noise levels are the timesteps', () => {
    const still = { ...linear, use_dynamic_shifting: false, shift: 1 };
    const { sigmas, timesteps } = makeSchedule(still, 7, 1024);
    expect(sigmas.slice(0, -1)).toEqual(timesteps.map((t) => Math.fround((t + 1) / 1000)));
  });
});

describe('guidance and steps', () => {
  test('scale 1 is the conditional velocity, scale 0 the unconditional one', () => {
    fc.assert(
      fc.property(vectors, vectors, (cond, uncond) => {
        guide(cond, uncond, 1).forEach((value, i) => {
          expect(value).toBeCloseTo(cond[i]!, 5);
        });
        guide(cond, uncond, 0).forEach((value, i) => {
          expect(value).toBeCloseTo(uncond[i]!, 5);
        });
      }),
    );
  });

  test('a straight path is followed exactly, whatever the schedule', () => {
    fc.assert(
      fc.property(
        vectors,
        vectors,
        configs,
        fc.integer({ min: 1, max: 50 }),
        (noise, clean, changes, count) => {
          const { sigmas } = makeSchedule({ ...linear, ...changes }, count, 1024);
          const velocity = noise.map((value, i) => value - clean[i]!);
          let latents: Float32Array = noise;
          for (let i = 0; i < count; i++) {
            const estimate = estimateClean(latents, velocity, sigmas[i]!);
            estimate.forEach((value, at) => {
              expect(value).toBeCloseTo(clean[at]!, 4);
            });
            latents = eulerStep(latents, velocity, sigmas[i]!, sigmas[i + 1]!);
          }
          latents.forEach((value, i) => {
            expect(value).toBeCloseTo(clean[i]!, 4);
          });
        },
      ),
    );
  });

  test('nothing is changed in place', () => {
    const latents = Float32Array.of(1, 2, 3);
    const velocity = Float32Array.of(3, 2, 1);
    eulerStep(latents, velocity, 1, 0.5);
    guide(latents, velocity, 1.5);
    expect([...latents, ...velocity]).toEqual([1, 2, 3, 3, 2, 1]);
  });
});
