/** Engines of the tiny checkpoint that share one runner: one that remembers, one that does not, and what they cost. */

import { EngineCaches } from '../../engine/cache/caches.ts';
import { loadWorkshop } from '../../engine/pipeline/engine.ts';
import type { CacheOptions, EngineEvent, GenerationRequest } from '../../engine/index.ts';
import { generateImages, type Workshop } from '../../engine/pipeline/pipeline.ts';
import { TokenBatcher } from '../../engine/schedule/token-batcher.ts';
import { TINY } from './fixtures.ts';
import { type PictureEvent, picturesOf } from './requests.ts';

export type DoneEvent = Extract<EngineEvent, { type: 'done' }>;
type CacheEvent = Extract<EngineEvent, { type: 'cache' }>;

export async function tinyWorkshop(): Promise<Workshop> {
  const { workshop } = await loadWorkshop({ modelDir: TINY, device: 'cpu', checkpointMs: 0 });
  return workshop;
}

/** The same workshop with caches of its own. */
export function withCaches(workshop: Workshop, options: CacheOptions): Workshop {
  const { runner } = workshop;
  const numerics = { digest: 'tiny', numerics: runner.device };
  const pool = runner.newPool();
  const batcher = new TokenBatcher(runner, pool);
  return { ...workshop, pool, batcher, caches: new EngineCaches(numerics, options) };
}

/** All that came of a request. */
export interface Outcome {
  images: PictureEvent[];
  done: DoneEvent;
  /** How many things were looked for in a cache, found or not. */
  uses: (what: string, hit: boolean) => number;
  checkpoints: Uint8Array[];
  events: EngineEvent[];
}

export async function outcomeOf(workshop: Workshop, request: GenerationRequest): Promise<Outcome> {
  const events = await Array.fromAsync(generateImages(workshop, request));
  workshop.caches.checkIntegrity();
  const entries = events.findLast((event): event is CacheEvent => event.type === 'cache')?.entries ?? [];
  return {
    images: picturesOf(events),
    done: events.at(-1) as DoneEvent,
    uses: (what, hit) =>
      entries
        .filter((each) => each.what === what && each.hit === hit)
        .reduce((sum, { count }) => sum + count, 0),
    checkpoints: events.flatMap((event) => (event.type === 'checkpoint' ? [event.state] : [])),
    events,
  };
}
