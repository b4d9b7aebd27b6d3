/** The figures of one picture, and how they are taken from the events of the engine. */
import type { Engine, EngineEvent, GenerationRequest } from '../engine/index.ts';

/** Times in milliseconds; a time is absent where one side has no such stage. */
export interface Figures {
  whole: number;
  /** From the request to the first picture shown. */
  firstPreview?: number;
  /** References to ids, latents, keys and values. */
  encode?: number;
  /** Mean over all prior tokens, without reading the prompt; one forward pass may decide several. */
  token: number;
  /** Median over all steps but the first; both branches. */
  step: number;
  /** Latents to pixels by the VAE, and pixels to PNG. */
  vaeDecode: number;
  /** Prior tokens and steps: equal on both sides, or nothing is compared. */
  tokens: number;
  steps: number;
}

/** Runs a request and times its events. Returns the picture too. */
export async function measure(
  engine: Engine,
  request: GenerationRequest,
): Promise<{ figures: Figures; png: Uint8Array }> {
  const from = performance.now();
  const timed: { event: EngineEvent; at: number }[] = [];
  for await (const event of engine.generate(request)) timed.push({ event, at: performance.now() - from });
  const tokens = timed.flatMap(({ event, at }) =>
    event.type === 'stage' && event.stage === 'prior' ? [{ at, ...event }] : [],
  );
  const [read, decided] = [tokens[0]!, tokens.at(-1)!];
  // A preview comes between two steps and belongs to neither: each step counts from the event before it.
  const steps = timed.flatMap(({ event, at }, i) =>
    event.type === 'stage' && event.stage === 'denoise' ? [at - (timed[i - 1]?.at ?? 0)] : [],
  );
  const picture = timed.find(({ event }) => event.type === 'picture')?.event;
  const done = timed.at(-1)!.event;
  if (picture?.type !== 'picture' || done.type !== 'done') throw new Error('Expected a picture, got none');
  const figures: Figures = {
    whole: timed.at(-1)!.at,
    firstPreview: timed.find(({ event }) => event.type === 'preview')?.at,
    encode: request.references?.length ? done.elapsedMs.encode : undefined,
    token: (decided.at - read.at) / (decided.done - read.done),
    step: median(steps.slice(1)),
    vaeDecode: done.elapsedMs.vae,
    tokens: decided.done,
    steps: steps.length,
  };
  return { figures, png: picture.png };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
