/**
 * One request as it runs: its pictures are put in line all at once, and come as they are done. After a failure no further one is
 * begun, and what is under way is waited for, since it was paid for.
 */
import { decodePicture } from '../picture/pixels.ts';
import { progress } from '../request/progress.ts';
import type { EngineEvent, GenerationRequest } from '../request/request.ts';
import { quotedTexts } from '../tokens/glyph-text.ts';
import type { PictureRequest } from './adapter.ts';
import { received } from './pictures.ts';
import type { Pool } from './pool/pool.ts';

/** What becomes of a request on its way: the files that are sent, and what is done with each picture that comes back. */
export interface Prepared {
  references: readonly Uint8Array[];
  mask: Uint8Array | undefined;
  /** Puts the target back outside of the mask. */
  composite?: (drawn: Uint8Array) => Promise<Uint8Array>;
}

export class Run {
  readonly #stop = new AbortController();
  readonly #noFurther = new AbortController();
  readonly #signal: AbortSignal;
  readonly #events: EngineEvent[] = [];
  readonly #done = new Set<number>();
  #left: number;
  #error: unknown;
  #wake = () => {};

  /** Puts the pictures of a request in line. */
  constructor(pool: Pool, request: GenerationRequest, prepared: Prepared, signal: AbortSignal | undefined) {
    this.#signal = AbortSignal.any([this.#stop.signal, ...(signal ? [signal] : [])]);
    const indexes = request.only ?? Array.from({ length: request.count }, (_, at) => at);
    this.#left = indexes.length;
    for (const index of indexes) void this.#picture(pool, request, prepared, index);
  }

  /** The next event; undefined: all pictures are there. Throws what the first failed picture threw, once nothing is under way. */
  async next(): Promise<EngineEvent | undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      if (this.#left === 0) {
        if (this.#error) throw this.#error;
        return undefined;
      }
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  /** Stops what is under way. */
  end(): void {
    this.#stop.abort();
  }

  async #picture(pool: Pool, request: GenerationRequest, prepared: Prepared, index: number): Promise<void> {
    const { owner = '', widthPx, heightPx } = request;
    const { references, mask, composite } = prepared;
    try {
      const file = await pool.draw(
        { ...pictureRequest(request, index), references, mask },
        {
          ...{ owner, signal: this.#signal, beforeSent: this.#noFurther.signal },
          onSent: () => this.#push(progress('denoise', index, 0, 1)),
          onSteps: (done, total) => this.#push(progress('denoise', index, Math.min(done, total - 1), total)),
          onPreview: (file) => void this.#preview(file, index),
        },
      );
      const drawn = await received(file, request);
      const png = composite ? await composite(drawn) : drawn;
      this.#push(progress('denoise', index, 1, 1));
      this.#done.add(index);
      this.#push({ type: 'picture', pictureIndex: index, png, widthPx, heightPx });
    } catch (error) {
      this.#error ??= error;
      this.#noFurther.abort();
    }
    this.#left -= 1;
    this.#wake();
  }

  /** A file that is no picture is no reason to stop: the finished one is still to come. */
  async #preview(file: Uint8Array, pictureIndex: number): Promise<void> {
    const pixels = await decodePicture(file).catch(() => undefined);
    if (!pixels || this.#done.has(pictureIndex)) return;
    const { data: rgb, width: widthPx, height: heightPx } = pixels;
    this.#push({ type: 'preview', stage: 'denoise', pictureIndex, rgb, widthPx, heightPx });
  }

  #push(event: EngineEvent): void {
    this.#events.push(event);
    this.#wake();
  }
}

type Fixed = Omit<PictureRequest, 'references' | 'mask'>;

/** One picture of a request: its seed follows its index, so that it is the same picture made alone. */
function pictureRequest(request: GenerationRequest, index: number): Fixed {
  const { prompt, renderTexts = [], widthPx, heightPx, seed, steps, guidanceScale } = request;
  return {
    prompt: withWords(prompt, renderTexts),
    ...{ widthPx, heightPx, steps, guidanceScale },
    seed: seed <= Number.MAX_SAFE_INTEGER - index ? seed + index : index,
  };
}

/** The prompt with all words to draw between quotes: servers find them nowhere else. */
function withWords(prompt: string, words: readonly string[]): string {
  const quoted = quotedTexts(prompt);
  const missing = words.filter((text) => !quoted.includes(text));
  return [prompt, ...missing.map((text) => `"${text}"`)].join(' ');
}
