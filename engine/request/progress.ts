/** Progress of a request as events, and the time that its stages take. */
import type { EngineEvent, Stage } from './request.ts';
import type { Tally } from './tally.ts';

export const progress = (stage: Stage, pictureIndex: number, done: number, total: number): EngineEvent => ({
  type: 'stage',
  stage,
  pictureIndex,
  done,
  total,
});

/** The uses of caches so far as an event; none where no cache was used since the last one. */
export function* cacheUses(tally: Tally): Generator<EngineEvent> {
  const entries = tally.takeUses();
  if (entries) yield { type: 'cache', entries };
}

/** Adds up the time that stages take, without the time their consumer takes between units. */
export class StageClock {
  readonly elapsedMs: Record<Stage, number> = { encode: 0, prior: 0, denoise: 0, vae: 0 };

  /** Milliseconds of all stages. */
  get totalMs(): number {
    return Object.values(this.elapsedMs).reduce((sum, ms) => sum + ms, 0);
  }

  async await<T>(stage: Stage, work: Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await work;
    } finally {
      this.elapsedMs[stage] += performance.now() - from;
    }
  }

  async *time<E, R>(stage: Stage, units: AsyncGenerator<E, R>): AsyncGenerator<E, R> {
    for (;;) {
      const { done, value } = await this.await(stage, units.next());
      if (done) return value;
      yield value;
    }
  }
}
