/**
 * The job queue: which stored job runs next, how many at once, and the verbs on them. Owners take turns. The table is the
 * truth; in memory there is only what is running now. Knows no picture.
 */
import { dropEventsOfType, lastSeq, QUEUE_FEED } from '../../db/events.ts';
import {
  findJob,
  findJobOfTurn,
  firstWaitingJob,
  type JobRow,
  jobsAhead,
  moveJob,
  requeueJob,
  runningJobs,
  updateJob,
  waitingOwners,
} from '../../db/jobs.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';
import { findTurn } from '../../db/turns.ts';
import { stranded, strandedBy, waitsFor } from '../../db/waiting.ts';
import type { EngineClient } from '../../engine/client.ts';
import type { QueueView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { failureSentence } from '../refusal-text.ts';
import { appendEvent } from '../views/event-log.ts';
import { jobView } from '../views/views.ts';
import { expectedMs, learn, learned, unitsOf, type Work } from './eta.ts';
import { PAUSED, queueView, workOf } from './queue-view.ts';
import { endJob, type JobParts, runJob, Stop, type StopReason } from './run-job.ts';

export interface QueueParts extends JobParts {
  engine: EngineClient;
}

interface Run {
  stop: Stop;
  ended: Promise<void>;
}

interface Place {
  position: number;
  state: JobRow['state'];
}

export interface QueueOptions {
  /** Jobs that run at the same time. Default 1. */
  concurrency?: number;
  /** Wait after the database refused to store something. Default 5,000. */
  faultPauseMs?: number;
}

const SHUTDOWN_GRACE_MS = 2_000;
const RETRIABLE: readonly JobRow['state'][] = ['failed', 'cancelled'];
const WAITING: readonly JobRow['state'][] = ['queued', 'interrupted', 'paused'];
const UNDER_WAY: readonly JobRow['state'][] = [...WAITING, 'running'];
/** How a run ends that was stopped. */
const STOPPED_AS = { cancel: 'cancelled', shutdown: 'interrupted', pause: 'paused' } as const;

export class JobQueue {
  readonly #parts: QueueParts;
  readonly #concurrency: number;
  readonly #faultPauseMs: number;
  readonly #runs = new Map<string, Run>();
  /** What was wished of runs whose end could not be stored. */
  readonly #unstored = new Map<string, Stop>();
  readonly #stopListening: () => void;
  /** Places as they were told last. */
  #told = new Map<string, Place>();
  #lastOwner = '';
  #stopped = false;
  #pause: NodeJS.Timeout | undefined;

  /** Takes up what an earlier server left running, and goes on as soon as the engine is ready. */
  constructor(parts: QueueParts, { concurrency = 1, faultPauseMs = 5_000 }: QueueOptions = {}) {
    this.#parts = parts;
    this.#concurrency = concurrency;
    this.#faultPauseMs = faultPauseMs;
    this.#stopListening = parts.engine.onState(() => this.wake());
    this.wake();
  }

  /** Starts waiting jobs while there is room and a loaded model, and tells who is where in line. */
  wake(): void {
    if (this.#stopped) return;
    try {
      this.#endOrphans();
      this.#failStranded();
      while (this.#mayRun() && this.#runs.size < this.#concurrency) {
        const job = this.#next();
        if (!job) break;
        this.#start(job);
      }
      this.#tellPlaces();
    } catch (error) {
      this.#waitAfter(error);
    }
  }

  /** Stops a job before its next unit of work; one that has ended stays as it is. Undefined: there is none. */
  cancel(jobId: string): JobRow | undefined {
    const job = findJob(this.#parts.db, jobId);
    if (!job || this.#stopRun(job, 'cancel') || !UNDER_WAY.includes(job.state)) return job;
    const ended = endJob(this.#parts.db, job, 'cancelled');
    this.wake();
    return ended;
  }

  /**
   * Puts a failed or cancelled job back at the end of the line, and after it those that failed because it made no
   * picture. Undefined: there is none. Throws {@link Refusal} `not_now`.
   */
  retry(jobId: string): JobRow | undefined {
    const { db } = this.#parts;
    const ended = findJob(db, jobId);
    if (!ended) return undefined;
    if (!RETRIABLE.includes(ended.state)) throw new Refusal('not_now.not_ended', {});
    if (stillStranded(this.#parts, ended)) throw new Refusal('not_now.stranded', {});
    db.write(() => {
      for (const job of [ended, ...strandedBy(db, ended.turnId)]) this.#tellQueued(requeueJob(db, job.id));
    });
    this.wake();
    return findJob(db, jobId);
  }

  /** Takes a job out of the line until it is resumed; one that runs stops and keeps what it has. Throws {@link Refusal} `not_now`. */
  pause(jobId: string): JobRow | undefined {
    const job = findJob(this.#parts.db, jobId);
    if (!job || job.state === 'paused') return job;
    if (!UNDER_WAY.includes(job.state)) throw new Refusal('not_now.ended', {});
    if (!this.#stopRun(job, 'pause')) endJob(this.#parts.db, job, 'paused');
    this.wake();
    return findJob(this.#parts.db, jobId);
  }

  /** Puts a paused job back to its place in line. Throws {@link Refusal} `not_now`. */
  resume(jobId: string): JobRow | undefined {
    const { db } = this.#parts;
    const job = findJob(db, jobId);
    if (!job) return undefined;
    if (job.state !== 'paused') throw new Refusal('not_now.not_paused', {});
    db.write(() => this.#tellQueued(updateJob(db, jobId, { state: 'queued' })));
    this.wake();
    return findJob(db, jobId);
  }

  /** Puts a waiting job right before another, or (null) at the end of the line. Throws {@link Refusal} `not_now`. */
  move(jobId: string, before: string | null): JobRow | undefined {
    const { db } = this.#parts;
    const job = findJob(db, jobId);
    if (!job) return undefined;
    const next = before === null ? null : findJob(db, before);
    if (!WAITING.includes(job.state) || (next !== null && !WAITING.includes(next?.state ?? 'done')))
      throw new Refusal('not_now.not_waiting', {});
    if (before !== jobId) db.write(() => moveJob(db, jobId, before));
    this.wake();
    return findJob(db, jobId);
  }

  /** Lets what runs end and starts nothing more, or goes on; also over a restart. */
  setPaused(paused: boolean): void {
    const { db } = this.#parts;
    db.write(() => {
      writeSetting(db, PAUSED, paused);
      this.#appendQueue();
    });
    this.wake();
  }

  view(): QueueView {
    const { db } = this.#parts;
    return { ...queueView(db), seq: lastSeq(db) };
  }

  /** Interrupts what is running, so that the next server goes on with it, and starts nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    clearTimeout(this.#pause);
    for (const { stop } of this.#runs.values()) stop.wish('shutdown');
    const grace = AbortSignal.timeout(SHUTDOWN_GRACE_MS);
    const late = new Promise<void>((resolve) => grace.addEventListener('abort', () => resolve()));
    await Promise.race([this.settled(), late]);
  }

  /** Waits for the end of what is running. */
  async settled(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.ended));
  }

  #mayRun(): boolean {
    const { db, engine } = this.#parts;
    return this.#pause === undefined && engine.state === 'ready' && !readSetting(db, PAUSED, false);
  }

  #next(): JobRow | undefined {
    const owners = waitingOwners(this.#parts.db);
    const owner = owners.find((each) => each > this.#lastOwner) ?? owners[0];
    if (owner === undefined) return undefined;
    this.#lastOwner = owner;
    return firstWaitingJob(this.#parts.db, owner);
  }

  #start(job: JobRow): void {
    const stop = new Stop();
    const ended = this.#run(job, stop)
      .catch((error: unknown) => {
        this.#unstored.set(job.id, stop);
        this.#waitAfter(error, job.id);
      })
      .finally(() => {
        this.#runs.delete(job.id);
        this.wake();
      });
    this.#runs.set(job.id, { stop, ended });
  }

  async #run(job: JobRow, stop: Stop): Promise<void> {
    const { db } = this.#parts;
    const work = workOf(db, findTurn(db, job.turnId)!);
    const known = learned(db, work);
    const startedAt = performance.now();
    await runJob(this.#parts, job.id, stop);
    const wholeMs = performance.now() - startedAt;
    const { state, elapsedMs } = findJob(db, job.id) ?? {};
    if (state !== 'done' || !elapsedMs || goesOn(job, work)) return;
    const expected = known && expectedMs(known, unitsOf(work));
    db.write(() => learn(db, work, { elapsedMs, wholeMs, expectedMs: expected }));
  }

  /** The database refused to store how a job stands (a full disk, most likely): nothing runs for a while. */
  #waitAfter(error: unknown, jobId?: string): void {
    this.#parts.log.error({ err: error, job: jobId }, 'the state of a job could not be stored');
    if (this.#stopped) return;
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.wake();
    }, this.#faultPauseMs);
  }

  /** Jobs that the table calls running, and that are not: their server died, or could not store their end. */
  #endOrphans(): void {
    const { db } = this.#parts;
    for (const { id } of runningJobs(db)) {
      if (this.#runs.has(id)) continue;
      const reason = this.#unstored.get(id)?.reason ?? 'shutdown';
      endJob(db, findJob(db, id)!, STOPPED_AS[reason]);
    }
    this.#unstored.clear();
  }

  /** Ends jobs whose input will not be made; each may strand others. */
  #failStranded(): void {
    const { db } = this.#parts;
    for (let jobs = stranded(db); jobs.length > 0; jobs = stranded(db))
      for (const job of new Map(jobs.map((each) => [each.id, each])).values())
        endJob(db, job, 'failed', {
          errorCode: 'parent_failed',
          errorMessage: failureSentence('parent_failed'),
        });
  }

  #tellQueued(row: JobRow): void {
    const { db } = this.#parts;
    const { sessionId } = findJob(db, row.id)!;
    const payload = { job: jobView(row, waitsFor(db, row.turnId)), position: jobsAhead(db, row) };
    appendEvent(db, { sessionId, jobId: row.id, type: 'job.queued', payload });
  }

  /** Tells each waiting job whose position or state changed, and the queue as a whole where any did. */
  #tellPlaces(): void {
    const { db } = this.#parts;
    const { entries } = queueView(db);
    const places = new Map(entries.map(({ job, position }) => [job.id, { position, state: job.state }]));
    const changed = entries.filter(({ job, position }) => {
      const told = this.#told.get(job.id);
      return told?.position !== position || told.state !== job.state;
    });
    const left = [...this.#told.keys()].some((id) => !places.has(id));
    if (changed.length === 0 && !left) return;
    db.write(() => {
      for (const { job, sessionId, position, eta } of changed) {
        if (job.state !== 'queued' && job.state !== 'interrupted') continue;
        dropEventsOfType(db, job.id, 'job.position');
        appendEvent(db, {
          sessionId,
          jobId: job.id,
          type: 'job.position',
          payload: { job, position, eta },
        });
      }
      this.#appendQueue();
    });
    this.#told = places;
  }

  /** Tells how the queue is now in place of how it was; inside of `write`. */
  #appendQueue(): void {
    const { db } = this.#parts;
    dropEventsOfType(db, null, 'queue.updated');
    const payload = { queue: queueView(db) };
    appendEvent(db, { sessionId: QUEUE_FEED, jobId: null, type: 'queue.updated', payload });
  }

  /** Whether there was a run to stop; its end is not stored yet. */
  #stopRun({ id, state }: JobRow, reason: StopReason): boolean {
    const run = state === 'running' ? this.#runs.get(id) : undefined;
    run?.stop.wish(reason);
    return run !== undefined;
  }
}

/** Whether a run takes up what an earlier one left: what it takes says nothing about a whole one. */
function goesOn({ checkpointBlob }: JobRow, { recipe, pictures }: Work): boolean {
  return checkpointBlob !== null || pictures < recipe.count;
}

/** Whether a turn that this job waits for has ended without its picture. */
function stillStranded({ db }: QueueParts, job: JobRow): boolean {
  return waitsFor(db, job.turnId).some((turnId) => {
    const maker = findJobOfTurn(db, turnId);
    return !maker || RETRIABLE.includes(maker.state) || maker.state === 'done';
  });
}
