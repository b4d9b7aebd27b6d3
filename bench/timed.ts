/** One request, run and timed by its events. */
import type { EngineEvent } from '../engine/index.ts';

/** A picture of the embedded engine, which gives what it was made from. */
export type PictureEvent = Required<Extract<EngineEvent, { type: 'picture' }>>;
type DoneEvent = Extract<EngineEvent, { type: 'done' }>;

/** Times in milliseconds. */
export interface Timed {
  ms: number;
  firstPreviewMs: number;
  /** All previews together. */
  previewMs: number;
  picture: PictureEvent;
  done: DoneEvent;
  /** By cache: the time that its hits would have taken to make. */
  savedMs: Record<string, number>;
}

export async function timed(events: AsyncIterable<EngineEvent>): Promise<Timed> {
  const from = performance.now();
  const result: Partial<Timed> = { previewMs: 0, savedMs: {} };
  let last = 0;
  for await (const event of events) {
    const at = performance.now() - from;
    if (event.type === 'preview') {
      result.firstPreviewMs ??= at;
      result.previewMs! += at - last;
    } else if (event.type === 'picture') result.picture ??= event as PictureEvent;
    else if (event.type === 'done') result.done = event;
    else if (event.type === 'cache')
      result.savedMs = Object.fromEntries(
        event.entries.filter(({ hit }) => hit).map(({ what, savedMs }) => [what, savedMs]),
      );
    last = at;
  }
  return { ...(result as Timed), ms: performance.now() - from };
}
