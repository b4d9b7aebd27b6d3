/** Engines of the tiny checkpoint that share one runner: one with caches, one without, and the outcome of a request. */

import { EngineCaches } from '../../engine/cache/caches.ts';
import type { CacheOptions, EngineEvent, GenerationRequest } from '../../engine/index.ts';
import { loadComponents } from '../../engine/pipeline/engine.ts';
import { type EngineComponents, generatePictures } from '../../engine/pipeline/pipeline.ts';
import { TokenBatcher } from '../../engine/schedule/token-batcher.ts';
import { TINY } from './fixtures.ts';
import { type PictureEvent, picturesOf } from './requests.ts';

export type DoneEvent = Extract<EngineEvent, { type: 'done' }>;
type CacheEvent = Extract<EngineEvent, { type: 'cache' }>;

export async function tinyComponents(): Promise<EngineComponents> {
  const { components } = await loadComponents({ modelDir: TINY, device: 'cpu', checkpointMs: 0 });
  return components;
}

/** The same components with caches of its own. */
export function withCaches(components: EngineComponents, options: CacheOptions): EngineComponents {
  const { runner } = components;
  const numerics = { digest: 'tiny', numerics: runner.device };
  const kvCache = runner.newKVCache();
  const batcher = new TokenBatcher(runner, kvCache);
  return { ...components, kvCache, batcher, caches: new EngineCaches(numerics, options) };
}

/** The outcome of a request. */
export interface Outcome {
  pictures: PictureEvent[];
  done: DoneEvent;
  /** Entries that a request looked for in a cache, found (`hit`) or not. */
  uses: (what: string, hit: boolean) => number;
  checkpoints: Uint8Array[];
  events: EngineEvent[];
}

export async function outcomeOf(components: EngineComponents, request: GenerationRequest): Promise<Outcome> {
  const events = await Array.fromAsync(generatePictures(components, request));
  components.caches.checkIntegrity();
  const entries = events.findLast((event): event is CacheEvent => event.type === 'cache')?.entries ?? [];
  return {
    pictures: picturesOf(events),
    done: events.at(-1) as DoneEvent,
    uses: (what, hit) =>
      entries
        .filter((each) => each.what === what && each.hit === hit)
        .reduce((sum, { count }) => sum + count, 0),
    checkpoints: events.flatMap((event) => (event.type === 'checkpoint' ? [event.state] : [])),
    events,
  };
}
