/**
 * Where a run stands, as bytes: tokens decided so far and, while a picture is painted, its latents and step. A later run of
 * the same request reads the tokens again, as known ones, and goes on from the latents. Knows no model.
 */
import { deserialize, serialize } from 'node:v8';
import type { EngineEvent } from './request.ts';

/** A picture in the middle of its steps. */
export interface Painting {
  pictureIndex: number;
  /** Steps done. */
  step: number;
  latents: Float32Array;
}

interface State {
  /** Names the request that the state belongs to. */
  request: string;
  tokens: Map<number, Int32Array>;
  painting: Painting | undefined;
}

/** What is known of a run so far, and when it was last handed up. */
export class RunState {
  readonly #request: string;
  readonly #tokens: Map<number, Int32Array>;
  readonly #leastMs: number;
  #painting: Painting | undefined;
  #handedUpAt = performance.now();

  /** Takes up `earlier`, unless it is of another request or of another version of the engine. */
  constructor(request: string, leastMs: number, earlier?: Uint8Array) {
    const state = earlier && read(earlier);
    const mine = state?.request === request ? state : undefined;
    this.#request = request;
    this.#leastMs = leastMs;
    this.#tokens = mine?.tokens ?? new Map();
    this.#painting = mine?.painting;
  }

  /** Tokens of a layout that are decided already, from the first. */
  tokensOf(layoutIndex: number): Int32Array {
    return this.#tokens.get(layoutIndex) ?? new Int32Array();
  }

  /** How far a picture is painted, if it was begun. */
  paintingOf(pictureIndex: number): Painting | undefined {
    return this.#painting?.pictureIndex === pictureIndex ? this.#painting : undefined;
  }

  /** Takes note of tokens, from the first; fewer than were known, as when those are read again, change nothing. */
  decided(layoutIndex: number, tokens: Int32Array): void {
    if (tokens.length > this.tokensOf(layoutIndex).length) this.#tokens.set(layoutIndex, tokens);
  }

  painted(painting: Painting): void {
    this.#painting = painting;
  }

  /** The state as an event, where the last one is old enough. */
  *handUp(): Generator<EngineEvent> {
    if (performance.now() - this.#handedUpAt < this.#leastMs) return;
    const state: State = { request: this.#request, tokens: this.#tokens, painting: this.#painting };
    yield { type: 'checkpoint', state: serialize(state) };
    this.#handedUpAt = performance.now();
  }
}

function read(bytes: Uint8Array): State | undefined {
  try {
    return deserialize(bytes) as State;
  } catch {
    // Whatever it is, the run can begin anew.
    return undefined;
  }
}
