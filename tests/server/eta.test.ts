/** Times left: 8 of 10 runs end inside the interval that was told at their start. On 200 real runs of the tiny checkpoint,
 * recorded once with their stages, and replayed here in their order; and on a server while it learns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../db/folder/open-database.ts';
import { interval } from '../../server/queue/eta.ts';
import { addRunTimes, runTimes } from '../../server/queue/run-times.ts';
import { expectedMs, type RunSize, unitsOf } from '../../studio/expected-time.ts';
import type { ElapsedMs } from '../../studio/recipe.ts';
import { freshFolders, isEnd, serveFaulty } from './harness.ts';

interface RecordedRun {
  size: RunSize;
  elapsedMs: ElapsedMs;
  wholeMs: number;
}

const RUNS = JSON.parse(
  readFileSync(join(import.meta.dirname, 'recorded-runs.json'), 'utf8'),
) as RecordedRun[];

/** Share of runs that end inside the interval told at their start, learning from each when it ends. */
function coverage(runs: readonly RecordedRun[], skipped: number): { covered: number; told: number } {
  const db = openDatabase(freshFolders().dataDir);
  let covered = 0;
  let told = 0;
  db.write(() => {
    runs.forEach(({ size, elapsedMs, wholeMs }, index) => {
      const times = runTimes(db, size);
      const expected = times && expectedMs(times, unitsOf(size));
      if (times && expected !== null && index >= skipped) {
        const { lowMs, highMs } = interval(expected, times.ratios);
        told += 1;
        if (wholeMs >= lowMs && wholeMs <= highMs) covered += 1;
      }
      addRunTimes(db, size, { elapsedMs, wholeMs, expectedMs: expected });
    });
  });
  db.close();
  return { covered, told };
}

it('covers 70 to 90 of 100 recorded runs of the tiny checkpoint with its 80 % interval', () => {
  expect(RUNS).toHaveLength(220);
  const { covered, told } = coverage(RUNS, 20);
  expect(told).toBe(200);
  expect(covered / told).toBeGreaterThanOrEqual(0.7);
  expect(covered / told).toBeLessThanOrEqual(0.9);
});

it('stays honest when the machine becomes three times slower in the middle', () => {
  const slower = RUNS.map((run, index) => (index < 110 ? run : slowed(run, 3)));
  const { covered, told } = coverage(slower, 20);
  expect(covered / told).toBeGreaterThan(0.6);
});

function slowed(run: RecordedRun, factor: number): RecordedRun {
  const elapsedMs = Object.fromEntries(
    Object.entries(run.elapsedMs).map(([stage, ms]) => [stage, ms * factor]),
  );
  return { ...run, elapsedMs, wholeMs: run.wholeMs * factor };
}

it('says nothing before it knows anything, and then tells waiting and running turns', async () => {
  const client = await (await serveFaulty()).ready();
  const { id } = await client.newSession();
  const options = { steps: 4 };
  await client.turn(id, { prompt: 'a fox', options });
  const first = await client.until(id, isEnd);
  const etas = first.flatMap((event) => (event.type === 'stage' ? [event.payload.eta] : []));
  expect(new Set(etas)).toEqual(new Set([null]));
  await client.turn(id, { prompt: 'slow', options });
  await client.turn(id, { prompt: 'a cat', options });
  const after = first.at(-1)!.seq;
  const events = await client.until(
    id,
    ({ type, jobId }) => type === 'job.done' && jobId !== first.at(-1)!.jobId,
    after,
  );
  const told = events.flatMap((event) =>
    event.type === 'stage' || event.type === 'job.position' ? [event.payload.eta] : [],
  );
  expect(told.some((eta) => eta && eta.lowMs <= eta.likelyMs && eta.likelyMs <= eta.highMs)).toBe(true);
});
