/**
 * The figures that an operator watches, in the form that Prometheus reads: jobs, their stages, the caches, the engine, this
 * process. Counted from the event log as it grows, so that no other part needs to count.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database, EventRow } from '../../db/database.ts';
import { queuedJobs } from '../../db/jobs.ts';
import type { CacheUse, JobView } from '../../studio/protocol.ts';
import { ENDED } from '../../studio/vocabulary.ts';
import type { Engines } from '../engines/engines.ts';

interface Parts {
  db: Database;
  engines: Engines;
  /** Hashes of stored files that are missing or damaged. */
  faulty: ReadonlySet<string>;
}

/** The outcome of a job, by the type of its last event. */
const OUTCOMES = new Map<string, string>(ENDED.map((state) => [`job.${state}`, state]));
/** A picture takes half a second on the small model, minutes on the published one. */
const SECONDS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

export class Metrics {
  readonly #registry = new Registry();
  readonly #stopListening: () => void;
  readonly #jobs = this.#counter('jobs_total', 'Jobs that came to an end', ['outcome']);
  readonly #pictures = this.#counter('pictures_total', 'Pictures made', []);
  readonly #lookups = this.#counter('cache_lookups_total', 'What was looked for in a cache', [
    'cache',
    'result',
  ]);
  readonly #saved = this.#counter('cache_saved_seconds_total', 'Time that hits spared', ['cache']);
  readonly #stages = new Histogram({
    name: 'palimpsest_stage_seconds',
    help: 'Time of the stages of a job',
    labelNames: ['stage'],
    buckets: SECONDS,
    registers: [this.#registry],
  });
  /** Uses of the caches by each job under way, by its id. */
  readonly #caches = new Map<string, CacheUse[]>();

  constructor({ db, engines, faulty }: Parts) {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('engine_ready', 'Whether the default engine can take turns now', [], (gauge) =>
      gauge.set(engines.standingOf(engines.default) === 'ready' ? 1 : 0),
    );
    this.#gauge('engines', 'Engines by how they stand', ['standing'], (gauge) => {
      gauge.reset();
      for (const name of engines.names) gauge.inc({ standing: engines.standingOf(name) });
    });
    this.#gauge('jobs', 'Jobs that have not ended', ['state'], (gauge) => {
      gauge.reset();
      for (const { state } of queuedJobs(db)) gauge.inc({ state });
    });
    this.#gauge(
      'faulty_files',
      'Stored files that are missing or damaged, as of the newest look',
      [],
      (gauge) => gauge.set(faulty.size),
    );
    this.#stopListening = db.onEvents((events) => {
      for (const event of events) this.#count(event);
    });
  }

  /** The figures as they are now, and the media type of their form. */
  async read(): Promise<{ text: string; contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  /** Counts nothing more. */
  stop(): void {
    this.#stopListening();
    this.#registry.clear();
  }

  #count({ type, jobId, payload }: EventRow): void {
    if (type === 'picture.saved') this.#pictures.inc();
    if (jobId === null) return;
    if (type === 'cache') this.#caches.set(jobId, (payload as { entries: CacheUse[] }).entries);
    const outcome = OUTCOMES.get(type);
    if (outcome !== undefined) this.#end(outcome, (payload as { job: JobView }).job);
  }

  #end(outcome: string, { id, elapsedMs }: JobView): void {
    this.#jobs.inc({ outcome });
    for (const [stage, ms] of Object.entries(elapsedMs ?? {})) this.#stages.observe({ stage }, ms / 1000);
    for (const { what, hit, count, savedMs } of this.#caches.get(id) ?? []) {
      this.#lookups.inc({ cache: what, result: hit ? 'hit' : 'miss' }, count);
      this.#saved.inc({ cache: what }, savedMs / 1000);
    }
    this.#caches.delete(id);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `palimpsest_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    read: (gauge: Gauge<Label>) => void,
  ): void {
    const gauge: Gauge<Label> = new Gauge({
      name: `palimpsest_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => read(gauge),
    });
  }
}
