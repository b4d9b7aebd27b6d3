/**
 * Continuous batching: units that run together hand in their tokens and wait; once all of them wait, the language model reads all
 * tokens in one forward pass. Knows no order of requests.
 * Source: iteration-level scheduling, Yu et al., "Orca" (OSDI 2022).
 */
import type { KVCache } from '../model/kv-cache.ts';
import type { ModelRunner } from '../model/model-runner.ts';
import type { SequenceInput } from '../model/sequence.ts';
import type { Tally } from '../request/tally.ts';

interface Waiting {
  inputs: readonly SequenceInput[];
  tally: Tally;
  resolve: (logits: Float32Array[][]) => void;
  reject: (error: unknown) => void;
}

export class TokenBatcher {
  readonly #runner: ModelRunner;
  readonly #kvCache: KVCache;
  /** Units that run now. */
  #running = 0;
  #waiting: Waiting[] = [];

  constructor(runner: ModelRunner, kvCache: KVCache) {
    this.#runner = runner;
    this.#kvCache = kvCache;
  }

  /** Runs units at once; a {@link forward} of one waits until all the others wait for theirs too, or have ended. */
  async runTogether(units: readonly (() => Promise<void>)[]): Promise<void> {
    // All are counted before the first one begins, or it would not wait for the others.
    this.#running += units.length;
    await Promise.all(
      units.map((unit) =>
        unit().finally(() => {
          this.#running -= 1;
          this.#flushIfAllWait();
        }),
      ),
    );
  }

  /** As {@link ModelRunner.forward}, in one batch with the inputs of the other units. */
  forward(inputs: readonly SequenceInput[], tally: Tally): Promise<Float32Array[][]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ inputs, tally, resolve, reject });
      this.#flushIfAllWait();
    });
  }

  #flushIfAllWait(): void {
    // Where no unit runs, an input does not wait.
    if (this.#waiting.length > 0 && this.#waiting.length >= this.#running) void this.#flush();
  }

  async #flush(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    const from = performance.now();
    try {
      const batch = all.flatMap(({ inputs }) => inputs);
      const logits = await this.#runner.forward(this.#kvCache, batch);
      const ms = (performance.now() - from) / all.length;
      for (const { inputs, tally, resolve } of all) {
        tally.ran('language', ms);
        resolve(logits.splice(0, inputs.length));
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }
}
