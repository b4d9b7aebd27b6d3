/** What the simulation plays: whose jobs come when, and what befalls which server. All of it follows from a seed. */
import type { JobPlan, ServerPlan } from './simulation.ts';
import type { Plan } from './virtual-server.ts';

const HOUR_MS = 3_600_000;
/** A picture of 1,024 px in 30 steps takes ten seconds. */
const MS_BY_WORK = 10_000 / (1_024 ** 2 * 30);

const oneOf = <T>(random: () => number, ...choices: readonly T[]): T =>
  choices[Math.floor(random() * choices.length)]!;

/**
 * Jobs of owners who work very differently: one sends thousands at once, a few send many, most a handful. They come as fast as
 * `servers` can draw if all are well, so that there is a line as soon as some are not.
 */
export function jobsOf(count: number, servers: number, random: () => number): JobPlan[] {
  const jobs: JobPlan[] = Array.from({ length: count }, () => {
    const [sidePx, steps] = oneOf(random, [1_024, 30], [1_024, 8], [512, 30], [512, 8]) as [number, number];
    return {
      ...{ owner: '', atMs: 0, pictures: oneOf(random, 1, 1, 1, 1, 2, 4), sidePx, steps },
      references: oneOf(random, 0, 0, 1, 2),
      stopAfterMs: random() < 0.03 ? random() * 20_000 : undefined,
    };
  });
  const spanMs = serverMsOf(jobs, MS_BY_WORK) / servers;
  return jobs.map((job, at) => {
    if (at % 3 === 0) return { ...job, owner: 'crowd', atMs: 0 };
    const owner = at % 3 === 1 ? `busy-${at % 7}` : `owner-${Math.floor(random() * 200)}`;
    return { ...job, owner, atMs: random() * spanMs };
  });
}

/** Servers of about the same pace, of which some fail in each of the ways that there are. */
export function serversOf(count: number, random: () => number): ServerPlan[] {
  return Array.from({ length: count }, (_, at) => ({
    msByWork: MS_BY_WORK * (0.8 + 0.4 * random()),
    isIdempotent: at % 2 === 1,
    plan: troublesOf(at % 16, random),
  }));
}

function troublesOf(kind: number, random: () => number): Plan[] {
  const once = (trouble: Plan['trouble'], forMs: number): Plan[] => {
    const atMs = random() * HOUR_MS;
    return [
      { atMs, trouble },
      { atMs: atMs + forMs, trouble: 'well' },
    ];
  };
  switch (kind) {
    case 0:
      return [{ atMs: random() * HOUR_MS, trouble: 'down' }];
    case 1:
    case 2:
      return [...once('down', 20_000), ...once('down', 60_000), ...once('down', 5_000)];
    case 3:
      return flapping(random, 'down');
    case 4:
      return [...once('slow', 600_000)];
    case 5:
      return [...once('mute', 400_000)];
    case 6:
    case 7:
      return [...once('answers lost', 200_000)];
    case 8:
      return [...once('full', 120_000), ...once('fails', 120_000)];
    case 9:
    case 10:
      return flapping(random, 'full');
    default:
      return [];
  }
}

/** Out and back again, for half an hour. */
function flapping(random: () => number, trouble: Plan['trouble']): Plan[] {
  const plan: Plan[] = [];
  for (let atMs = random() * HOUR_MS; plan.length < 80; ) {
    plan.push({ atMs, trouble });
    atMs += 5_000 + random() * 15_000;
    plan.push({ atMs, trouble: 'well' });
    atMs += 10_000 + random() * 20_000;
  }
  return plan;
}

/** What people do in the busiest hour, as assumed: none of it was measured. */
export const PEAK = {
  /** Of all users, those who are at it. */
  activeShare: 0.1,
  /** Between two messages of one of them. */
  betweenMs: 120_000,
  hourMs: HOUR_MS,
} as const;

/** The jobs of the busiest hour: messages of active users at random moments, most of them edits of one picture. */
export function peakHour(users: number, random: () => number): JobPlan[] {
  const active = Math.max(1, Math.round(users * PEAK.activeShare));
  const jobs: JobPlan[] = [];
  const nextMs = () => (-Math.log(1 - random()) * PEAK.betweenMs) / active;
  for (let atMs = nextMs(); atMs < PEAK.hourMs; atMs += nextMs())
    jobs.push({
      ...{ owner: `user-${Math.floor(random() * active)}`, atMs, sidePx: 1_024, steps: 30 },
      ...{ pictures: oneOf(random, 1, 1, 1, 2, 4), references: oneOf(random, 0, 1, 1, 1) },
    });
  return jobs;
}

/** Milliseconds of one server for all of these jobs. */
export const serverMsOf = (jobs: readonly JobPlan[], msByWork: number): number =>
  jobs.reduce(
    (sum, { pictures, sidePx, steps, references }) =>
      sum + pictures * sidePx ** 2 * steps * (1 + references) * msByWork,
    0,
  );
