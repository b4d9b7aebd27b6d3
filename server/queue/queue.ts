/**
 * The job queue: the order in which stored jobs run, how many at once, and the verbs on them. Owners take turns. The table is the
 * truth; only the runs of now are in memory. Knows no picture.
 */
import { addUsage } from '../../db/accounts/usage.ts';
import type { Database } from '../../db/database.ts';
import { dropEventsOfType, lastSeq, QUEUE_FEED } from '../../db/events.ts';
import { storageFaultOf } from '../../db/folder/storage-fault.ts';
import {
  findJob,
  findJobOfTurn,
  firstWaitingJob,
  type JobRow,
  jobsAhead,
  jobsOfNoEngine,
  lineAfterMove,
  moveJob,
  requeueJob,
  runningJobs,
  updateJob,
  waitingEngines,
  waitingOwners,
} from '../../db/jobs.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';
import { findTurn } from '../../db/turns.ts';
import { stranded, strandedBy, waitsFor } from '../../db/waiting.ts';
import type { Engine } from '../../engine/index.ts';
import { expectedMs, type RunSize, unitsOf } from '../../studio/expected-time.ts';
import type { QueueView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { RETRIABLE, RUNNABLE, UNDER_WAY, WAITING } from '../../studio/vocabulary.ts';
import type { Engines } from '../engines/engines.ts';
import { appendEvent } from '../log/event-log.ts';
import { failureSentence } from '../refusal-text.ts';
import { jobView } from '../views/views.ts';
import { endJob, endJobs, failJob } from './end-job.ts';
import { failureOf } from './job-failure.ts';
import type { JobParts } from './job-run.ts';
import { ownerAfter } from './owner-order.ts';
import { PAUSED, queueOf, queueView, runSizeOf } from './queue-view.ts';
import { runJob } from './run-job.ts';
import { addRunTimes, runTimes } from './run-times.ts';
import { STOPPED_AS, type StopReason, StopSignal } from './stop-signal.ts';

export interface QueueParts extends Omit<JobParts, 'engine'> {
  engines: Engines;
}

interface Run {
  engine: string;
  stop: StopSignal;
  ended: Promise<void>;
}

interface Place {
  position: number;
  state: JobRow['state'];
}

export interface QueueOptions {
  /** Jobs that run on one engine at the same time. Default: as many as it draws at once. */
  concurrency?: number;
  /** Wait after the database refused to store something. Default 5,000. */
  faultPauseMs?: number;
}

const SHUTDOWN_GRACE_MS = 2_000;
/** Telling places takes less than this while the line is short. */
const BRIEF_MS = 5;
/** Most jobs of the line that its event has; `GET /api/queue` has all. */
const MOST_TOLD = 500;

/** Whether a place is told anew: near the front at each step, far behind only now and then, so that a job is told few times in all. */
const isFar = (before: number, now: number): boolean => Math.abs(before - now) >= Math.max(1, now / 10);

export class JobQueue {
  readonly #parts: QueueParts;
  readonly #concurrency: number | undefined;
  readonly #faultPauseMs: number;
  readonly #runs = new Map<string, Run>();
  /** Runs whose end the disk refused to store, and how they were asked to stop. */
  readonly #unstored = new Map<string, StopSignal>();
  /** Jobs whose run ended by a programming error that is not in their rows yet. While there are any, nothing is started. */
  readonly #broken = new Map<string, unknown>();
  readonly #stopListening: () => void;
  /** Places in line as the newest events say them. */
  #places = new Map<string, Place>();
  /** The whole line as it was when places were told last. */
  #line = '';
  /** When places may be told again. */
  #toldUntil = 0;
  #telling: NodeJS.Timeout | undefined;
  /** Whose job each engine was given last. */
  readonly #lastOwners = new Map<string, string>();
  #stopped = false;
  #pause: NodeJS.Timeout | undefined;

  /** Takes up the jobs that an earlier server left running, and goes on as soon as the engine is ready. */
  constructor(parts: QueueParts, { concurrency, faultPauseMs = 5_000 }: QueueOptions = {}) {
    this.#parts = parts;
    this.#concurrency = concurrency;
    this.#faultPauseMs = faultPauseMs;
    this.#stopListening = parts.engines.onState(() => this.wake());
    this.wake();
  }

  /**
   * Starts waiting jobs while there is room on the engines that they name, and appends the places in line that changed. Throws nothing: a
   * fault of the disk pauses the queue for a while; a programming error is logged with its stack, hinders no other step, and
   * is met again only at the next call.
   */
  wake(): void {
    if (this.#stopped) return;
    const steps = [
      () => this.#endBroken(),
      () => this.#endOrphans(),
      () => this.#nameEngines(),
      () => this.#failStranded(),
      () => this.#startWaiting(),
      () => this.#tellPlaces(),
    ];
    for (const step of steps) if (!this.#tryTo(step)) return;
  }

  /** Whether the queue may go on after a step. */
  #tryTo(step: () => void): boolean {
    try {
      step();
    } catch (error) {
      if (storageFaultOf(error)) {
        this.#pauseAfter(error);
        return false;
      }
      this.#parts.log.error({ err: error }, 'the queue failed by a programming error');
    }
    return true;
  }

  /** Stops a job before its next unit of work; one that has ended stays as it is. Undefined: there is none. */
  cancel(jobId: string): JobRow | undefined {
    const job = findJob(this.#parts.db, jobId);
    if (!job || this.#stopRun(job, 'cancel') || !UNDER_WAY.includes(job.state)) return job;
    const ended = endJob(this.#parts.db, job, 'cancelled');
    this.wake();
    return ended;
  }

  /** As {@link cancel}, for several in one go. */
  cancelAll(jobIds: readonly string[]): void {
    const { db } = this.#parts;
    const waiting = jobIds
      .map((id) => findJob(db, id))
      .filter((job) => job !== undefined && !this.#stopRun(job, 'cancel') && UNDER_WAY.includes(job.state));
    endJobs(db, waiting as NonNullable<(typeof waiting)[number]>[], 'cancelled');
    this.wake();
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
      for (const job of [ended, ...strandedBy(db, ended.turnId)]) this.#appendQueued(requeueJob(db, job.id));
    });
    this.wake();
    return findJob(db, jobId);
  }

  /**
   * Takes a job out of the line until it is resumed; a job that runs stops and keeps its pictures and its checkpoint. Throws
   * {@link Refusal} `not_now`.
   */
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
    db.write(() => this.#appendQueued(updateJob(db, jobId, { state: 'queued' })));
    this.wake();
    return findJob(db, jobId);
  }

  /**
   * Puts a waiting job right before another, or (null) at the end of the line; an edit never before what it builds on. Throws
   * {@link Refusal} `not_now`.
   */
  move(jobId: string, before: string | null): JobRow | undefined {
    const { db } = this.#parts;
    const job = findJob(db, jobId);
    if (!job) return undefined;
    const next = before === null ? null : findJob(db, before);
    if (!WAITING.includes(job.state) || (next !== null && !WAITING.includes(next?.state ?? 'done')))
      throw new Refusal('not_now.not_waiting', {});
    if (before !== jobId && passesItsOwn(db, job, before)) throw new Refusal('not_now.builds_on', {});
    if (before !== jobId) db.write(() => moveJob(db, jobId, before));
    this.wake();
    return findJob(db, jobId);
  }

  /** Pauses the queue, so that jobs that run end and no other starts, or lets it go on; kept over a restart. */
  setPaused(paused: boolean): void {
    const { db } = this.#parts;
    db.write(() => {
      writeSetting(db, PAUSED, paused);
      this.#appendQueue();
    });
    this.wake();
  }

  /** The queue as an owner sees it. */
  view(owner: string): QueueView {
    const { db } = this.#parts;
    return { ...queueOf(owner, queueView(db)), seq: lastSeq(db) };
  }

  /** Interrupts the jobs that run, so that the next server goes on with them, and starts no other. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    clearTimeout(this.#pause);
    clearTimeout(this.#telling);
    for (const { stop } of this.#runs.values()) stop.request('shutdown');
    const grace = AbortSignal.timeout(SHUTDOWN_GRACE_MS);
    const late = new Promise<void>((resolve) => grace.addEventListener('abort', () => resolve()));
    await Promise.race([this.settled(), late]);
  }

  /** Waits for the end of the jobs that run. */
  async settled(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.ended));
  }

  /** Each engine has a line of its own: one that is away keeps back no job of another. */
  #startWaiting(): void {
    const { db, engines } = this.#parts;
    if (this.#isHeld()) return;
    for (const name of waitingEngines(db)) {
      const engine = engines.start(name);
      while (
        engine?.state === 'ready' &&
        this.#runsOn(name) < (this.#concurrency ?? engines.atOnceOf(name)) &&
        !this.#isHeld()
      ) {
        const job = this.#next(name);
        if (!job) break;
        this.#start(job, name, engine);
      }
    }
  }

  #isHeld(): boolean {
    return this.#pause !== undefined || this.#broken.size > 0 || readSetting(this.#parts.db, PAUSED, false);
  }

  #runsOn(engine: string): number {
    return [...this.#runs.values()].filter((run) => run.engine === engine).length;
  }

  #next(engine: string): JobRow | undefined {
    const owners = waitingOwners(this.#parts.db, engine);
    const owner = ownerAfter(owners, this.#lastOwners.get(engine) ?? '');
    if (owner === undefined) return undefined;
    this.#lastOwners.set(engine, owner);
    return firstWaitingJob(this.#parts.db, owner, engine);
  }

  #start(job: JobRow, name: string, engine: Engine): void {
    const stop = new StopSignal();
    const release = this.#parts.engines.hold(name);
    const ended = this.#run(job, engine, stop)
      .catch((error: unknown) => {
        if (storageFaultOf(error)) {
          this.#unstored.set(job.id, stop);
          this.#pauseAfter(error, job.id);
        } else {
          this.#parts.log.error({ err: error, job: job.id }, 'a run failed by a programming error');
          this.#broken.set(job.id, error);
        }
      })
      .finally(() => {
        this.#runs.delete(job.id);
        release();
        this.wake();
      });
    this.#runs.set(job.id, { engine: name, stop, ended });
  }

  async #run(job: JobRow, engine: Engine, stop: StopSignal): Promise<void> {
    const { db } = this.#parts;
    const size = runSizeOf(db, findTurn(db, job.turnId)!);
    const times = runTimes(db, size);
    const startedAt = performance.now();
    await runJob({ ...this.#parts, engine }, job.id, stop);
    const wholeMs = performance.now() - startedAt;
    const { state, elapsedMs } = findJob(db, job.id) ?? {};
    const expected = times && expectedMs(times, unitsOf(size));
    const isTypical = state === 'done' && elapsedMs && !isContinued(job, size);
    db.writeOnReserve(() => {
      addUsage(db, job.owner, wholeMs);
      if (isTypical) addRunTimes(db, size, { elapsedMs, wholeMs, expectedMs: expected });
    });
  }

  /** The database refused to store how a job stands (a full disk, most likely): nothing is started for a while. */
  #pauseAfter(error: unknown, jobId?: string): void {
    this.#parts.log.error({ err: error, job: jobId }, 'the state of a job could not be stored');
    if (this.#stopped) return;
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.wake();
    }, this.#faultPauseMs);
  }

  /** Ends the jobs that a programming error stopped, so that they are not started again and again. */
  #endBroken(): void {
    const { db } = this.#parts;
    for (const [id, error] of this.#broken) {
      const job = findJob(db, id);
      if (job && UNDER_WAY.includes(job.state)) failJob(db, job, failureOf(error));
      this.#broken.delete(id);
    }
  }

  /** Ends jobs that the table calls running though no run has them: their server died, or could not store their end. */
  #endOrphans(): void {
    const { db } = this.#parts;
    for (const { id } of runningJobs(db)) {
      if (this.#runs.has(id) || this.#broken.has(id)) continue;
      const reason = this.#unstored.get(id)?.reason ?? 'shutdown';
      const job = findJob(db, id)!;
      // A server that was killed says nothing against the job; the engine's deaths alone are counted.
      const attempt = this.#unstored.has(id) ? job.attempt : Math.max(0, job.attempt - 1);
      endJob(db, job, STOPPED_AS[reason], { attempt });
    }
    this.#unstored.clear();
  }

  /** Ends jobs whose input will not be made; each may strand others. */
  #failStranded(): void {
    const { db } = this.#parts;
    const failed = { errorCode: 'parent_failed', errorMessage: failureSentence('parent_failed') };
    for (let jobs = stranded(db); jobs.length > 0; jobs = stranded(db))
      endJobs(db, [...new Map(jobs.map((each) => [each.id, each])).values()], 'failed', failed);
  }

  /**
   * Gives an engine to the jobs that name none, or one that is not configured any more. Where there is one engine alone, it draws
   * them; where there are several, nobody chose among them, and a job that named another ends.
   */
  #nameEngines(): void {
    const { db, engines } = this.#parts;
    for (const job of jobsOfNoEngine(db, engines.names))
      if (job.engine === null || engines.names.length === 1)
        db.write(() => updateJob(db, job.id, { engine: engines.default }));
      else if (!this.#runs.has(job.id))
        failJob(db, job, { code: 'engine_removed', message: failureSentence('engine_removed') });
  }

  #appendQueued(row: JobRow): void {
    const { db } = this.#parts;
    const { sessionId } = findJob(db, row.id)!;
    const payload = { job: jobView(row, waitsFor(db, row.turnId)), position: jobsAhead(db, row) };
    appendEvent(db, { sessionId, jobId: row.id, type: 'job.queued', payload });
  }

  /**
   * Tells places, unless that took long just now: then a little later, so that it never takes more than a tenth of the time,
   * however long the line is.
   */
  #tellPlaces(): void {
    if (this.#telling) return;
    const from = performance.now();
    const waitMs = this.#toldUntil - from;
    if (waitMs > 0) {
      this.#telling = setTimeout(() => {
        this.#telling = undefined;
        if (!this.#stopped) this.#tryTo(() => this.#tellPlaces());
      }, waitMs).unref();
      return;
    }
    this.#appendPlaces();
    const tookMs = performance.now() - from;
    this.#toldUntil = tookMs < BRIEF_MS ? 0 : from + 10 * tookMs;
  }

  /** Appends an event for each waiting job whose place changed so far that it has to be told, and one for the queue where any changed. */
  #appendPlaces(): void {
    const { db } = this.#parts;
    const view = queueView(db);
    const line = view.entries.map(({ job, position }) => `${job.id} ${job.state} ${position}`).join('\n');
    if (line === this.#line) return;
    const told = new Map<string, Place>();
    const news = view.entries.filter(({ job, position }) => {
      const before = this.#places.get(job.id);
      const isNews = !before || before.state !== job.state || isFar(before.position, position);
      told.set(job.id, isNews ? { position, state: job.state } : before);
      return isNews;
    });
    db.write(() => {
      for (const { job, sessionId, position, eta } of news) {
        if (!RUNNABLE.includes(job.state)) continue;
        dropEventsOfType(db, job.id, 'job.position');
        appendEvent(db, {
          sessionId,
          jobId: job.id,
          type: 'job.position',
          payload: { job, position, eta },
        });
      }
      this.#appendQueue(view);
    });
    this.#places = told;
    this.#line = line;
  }

  /** Appends the queue as it is now, in place of the event before; inside of `write`. */
  #appendQueue({ paused, entries } = queueView(this.#parts.db)): void {
    const { db } = this.#parts;
    dropEventsOfType(db, null, 'queue.updated');
    const payload = { queue: { paused, entries: entries.slice(0, MOST_TOLD) } };
    appendEvent(db, { sessionId: QUEUE_FEED, jobId: null, type: 'queue.updated', payload });
  }

  /** Whether there was a run to stop; its end is not stored yet. */
  #stopRun({ id, state }: JobRow, reason: StopReason): boolean {
    const run = state === 'running' ? this.#runs.get(id) : undefined;
    run?.stop.request(reason);
    return run !== undefined;
  }
}

/** Whether a run goes on from an earlier one: its time is not that of a whole run. */
function isContinued({ checkpointBlob }: JobRow, { recipe, pictures }: RunSize): boolean {
  return checkpointBlob !== null || pictures < recipe.count;
}

/** Whether a turn that this job waits for has ended without its picture. */
function stillStranded({ db }: Pick<QueueParts, 'db'>, job: JobRow): boolean {
  return waitsFor(db, job.turnId).some((turnId) => {
    const maker = findJobOfTurn(db, turnId);
    return !maker || !UNDER_WAY.includes(maker.state);
  });
}

/** Whether a move puts an edit before what it builds on. */
function passesItsOwn(db: Database, { id }: JobRow, before: string | null): boolean {
  const line = lineAfterMove(db, id, before);
  return line.some((job, place) =>
    waitsFor(db, job.turnId).some((turnId) => line.findIndex((each) => each.turnId === turnId) > place),
  );
}
