/** A request that every small checkpoint can serve in a fraction of a second, and its pictures. */
import sharp from 'sharp';
import type { Engine, EngineEvent, GenerationRequest } from '../../engine/index.ts';

/** A picture of an engine that gives what it was made from. */
export type PictureEvent = Required<Extract<EngineEvent, { type: 'picture' }>>;

/** The cheapest request, with changes. */
export function requestOf(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prompt: 'a red ball beside a sign "open"',
    widthPx: 64,
    heightPx: 64,
    seed: 7,
    steps: 2,
    guidanceScale: 1.5,
    count: 1,
    layout: 'shared',
    ...changes,
  };
}

export const picturesOf = (events: readonly EngineEvent[]): PictureEvent[] =>
  events.filter((event): event is PictureEvent => event.type === 'picture');

/** Runs a request to its end and returns its pictures. */
export async function generate(engine: Engine, request: GenerationRequest): Promise<PictureEvent[]> {
  return picturesOf(await Array.fromAsync(engine.generate(request)));
}

/** A PNG of one colour gradient, different for every `shade`. */
export function gradientPng(widthPx: number, heightPx: number, shade = 0): Promise<Uint8Array> {
  const data = Uint8Array.from(
    { length: widthPx * heightPx * 3 },
    (_, i) => (i * 7 + Math.floor(i / (widthPx * 3)) * 13 + shade * 101) % 256,
  );
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
}
