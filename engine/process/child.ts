/**
 * Child side of the engine process: loads the engine and serves requests over the message channel.
 * Ends when its parent is gone. Knows nothing of the model, and stores nothing.
 */
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Engine, EngineEvent, EngineOptions } from '../request/request.ts';
import {
  BEAT_MS,
  EVENTS_IN_FLIGHT,
  type FromProcess,
  factsOf,
  type ProcessOptions,
  type ToProcess,
} from './channel.ts';

/** A request under way: how many of its events its reader has yet to take, and how to wake its sender. */
interface Running {
  abort: AbortController;
  untaken: number;
  wake: () => void;
}

const MEMORY_REPORT_MS = 5_000;
const PREPARING_LINES = 20;

const running = new Map<number, Running>();

/** Sends a message to the parent. Without a parent there is nobody to compute for, so the process ends. */
function send(message: FromProcess): void {
  process.send?.(message, (error: Error | null) => error && process.exit(0));
}

/** Runs the request of a message, and answers when it has ended. */
async function serve(id: number, run: (state: Running) => Promise<void> | undefined): Promise<void> {
  const state: Running = { abort: new AbortController(), untaken: 0, wake: () => {} };
  running.set(id, state);
  try {
    await run(state);
    send({ type: 'end', id });
  } catch (error) {
    const facts = factsOf(error);
    if (facts.code === 'internal') console.error(error);
    send({ type: 'error', id, error: facts });
  } finally {
    running.delete(id);
  }
}

async function sendAll(id: number, state: Running, events: AsyncIterable<EngineEvent>): Promise<void> {
  for await (const event of events) {
    send({ type: 'event', id, event });
    state.untaken += 1;
    // Computing blocks this thread, so messages are only received if the event loop turns between two units.
    await setImmediate();
    await roomFor(state);
  }
}

async function roomFor(state: Running): Promise<void> {
  while (state.untaken >= EVENTS_IN_FLIGHT && !state.abort.signal.aborted)
    await new Promise<void>((resolve) => {
      state.wake = resolve;
    });
}

function receive(engine: Engine, message: ToProcess): void {
  switch (message.type) {
    case 'generate':
      void serve(message.id, (state) =>
        sendAll(message.id, state, engine.generate(message.request, { signal: state.abort.signal })),
      );
      return;
    case 'warm':
      void serve(message.id, ({ abort: { signal } }) => engine.warm?.(message.references, { signal }));
      return;
    case 'taken': {
      const state = running.get(message.id);
      if (!state) return;
      state.untaken -= 1;
      state.wake();
      return;
    }
    case 'cancel': {
      const state = running.get(message.id);
      state?.abort.abort();
      state?.wake();
      return;
    }
    case 'close':
      void engine.close().finally(() => process.exit(0));
      return;
    default:
      message satisfies never;
  }
}

/** Starts the heartbeat; the main thread has only to count its turns. */
function beat(): void {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const turns = new Int32Array(shared);
  setInterval(() => Atomics.add(turns, 0, 1), BEAT_MS / 2).unref();
  new Worker(new URL('heartbeat.ts', import.meta.url), { workerData: shared }).unref();
}

/** How an engine says that it makes the weights of a large checkpoint ready, which takes minutes, once. */
interface Preparing {
  onProgress: (progress: { doneBytes: number; totalBytes: number }) => void;
}

/** Writes to the log of the server how far it is, at each twentieth. */
function reportPreparing(): Preparing['onProgress'] {
  let told = -1;
  return ({ doneBytes, totalBytes }) => {
    const twentieth = Math.floor((PREPARING_LINES * doneBytes) / totalBytes);
    if (twentieth === told) return;
    told = twentieth;
    console.error(
      `The weights are made ready for this machine, once: ${(100 / PREPARING_LINES) * twentieth} %`,
    );
  };
}

function reportMemory(): void {
  send({ type: 'memory', residentBytes: process.memoryUsage.rss() });
}

async function main({ engineModule, ...options }: ProcessOptions): Promise<void> {
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole terminal group; the parent decides when the engine ends.
  process.on('SIGINT', () => {});
  beat();
  try {
    const { loadEngine } = (await import(pathToFileURL(engineModule).href)) as {
      loadEngine: (options: EngineOptions, preparing: Preparing) => Promise<Engine>;
    };
    const engine = await loadEngine(options, { onProgress: reportPreparing() });
    process.on('message', (message) => receive(engine, message as ToProcess));
    send({ type: 'ready', info: engine.info });
    reportMemory();
    setInterval(reportMemory, MEMORY_REPORT_MS);
  } catch (error) {
    const facts = factsOf(error);
    if (facts.code === 'internal') console.error(error);
    process.send?.({ type: 'load-failed', error: facts } satisfies FromProcess, () => process.exit(1));
  }
}

await main(JSON.parse(process.argv[2] ?? '{}') as ProcessOptions);
