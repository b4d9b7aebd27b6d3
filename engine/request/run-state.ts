/**
 * Where a run stands, as bytes: the prior tokens decided so far and, while a picture is denoised, its latents and step. A
 * later run of the same request reads those tokens again, as known ones, and goes on from the latents. Knows no model.
 */
import { deserialize, serialize } from 'node:v8';
import type { EngineEvent } from './request.ts';

/** A picture in the middle of its steps. */
export interface DenoiseState {
  pictureIndex: number;
  /** 1 where the picture is drawn once more. */
  attempt: number;
  /** Steps done. */
  step: number;
  latents: Float32Array;
}

interface State {
  /** Names the request that the state belongs to. */
  request: string;
  /** By layout. */
  tokens: Map<number, Int32Array>;
  denoising: DenoiseState | undefined;
  /** The finished latents of a picture that is being drawn once more. */
  drawn?: { pictureIndex: number; latents: Float32Array } | undefined;
}

/** The tokens and latents of a run so far, and when a checkpoint of them was last yielded. */
export class RunState {
  readonly #request: string;
  readonly #tokens: Map<number, Int32Array>;
  readonly #leastMs: number;
  #denoising: DenoiseState | undefined;
  #drawn: State['drawn'];
  #checkpointAt = performance.now();

  /** Takes up `earlier`, unless it is of another request or of another version of the engine. */
  constructor(request: string, leastMs: number, earlier?: Uint8Array) {
    const state = earlier && read(earlier);
    const mine = state?.request === request ? state : undefined;
    this.#request = request;
    this.#leastMs = leastMs;
    this.#tokens = mine?.tokens ?? new Map();
    this.#denoising = mine?.denoising;
    this.#drawn = mine?.drawn;
  }

  /** Tokens of a layout that are decided already, from the first. */
  tokensOf(layoutIndex: number): Int32Array {
    return this.#tokens.get(layoutIndex) ?? new Int32Array();
  }

  /** How far a picture is denoised, if it was begun. */
  denoiseStateOf(pictureIndex: number, attempt: number): DenoiseState | undefined {
    const { pictureIndex: index, attempt: earlier = 0 } = this.#denoising ?? {};
    return index === pictureIndex && earlier === attempt ? this.#denoising : undefined;
  }

  /** The latents of the first drawing of a picture, if it is being drawn once more. */
  drawnOf(pictureIndex: number): Float32Array | undefined {
    return this.#drawn?.pictureIndex === pictureIndex ? this.#drawn.latents : undefined;
  }

  /** Notes the tokens decided so far, from the first on. A run taken up again reads its known tokens once more: fewer than are noted change nothing. */
  setTokens(layoutIndex: number, tokens: Int32Array): void {
    if (tokens.length > this.tokensOf(layoutIndex).length) this.#tokens.set(layoutIndex, tokens);
  }

  setDenoiseState(state: DenoiseState): void {
    this.#denoising = state;
  }

  /** Notes that a picture is drawn, before it is drawn once more. */
  setDrawn(pictureIndex: number, latents: Float32Array): void {
    this.#drawn = { pictureIndex, latents };
  }

  /** Yields the state as a `checkpoint` event, unless the last one is too recent. */
  *checkpoint(): Generator<EngineEvent> {
    if (performance.now() - this.#checkpointAt < this.#leastMs) return;
    const state: State = {
      request: this.#request,
      tokens: this.#tokens,
      denoising: this.#denoising,
      drawn: this.#drawn,
    };
    yield { type: 'checkpoint', state: serialize(state) };
    this.#checkpointAt = performance.now();
  }
}

function read(bytes: Uint8Array): State | undefined {
  try {
    return deserialize(bytes) as State;
  } catch {
    // A state that cannot be read costs time and nothing else: the run begins anew.
    return undefined;
  }
}
