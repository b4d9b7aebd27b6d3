/**
 * The job queue: which stored job runs next, and how many at once. Owners take turns. The table is the truth; in memory
 * there is only what is running now. Knows no picture.
 */
import {
  findJob,
  firstWaitingJob,
  type JobRow,
  jobsAhead,
  requeueJob,
  runningJobs,
  waitingOwners,
} from '../../db/jobs.ts';
import type { EngineClient } from '../../engine/client.ts';
import { appendEvent } from './event-log.ts';
import { type AbortReason, endJob, type JobParts, runJob } from './run-job.ts';
import { jobView } from './views.ts';

export interface QueueParts extends JobParts {
  engine: EngineClient;
}

interface Run {
  abort: AbortController;
  ended: Promise<void>;
}

const SHUTDOWN_GRACE_MS = 2_000;
const PAUSE_MS = 5_000;
const RETRIABLE: readonly JobRow['state'][] = ['failed', 'cancelled'];

export class JobQueue {
  readonly #parts: QueueParts;
  readonly #concurrency: number;
  readonly #runs = new Map<string, Run>();
  readonly #stopListening: () => void;
  #lastOwner = '';
  #stopped = false;
  #pause: NodeJS.Timeout | undefined;

  /** Takes up what an earlier server left running, and goes on as soon as the engine is ready. */
  constructor(parts: QueueParts, { concurrency = 1 }: { concurrency?: number } = {}) {
    this.#parts = parts;
    this.#concurrency = concurrency;
    this.#interruptOrphans();
    this.#stopListening = parts.engine.onState(() => this.wake());
    this.wake();
  }

  /** Starts waiting jobs while there is room and a loaded model. */
  wake(): void {
    while (this.#mayRun() && this.#runs.size < this.#concurrency) {
      const job = this.#next();
      if (!job) return;
      this.#start(job);
    }
  }

  /** Stops a job before its next unit of work; one that has ended stays as it is. Undefined: there is none. */
  cancel(jobId: string): JobRow | undefined {
    const { db } = this.#parts;
    const job = findJob(db, jobId);
    if (job?.state === 'queued' || job?.state === 'interrupted') return endJob(db, job, 'cancelled');
    this.#abort(jobId, 'cancel');
    return job;
  }

  /** Stops a job whose rows are about to be deleted. */
  abandon(jobId: string): void {
    this.#abort(jobId, 'deleted');
  }

  /** Puts a failed or cancelled job back at the end of the line. Null: its state does not allow that. */
  retry(jobId: string): JobRow | null | undefined {
    const { db } = this.#parts;
    const ended = findJob(db, jobId);
    if (!ended) return undefined;
    if (!RETRIABLE.includes(ended.state)) return null;
    const job = db.write(() => {
      const row = requeueJob(db, jobId);
      const payload = { job: jobView(row), position: jobsAhead(db, row) };
      appendEvent(db, { sessionId: ended.sessionId, jobId, type: 'job.queued', payload });
      return row;
    });
    this.wake();
    return job;
  }

  /** Interrupts what is running, so that the next server goes on with it, and starts nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    clearTimeout(this.#pause);
    for (const jobId of this.#runs.keys()) this.#abort(jobId, 'shutdown');
    const grace = AbortSignal.timeout(SHUTDOWN_GRACE_MS);
    const late = new Promise<void>((resolve) => grace.addEventListener('abort', () => resolve()));
    await Promise.race([this.settled(), late]);
  }

  /** Waits for the end of what is running. */
  async settled(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.ended));
  }

  #mayRun(): boolean {
    return !this.#stopped && this.#pause === undefined && this.#parts.engine.state === 'ready';
  }

  #next(): JobRow | undefined {
    const owners = waitingOwners(this.#parts.db);
    const owner = owners.find((each) => each > this.#lastOwner) ?? owners[0];
    if (owner === undefined) return undefined;
    this.#lastOwner = owner;
    return firstWaitingJob(this.#parts.db, owner);
  }

  #start(job: JobRow): void {
    const abort = new AbortController();
    const ended = runJob(this.#parts, job.id, abort.signal)
      .catch((error: unknown) => this.#waitAfter(error, job.id))
      .finally(() => {
        this.#runs.delete(job.id);
        this.wake();
      });
    this.#runs.set(job.id, { abort, ended });
  }

  /** The database refused to store how a job stands (a full disk, most likely): nothing runs for a while. */
  #waitAfter(error: unknown, jobId: string): void {
    this.#parts.log.error({ err: error, job: jobId }, 'the state of a job could not be stored');
    if (this.#stopped) return;
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#interruptOrphans();
      this.wake();
    }, PAUSE_MS);
  }

  /** Jobs that the table calls running, and that are not: their server died, or could not store their end. */
  #interruptOrphans(): void {
    const { db } = this.#parts;
    for (const { id } of runningJobs(db))
      if (!this.#runs.has(id)) endJob(db, findJob(db, id)!, 'interrupted');
  }

  #abort(jobId: string, reason: AbortReason): void {
    this.#runs.get(jobId)?.abort.abort(reason);
  }
}
