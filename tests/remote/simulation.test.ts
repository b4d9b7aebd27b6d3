/** Ten thousand jobs through the product's order of owners and its pool, over 32 servers that fail in every way that was seen. */
import { expect, test } from 'vitest';
import { jobsOf, serversOf } from '../../bench/scale/scenario.ts';
import { simulate } from '../../bench/scale/simulation.ts';
import { seededRandom } from '../../bench/seeded-random.ts';
import { TEST_SEED } from '../seed.ts';

const JOBS = 10_000;
const SERVERS = 32;

const play = (seed: number) => {
  const random = seededRandom(seed);
  const jobs = jobsOf(JOBS, SERVERS, random);
  return simulate({ jobs, servers: serversOf(SERVERS, random), random, pool: { leastDeadlineMs: 60_000 } });
};

test('none is lost, none is doubled, no owner is passed over', async () => {
  const outcome = await play(TEST_SEED);
  const { lost, doubled, afterTimeOut, ends, mostOvertaken, begunAgain, sentAgain, busyShare } = outcome;
  expect({ lost, doubled, afterTimeOut }).toEqual({ lost: 0, doubled: 0, afterTimeOut: 0 });
  expect(Object.values(ends).reduce((sum, count) => sum + count)).toBe(JOBS);
  // The failures are there, and few users notice them.
  expect(begunAgain).toBeGreaterThan(0);
  expect(sentAgain).toBeGreaterThan(0);
  expect(ends.drawn + ends.stopped).toBeGreaterThan(0.98 * JOBS);
  // Between the coming of a job and its turn, another owner begins at most as many as its own owner does, and two.
  expect(mostOvertaken).toBeLessThanOrEqual(2);
  expect(busyShare).toBeGreaterThan(0.6);
});

test('the same seed gives the same hours', async () => {
  const few = (seed: number) => {
    const random = seededRandom(seed);
    return simulate({ jobs: jobsOf(500, 8, random), servers: serversOf(8, random), random });
  };
  expect(await few(TEST_SEED)).toEqual(await few(TEST_SEED));
});
