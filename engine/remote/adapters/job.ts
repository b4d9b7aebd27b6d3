/** Work that a server does while nobody is connected: asked for again and again until it has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../request/errors.ts';
import { cancelled } from '../../request/watched.ts';
import type { Wait } from '../adapter.ts';
import { statusOf } from '../fault.ts';
import type { Endpoint } from '../http.ts';

/** What one question may take. */
const QUESTION_MS = 30_000;

interface Times {
  endpoint: Endpoint;
  /** Between two questions. */
  everyMs: number;
  /** For all of them together. */
  wait: Wait;
  /** Ends when the first question is worth asking. Default: it is at once. */
  told?: Promise<void>;
}

/**
 * What `ask` answers first that is not undefined. The work goes on whether the server can be reached or not, so a question that does
 * not reach it is asked again. Throws `timed_out`, `cancelled`, and what else `ask` throws.
 */
export async function untilEnded<T>(
  ask: (wait: Wait) => Promise<T | undefined>,
  { endpoint, everyMs, wait: { deadlineMs, signal }, told }: Times,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  const slept = (ms: number) => sleep(ms, undefined, { signal }).catch(() => Promise.reject(cancelled()));
  if (told) await Promise.race([told, slept(deadlineMs)]);
  for (;;) {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) throw endpoint.silent(`it has not ended within ${Math.round(deadlineMs / 1000)} s`);
    try {
      const answer = await ask({ deadlineMs: Math.min(QUESTION_MS, leftMs), signal });
      if (answer !== undefined) return answer;
    } catch (error) {
      // With a status, it was reached, and said that there is no such work.
      const isAway =
        error instanceof EngineError &&
        ['unreachable', 'timed_out'].includes(error.code) &&
        statusOf(error) === undefined;
      if (!isAway) throw error;
    }
    await slept(Math.min(everyMs, Math.max(0, endMs - performance.now())));
  }
}
