/** Memory of this process, read by a thread of its own, since computing blocks the main thread. Linux only. */
import { readFileSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const EVERY_MS = 100;
const KIB = 1024;

/** Most bytes since the last reading: anonymous memory, and all that is resident, with pages of mapped files. */
export interface MemoryPeak {
  anonymousBytes: number;
  residentBytes: number;
}

/** Watches the memory until it is closed. */
export class MemoryWatch {
  readonly #peaks: Int32Array;
  readonly #worker: Worker;

  constructor() {
    const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    this.#peaks = new Int32Array(shared);
    this.#worker = new Worker(new URL(import.meta.url), { workerData: shared });
    this.#worker.unref();
  }

  /** The peak since the last call, which begins a new one. */
  take(): MemoryPeak {
    const [anonymous, resident] = [0, 1].map((i) => Atomics.exchange(this.#peaks, i, 0) * KIB);
    return { anonymousBytes: anonymous!, residentBytes: resident! };
  }

  close(): Promise<number> {
    return this.#worker.terminate();
  }
}

function watch(peaks: Int32Array): void {
  setInterval(() => {
    const status = readFileSync('/proc/self/status', 'utf8');
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    for (const [i, value] of [kib('RssAnon'), kib('VmRSS')].entries())
      if (value > Atomics.load(peaks, i)) Atomics.store(peaks, i, value);
  }, EVERY_MS);
}

if (!isMainThread && workerData instanceof SharedArrayBuffer) watch(new Int32Array(workerData));
