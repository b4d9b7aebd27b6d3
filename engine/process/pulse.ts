/**
 * The heartbeat as the parent hears it: whether the process goes on at all, and whether its main thread does. Counts the parent's own
 * ticks and reads no clock, so a parent that stood still, or a machine that slept, ends no process. Pure but for its timer.
 */
import type { Readable } from 'node:stream';
import { BEAT_MS } from './channel.ts';

export interface PulseLimits {
  /** Ticks of a second without a beat after which the process counts as stopped. */
  silentTicks: number;
  /** Ticks without a turn of the main thread's event loop after which it counts as hung: far longer than any unit of work. */
  stuckTicks: number;
}

export const PULSE_LIMITS: PulseLimits = { silentTicks: 30, stuckTicks: 30 * 60 };

export class Pulse {
  readonly #timer: NodeJS.Timeout;
  #silent = 0;
  #stuck = 0;

  /** Listens to the pipe of a process; `onLost` is called once, with what is wrong. */
  constructor(pipe: Readable, limits: PulseLimits, onLost: (what: 'silent' | 'stuck') => void) {
    pipe.on('data', (bytes: Buffer) => {
      this.#silent = 0;
      if (bytes.includes(1)) this.#stuck = 0;
    });
    // The end of a process breaks its pipe; its exit is told elsewhere.
    pipe.on('error', () => {});
    this.#timer = setInterval(() => {
      this.#silent += 1;
      this.#stuck += 1;
      const isSilent = this.#silent > limits.silentTicks;
      if (!isSilent && this.#stuck <= limits.stuckTicks) return;
      this.stop();
      onLost(isSilent ? 'silent' : 'stuck');
    }, BEAT_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
