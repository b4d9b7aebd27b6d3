/** The queue as the page sees it: the place of each job in line, and the time left until it is done. Reads only. */
import type { Database, EventRow } from '../../db/database.ts';
import { type JobRow, queuedTurns } from '../../db/jobs.ts';
import { picturesOfTurn } from '../../db/pictures.ts';
import { readSetting } from '../../db/settings.ts';
import { inputsOfTurn, type TurnRow } from '../../db/turns.ts';
import { expectedMs, type RunSize, unitsOf } from '../../studio/expected-time.ts';
import type { QueueEntry, QueueView, SessionEvent } from '../../studio/protocol.ts';
import { eventView, jobView } from '../views/views.ts';
import { interval, type RunTimes } from './eta.ts';
import { kindOf, runTimes } from './run-times.ts';

export const PAUSED = 'queue.paused';

/** Entries of all owners, as they are stored; those of older versions name none. */
interface WholeQueue {
  paused: boolean;
  entries: (QueueEntry & { owner?: string })[];
}

/** The size of the run that a turn still needs. */
export function runSizeOf(db: Database, turn: TurnRow): RunSize {
  const recipe = turn.recipe!;
  const references = inputsOfTurn(db, turn.id).filter(({ role }) => role !== 'mask').length;
  return { recipe, references, pictures: recipe.count - picturesOfTurn(db, turn.id).length };
}

/** What a turn will take, as far as runs like it were measured; null where none was. */
export function expectedJobMs(db: Database, turn: TurnRow): number | null {
  const size = runSizeOf(db, turn);
  const times = runTimes(db, size);
  return times ? expectedMs(times, unitsOf(size)) : null;
}

/** The queue with an owner's jobs alone. How many of others are ahead stays in their places and in the time left. */
export function queueOf(owner: string, { paused, entries }: WholeQueue): Omit<QueueView, 'seq'> {
  const own = entries.filter((entry) => (entry.owner ?? owner) === owner);
  return { paused, entries: own.map(({ owner: _, ...entry }) => entry) };
}

/** A row of the log as its reader gets it: of the queue, their own jobs alone. */
export function eventFor(owner: string, row: EventRow): SessionEvent {
  const event = eventView(row);
  if (event.type !== 'queue.updated') return event;
  return { ...event, payload: { queue: queueOf(owner, event.payload.queue) } };
}

/**
 * The queue of all owners, first to last. Engines draw side by side, so a job's place and its time left are those in the line of
 * its own. Nobody knows when a paused queue goes on, so what waits in it has no time left.
 */
export function queueView(db: Database): WholeQueue {
  const isHeld = readSetting(db, PAUSED, false);
  const lines = new Map<string | null, { count: number; expected: number | null }>();
  const timesOf = rememberedTimes(db);
  const entries = queuedTurns(db).map(({ job, sessionId, prompt, recipe, references, made, waits }) => {
    const ahead = lines.get(job.engine) ?? { count: 0, expected: 0 };
    lines.set(job.engine, ahead);
    const size = { recipe: recipe!, references, pictures: recipe!.count - made };
    const times = timesOf(size);
    const isPaused = job.state === 'paused';
    const own = times && leftMs(db, job, times, size);
    const until = own === null || ahead.expected === null ? null : ahead.expected + own;
    const entry = {
      owner: job.owner,
      job: jobView(job, waits),
      sessionId,
      prompt,
      position: ahead.count,
      eta:
        until === null || isPaused || (isHeld && job.state !== 'running') || !times
          ? null
          : interval(until, times.ratios),
    };
    if (!isPaused) {
      ahead.count += 1;
      ahead.expected = until;
    }
    return entry;
  });
  return { paused: isHeld, entries };
}

/** The times of runs, asked once for all of one kind: most of a long line are alike. */
function rememberedTimes(db: Database): (size: RunSize) => RunTimes | null {
  const known = new Map<string, RunTimes | null>();
  return (size) => {
    const kind = kindOf(size);
    const found = known.has(kind) ? known.get(kind)! : runTimes(db, size);
    known.set(kind, found);
    return found;
  };
}

function leftMs(db: Database, job: JobRow, times: RunTimes, size: RunSize): number {
  const expected = expectedMs(times, unitsOf(size));
  return job.state === 'running' ? Math.max(0, expected - (db.now() - (job.startedAt ?? 0))) : expected;
}
