/**
 * Forwards of the language model for several requests at once: those whose turns run together hand in what they want
 * read, and when none of them computes anything else, all of it runs in one forward. Knows no order of requests.
 */

import type { ModelRunner, TokenFeed } from '../model/model-runner.ts';
import type { Tally } from '../request/tally.ts';
import type { KeyValuePool } from '../model/kv-cache.ts';

interface HandedIn {
  feeds: readonly TokenFeed[];
  tally: Tally;
  resolve: (logits: Float32Array[][]) => void;
  reject: (error: unknown) => void;
}

export class TokenBatcher {
  readonly #runner: ModelRunner;
  readonly #pool: KeyValuePool;
  #inside = 0;
  #waiting: HandedIn[] = [];

  constructor(runner: ModelRunner, pool: KeyValuePool) {
    this.#runner = runner;
    this.#pool = pool;
  }

  /** Runs turns at once; what they {@link feed} waits until none of them computes anything else. */
  async together(turns: readonly (() => Promise<void>)[]): Promise<void> {
    // All are counted before the first one begins, or it would not wait for the others.
    this.#inside += turns.length;
    await Promise.all(
      turns.map((turn) =>
        turn().finally(() => {
          this.#inside -= 1;
          this.#flushIfAllWait();
        }),
      ),
    );
  }

  /** As {@link ModelRunner.feedTokens}, together with what the other turns hand in. */
  feed(feeds: readonly TokenFeed[], tally: Tally): Promise<Float32Array[][]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ feeds, tally, resolve, reject });
      this.#flushIfAllWait();
    });
  }

  #flushIfAllWait(): void {
    // Outside of turns nobody is waited for.
    if (this.#waiting.length > 0 && this.#waiting.length >= this.#inside) void this.#flush();
  }

  async #flush(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    const from = performance.now();
    try {
      const logits = await this.#runner.feedTokens(
        this.#pool,
        all.flatMap(({ feeds }) => feeds),
      );
      const ms = (performance.now() - from) / all.length;
      for (const { feeds, tally, resolve } of all) {
        tally.ran('language', ms);
        resolve(logits.splice(0, feeds.length));
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }
}
