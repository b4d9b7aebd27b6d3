/**
 * npm run bench -- scale [--json] [--seed N]
 * What waits when many users share few servers, by the product's own order and pool in simulated time: the busiest hour of 10, 100 and
 * 1,000 users; one pool beside several small ones; and ten thousand jobs over 32 servers that fail. The assumptions are in
 * `scale/scenario.ts`, what is made of the figures in docs/scale.md.
 */
import { parseArgs } from 'node:util';
import { jobsOf, PEAK, peakHour, serverMsOf, serversOf } from './scale/scenario.ts';
import { type JobPlan, simulate } from './scale/simulation.ts';
import { seededRandom } from './seeded-random.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { json: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
});
const seed = Number(values.seed);

/**
 * One H100, SGLang-Diffusion of January 2026, GLM-Image: an edit with one reference of 1536 x 1024 px in 30 steps takes 46 s. Read, not
 * measured here. Source: sgl-project/sglang, pull request 17689.
 */
const MS_BY_WORK = 46_000 / (1_536 * 1_024 * 30 * 2);
/** Share of the hour that servers are meant to draw. */
const AIMED_SHARE = 0.7;
const FAILING = { jobs: 10_000, servers: 32, leastDeadlineMs: 60_000 };

const well = (count: number) =>
  Array.from({ length: count }, () => ({ msByWork: MS_BY_WORK, plan: [], isIdempotent: true }));
const seconds = (ms: number): number => Number((ms / 1_000).toFixed(1));

async function hourOf(jobs: readonly JobPlan[], servers: number) {
  const outcome = await simulate({ jobs, servers: well(servers), random: seededRandom(seed) });
  const { waitMs, wholeMs, busyShare, pictures, lost, doubled } = outcome;
  return {
    ...{ servers, jobs: jobs.length, pictures, lost, doubled },
    medianWaitS: seconds(waitMs.median),
    p95WaitS: seconds(waitMs.p95),
    medianWholeS: seconds(wholeMs.median),
    p95WholeS: seconds(wholeMs.p95),
    busyShare: Number(busyShare.toFixed(2)),
    serverSecondsByPicture: seconds((servers * PEAK.hourMs) / pictures),
  };
}

const serversFor = (jobs: readonly JobPlan[]): number =>
  Math.ceil(serverMsOf(jobs, MS_BY_WORK) / PEAK.hourMs / AIMED_SHARE);

async function steps() {
  const rows = [];
  for (const users of [10, 100, 1_000]) {
    const jobs = peakHour(users, seededRandom(seed));
    rows.push({ users, ...(await hourOf(jobs, serversFor(jobs))) });
  }
  return rows;
}

/** The same users and servers as one pool, and as pools of their own for an eighth of the users each. */
async function pooling() {
  const whole = peakHour(1_000, seededRandom(seed));
  const servers = Math.ceil(serversFor(whole) / 8) * 8;
  const part = peakHour(125, seededRandom(seed));
  return { onePool: await hourOf(whole, servers), oneOfEight: await hourOf(part, servers / 8) };
}

async function failing() {
  const random = seededRandom(seed);
  const jobs = jobsOf(FAILING.jobs, FAILING.servers, random);
  const servers = serversOf(FAILING.servers, random);
  const pool = { leastDeadlineMs: FAILING.leastDeadlineMs };
  const {
    waitMs,
    wholeMs: _,
    spanMs,
    busyShare,
    ...counts
  } = await simulate({ jobs, servers, random, pool });
  return {
    ...{ servers: FAILING.servers, ...counts, hours: Number((spanMs / PEAK.hourMs).toFixed(2)) },
    ...{ busyShare: Number(busyShare.toFixed(2)), medianWaitS: seconds(waitMs.median) },
    meanWaitOfOwnersS: seconds(waitMs.meanOfOwners),
    longestMeanWaitS: seconds(waitMs.worstOwnerMean),
  };
}

const figures = { seed, steps: await steps(), pooling: await pooling(), failing: await failing() };
if (values.json) console.log(JSON.stringify(figures));
else {
  console.table(figures.steps);
  console.table(figures.pooling);
  console.log(figures.failing);
}
process.exit(0);
