/**
 * A day at the studio's engines in a few seconds: jobs of owners come, wait in the product's order of owners, and are drawn through
 * the product's pool by servers that fail. Only time, servers and the storing of jobs are simulated.
 */
import type { PictureRequest } from '../../engine/remote/adapter.ts';
import { Pool, type PoolOptions } from '../../engine/remote/pool/pool.ts';
import { EngineError } from '../../engine/request/errors.ts';
import { ownerAfter } from '../../server/queue/owner-order.ts';
import { MAX_ATTEMPTS } from '../../server/queue/run-job.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type Plan, VirtualServer } from './virtual-server.ts';

export interface JobPlan {
  owner: string;
  atMs: number;
  pictures: number;
  sidePx: number;
  steps: number;
  references: number;
  /** When its user stops it, after its run has begun; undefined: never. */
  stopAfterMs?: number;
}

export interface ServerPlan {
  msByWork: number;
  plan: readonly Plan[];
  isIdempotent: boolean;
}

export interface SimulationOptions {
  jobs: readonly JobPlan[];
  servers: readonly ServerPlan[];
  random: () => number;
  /** What differs from the product's own settings. */
  pool?: Partial<PoolOptions>;
}

type End = 'drawn' | 'stopped' | 'timed_out' | 'gave_up' | 'failed';

interface Job extends JobPlan {
  id: number;
  made: Set<number>;
  attempts: number;
  hasBegun: boolean;
  /** When its first picture was sent to a server. */
  sentMs: number | undefined;
  /** Jobs that other owners had begun when it came. */
  beganBefore: Map<string, number>;
  /** Own jobs that waited before it. */
  ahead: number;
  endsMs: number | undefined;
  end: End | undefined;
}

export interface Outcome {
  jobs: number;
  pictures: number;
  /** Jobs by how they ended; their sum is the number of jobs where none is lost. */
  ends: Record<End, number>;
  /** Jobs that never ended, and jobs that ended as drawn without all of their pictures. */
  lost: number;
  /** Pictures begun once more at a server though nothing had broken off: what the rule forbids. */
  doubled: number;
  /** Pictures begun once more after a connection had broken, which the rule allows. */
  begunAgain: number;
  /** Pictures sent again since they had not reached a server. */
  sentAgain: number;
  /** Pictures begun again after a time-out, by anyone. */
  afterTimeOut: number;
  /** Most jobs that another owner began between the coming of a job and its beginning, beyond its owner's own before it. */
  mostOvertaken: number;
  /** From the coming of a job to the sending of its first picture. */
  waitMs: { median: number; p95: number; worstOwnerMean: number; meanOfOwners: number };
  /** From the coming of a job to its last picture, of those that were drawn. */
  wholeMs: { median: number; p95: number };
  /** Share of the time that servers drew, while there was work. */
  busyShare: number;
  spanMs: number;
}

const PRODUCT = {
  atOnce: 1,
  leastDeadlineMs: 300_000,
  firstWaitMs: 200,
  longestWaitMs: 30_000,
  healthMs: 5_000,
};

/** What the servers know of a picture, and its caller cannot. */
interface Truth {
  begun: number;
  broken: number;
  silent: number;
}

/** Runs a simulation to the end of its last job. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const clock = new VirtualClock();
  const truths = new Map<string, Truth>();
  const truthOf = (name: string): Truth => {
    const truth = truths.get(name) ?? { begun: 0, broken: 0, silent: 0 };
    truths.set(name, truth);
    return truth;
  };
  const counts = { doubled: 0, begunAgain: 0, afterTimeOut: 0 };
  const onBegun = ({ prompt }: PictureRequest) => {
    const truth = truthOf(prompt);
    truth.begun += 1;
    if (truth.begun === 1) return;
    if (truth.silent > 0) counts.afterTimeOut += 1;
    if (truth.begun - 1 > truth.broken) counts.doubled += 1;
    else counts.begunAgain += 1;
  };
  const servers = options.servers.map(
    (plan, at) => new VirtualServer({ ...plan, name: `server-${at}`, clock, onBegun }),
  );
  let wake = () => {};
  const { random } = options;
  const pool = new Pool(servers, { ...PRODUCT, ...options.pool, clock, random }, () => wake());
  const front = new Front(pool, clock, servers.length, truthOf);
  wake = () => front.start();
  const jobs = options.jobs.map((plan, id) => front.expect(plan, id));
  await clock.run(() => front.ended === jobs.length);
  const spanMs = clock.now();
  pool.close();
  return {
    jobs: jobs.length,
    pictures: jobs.reduce((sum, { made }) => sum + made.size, 0),
    ends: front.ends,
    lost: jobs.filter(({ end, made, pictures }) => !end || (end === 'drawn' && made.size < pictures)).length,
    ...counts,
    sentAgain: front.sentAgain,
    mostOvertaken: front.mostOvertaken,
    waitMs: waitsOf(jobs),
    wholeMs: wholesOf(jobs),
    busyShare: servers.reduce((sum, { busyMs }) => sum + busyMs, 0) / (spanMs * servers.length),
    spanMs,
  };
}

/** The product's queue as far as it decides who is next and what becomes of a run: its tables are lists here. */
class Front {
  readonly ends: Record<End, number> = { drawn: 0, stopped: 0, timed_out: 0, gave_up: 0, failed: 0 };
  ended = 0;
  mostOvertaken = 0;
  sentAgain = 0;
  readonly #pool: Pool;
  readonly #clock: VirtualClock;
  readonly #concurrency: number;
  readonly #truthOf: (name: string) => Truth;
  readonly #waiting = new Map<string, Job[]>();
  readonly #began = new Map<string, number>();
  #running = 0;
  #lastOwner = '';

  constructor(pool: Pool, clock: VirtualClock, concurrency: number, truthOf: (name: string) => Truth) {
    this.#pool = pool;
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#truthOf = truthOf;
  }

  expect(plan: JobPlan, id: number): Job {
    const job: Job = {
      ...{
        ...plan,
        id,
        made: new Set<number>(),
        attempts: 0,
        hasBegun: false,
        sentMs: undefined,
        endsMs: undefined,
      },
      ...{ beganBefore: new Map<string, number>(), ahead: 0, end: undefined },
    };
    this.#clock.after(plan.atMs, () => {
      job.beganBefore = new Map(this.#began);
      job.ahead = this.#waiting.get(job.owner)?.length ?? 0;
      this.#queue(job, 'last');
      this.start();
    });
    return job;
  }

  /** As `JobQueue`: owners in turn, while there is room and an engine. */
  start(): void {
    while (this.#running < this.#concurrency && this.#pool.inService.length > 0) {
      const owners = [...this.#waiting.keys()].filter((owner) => this.#waiting.get(owner)!.length > 0).sort();
      const owner = ownerAfter(owners, this.#lastOwner);
      if (owner === undefined) return;
      this.#lastOwner = owner;
      this.#running += 1;
      void this.#run(this.#waiting.get(owner)!.shift()!);
    }
  }

  #queue(job: Job, place: 'first' | 'last'): void {
    const line = this.#waiting.get(job.owner) ?? [];
    this.#waiting.set(job.owner, line);
    if (place === 'first') line.unshift(job);
    else line.push(job);
  }

  async #run(job: Job): Promise<void> {
    job.attempts += 1;
    this.#noteBeginning(job);
    const stop = new AbortController();
    const noFurther = new AbortController();
    if (job.stopAfterMs !== undefined) this.#clock.after(job.stopAfterMs, () => stop.abort());
    const missing = Array.from({ length: job.pictures }, (_, at) => at).filter((at) => !job.made.has(at));
    const errors: unknown[] = [];
    await Promise.all(
      missing.map(async (index) => {
        const request = requestOf(job, index);
        let sent = 0;
        try {
          await this.#pool.draw(request, {
            ...{ owner: job.owner, signal: stop.signal, beforeSent: noFurther.signal },
            onSent: () => {
              job.sentMs ??= this.#clock.now();
              if (sent > 0) this.sentAgain += 1;
              sent += 1;
            },
          });
          if (job.made.has(index)) throw new Error(`Picture ${request.prompt} came twice`);
          job.made.add(index);
        } catch (error) {
          this.#noteFault(request.prompt, error);
          errors.push(error);
          noFurther.abort();
        }
      }),
    );
    this.#running -= 1;
    this.#conclude(job, errors[0], stop.signal.aborted);
    this.start();
  }

  /** As `conclude` of a run. */
  #conclude(job: Job, error: unknown, isStopped: boolean): void {
    if (error === undefined) this.#end(job, 'drawn');
    else if (isStopped) this.#end(job, 'stopped');
    else if (!(error instanceof EngineError)) throw error;
    else if (error.code === 'timed_out') this.#end(job, 'timed_out');
    else if (error.code !== 'unreachable') this.#end(job, 'failed');
    else if (job.attempts >= MAX_ATTEMPTS) this.#end(job, 'gave_up');
    else this.#queue(job, 'first');
  }

  #end(job: Job, end: End): void {
    if (job.end) throw new Error(`Job ${job.id} ended twice`);
    job.end = end;
    job.endsMs = this.#clock.now();
    this.ends[end] += 1;
    this.ended += 1;
  }

  #noteBeginning(job: Job): void {
    if (job.hasBegun) return;
    job.hasBegun = true;
    for (const [owner, began] of this.#began) {
      if (owner === job.owner) continue;
      const overtaken = began - (job.beganBefore.get(owner) ?? 0) - job.ahead;
      this.mostOvertaken = Math.max(this.mostOvertaken, overtaken);
    }
    this.#began.set(job.owner, (this.#began.get(job.owner) ?? 0) + 1);
  }

  #noteFault(name: string, error: unknown): void {
    if (!(error instanceof EngineError)) return;
    if (error.code === 'timed_out') this.#truthOf(name).silent += 1;
    if ((error as { fault?: string }).fault === 'broken') this.#truthOf(name).broken += 1;
  }
}

const requestOf = ({ id, sidePx, steps, references }: Job, index: number): PictureRequest => ({
  ...{ prompt: `${id}:${index}`, widthPx: sidePx, heightPx: sidePx, steps, seed: index, guidanceScale: 1 },
  references: Array.from({ length: references }, () => new Uint8Array()),
});

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function quantilesOf(values: readonly number[]): { median: number; p95: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: quantile(0.5), p95: quantile(0.95) };
}

function waitsOf(jobs: readonly Job[]): Outcome['waitMs'] {
  const sent = jobs.filter(({ sentMs }) => sentMs !== undefined);
  const waitOf = ({ sentMs, atMs }: Job) => sentMs! - atMs;
  const means = [...Map.groupBy(sent, ({ owner }) => owner).values()].map((own) => meanOf(own.map(waitOf)));
  return {
    ...quantilesOf(sent.map(waitOf)),
    worstOwnerMean: Math.max(...means),
    meanOfOwners: meanOf(means),
  };
}

const wholesOf = (jobs: readonly Job[]): Outcome['wholeMs'] =>
  quantilesOf(jobs.filter(({ end }) => end === 'drawn').map(({ endsMs, atMs }) => endsMs! - atMs));
