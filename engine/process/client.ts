/**
 * Parent side of the engine process: the `Engine` surface over a child that may die at any moment and is started again.
 * A checkpoint that cannot be loaded is reported and not tried again. Knows no model and no job.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { EngineError } from '../request/errors.ts';
import type { EngineEvent, EngineOptions, GenerationRequest, WarmReferences } from '../request/request.ts';
import { cancelled, EngineWatch, type WatchedEngine } from '../request/watched.ts';
import { errorOf, type FromProcess, HEARTBEAT_FD, type ProcessOptions, type ToProcess } from './channel.ts';
import { PULSE_LIMITS, Pulse, type PulseLimits } from './pulse.ts';

export interface ClientOptions extends EngineOptions {
  /** Module that exports `loadEngine`; default: the engine of this repository. */
  engineModule?: string;
  /** When a process that gives no sign of life is ended and started again. */
  pulse?: PulseLimits;
  /** Wait before the first new start; doubles up to 30 s while starts fail. Default 200. */
  restartDelayMs?: number;
}

/** Tensors count towards the heap though they lie outside of it: at its first size the heap is collected three times a picture. */
const NODE_OPTIONS = ['--initial-old-space-size=512'];
const LONGEST_DELAY_MS = 30_000;
const CLOSE_TIMEOUT_MS = 3_000;

/** One request as the parent sees it: its events that have come and were not read yet. */
interface Stream {
  events: EngineEvent[];
  /** Set once no event will come any more; `null` is a good end. */
  end: { error: EngineError | null } | undefined;
  wake: () => void;
}

export class EngineClient extends EngineWatch implements WatchedEngine {
  readonly #options: ProcessOptions;
  readonly #firstDelayMs: number;
  readonly #pulseLimits: PulseLimits;
  readonly #streams = new Map<number, Stream>();
  #child: ChildProcess | undefined;
  #nextId = 1;
  #failedStarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #residentBytes: number | undefined;

  /** Starts the process; the model loads in the background, see {@link EngineClient.ready}. */
  constructor({
    engineModule = join(import.meta.dirname, '../pipeline/engine.ts'),
    restartDelayMs = 200,
    pulse = PULSE_LIMITS,
    ...options
  }: ClientOptions) {
    super();
    this.#options = { ...options, engineModule };
    this.#firstDelayMs = restartDelayMs;
    this.#pulseLimits = pulse;
    this.#start();
  }

  /** Process id of the child, while there is one. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** As {@link WatchedEngine.residentBytes}. */
  get residentBytes(): number | undefined {
    return this.#residentBytes;
  }

  protected notYet(): EngineError {
    return new EngineError('engine_died', 'The model is still loading. Try again in a moment.');
  }

  /**
   * Sends one request and yields its events as they are read; a reader that stops early cancels the request.
   * Throws EngineError as {@link Engine.generate} says, and the load's error while the engine is `failed`.
   */
  async *generate(
    request: GenerationRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): AsyncGenerator<EngineEvent> {
    yield* this.#ask((id) => ({ type: 'generate', id, request }), signal);
  }

  /** As {@link Engine.warm}. */
  async warm(references: WarmReferences, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    for await (const _ of this.#ask((id) => ({ type: 'warm', id, references }), signal));
  }

  /** Ends the process, by force if it does not end by itself; running requests throw `engine_died`. */
  async close(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    const listens = this.state === 'ready';
    this.become('closed');
    if (child?.pid === undefined) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (listens) this.#send({ type: 'close' });
    else child.kill('SIGKILL');
    const force = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    await exited;
    clearTimeout(force);
  }

  /** Sends one message and yields the events that answer it. */
  async *#ask(
    message: (id: number) => ToProcess,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<EngineEvent> {
    await this.ready({ signal });
    // The signal may have come after `ready` was settled.
    if (signal?.aborted) throw cancelled();
    const id = this.#nextId++;
    const stream: Stream = { events: [], end: undefined, wake: () => {} };
    const cancel = () => this.#send({ type: 'cancel', id });
    this.#streams.set(id, stream);
    signal?.addEventListener('abort', cancel);
    this.#send(message(id));
    try {
      yield* this.#read(id, stream);
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (this.#streams.delete(id)) cancel();
    }
  }

  async *#read(id: number, stream: Stream): AsyncGenerator<EngineEvent> {
    for (;;) {
      const event = stream.events.shift();
      if (event) {
        this.#send({ type: 'taken', id });
        yield event;
      } else if (stream.end) {
        if (stream.end.error) throw stream.end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          stream.wake = resolve;
        });
      }
    }
  }

  #start(): void {
    try {
      this.#watch(this.#fork());
    } catch (cause) {
      // The system reports some reasons for which no process starts at the call, and others by an event.
      this.#ended(notStarted(cause));
    }
  }

  #fork(): ChildProcess {
    // The child's output goes to our stderr: the command line keeps its stdout for itself.
    const script = join(import.meta.dirname, 'child.ts');
    return fork(script, [JSON.stringify(this.#options)], {
      serialization: 'advanced',
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', 2, 2, 'ipc', 'pipe'],
    });
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    child.on('message', (message) => this.#receive(message as FromProcess));
    let lost: string | undefined;
    const pulse = new Pulse(child.stdio[HEARTBEAT_FD] as Readable, this.#pulseLimits, (what) => {
      lost = what === 'silent' ? 'gave no sign of life' : 'did not get on with its work';
      child.kill('SIGKILL');
    });
    child.on('error', (cause) => {
      pulse.stop();
      // A process that never began sends no `exit`.
      if (child.pid === undefined) this.#ended(notStarted(cause));
      else child.kill('SIGKILL');
    });
    child.once('exit', (code, signal) => {
      pulse.stop();
      const how = signal ? `ended by ${signal}` : `ended with exit code ${code}`;
      const what = lost ? `${lost} and was ended` : how;
      const isKilled = signal === 'SIGKILL' && !lost;
      const message = isKilled ? killedText(this.#residentBytes) : `The engine process ${what}.`;
      this.#ended(new EngineError('engine_died', message));
    });
  }

  #receive(message: FromProcess): void {
    switch (message.type) {
      case 'ready':
        this.become('ready', { info: message.info, error: undefined });
        return;
      case 'load-failed':
        this.become('failed', { error: errorOf(message.error) });
        return;
      case 'memory':
        this.#residentBytes = message.residentBytes;
        return;
      case 'event':
        if (message.event.type === 'done') this.#failedStarts = 0;
        this.#streams.get(message.id)?.events.push(message.event);
        this.#streams.get(message.id)?.wake();
        return;
      case 'end':
        this.#finish(message.id, null);
        return;
      case 'error':
        this.#finish(message.id, errorOf(message.error));
        return;
      default:
        message satisfies never;
    }
  }

  /** Takes note that the process has ended, or could not be started, and starts a new one after a while. */
  #ended(error: EngineError): void {
    this.#child = undefined;
    this.#residentBytes = undefined;
    for (const id of [...this.#streams.keys()]) this.#finish(id, error);
    if (this.state === 'failed' || this.state === 'closed') return;
    const delayMs = Math.min(LONGEST_DELAY_MS, this.#firstDelayMs * 2 ** this.#failedStarts);
    this.#failedStarts += 1;
    this.#restartTimer = setTimeout(() => this.#start(), delayMs);
    this.become('restarting', { error });
  }

  #finish(id: number, error: EngineError | null): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#streams.delete(id);
    stream.end = { error };
    stream.wake();
  }

  #send(message: ToProcess): void {
    // A child that is gone reports itself by `exit`; a message that was meant for it needs no answer.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }
}

/** Starts an engine process and waits for its model. Throws EngineError when the checkpoint cannot be loaded. */
export async function startEngine(options: ClientOptions): Promise<EngineClient> {
  const client = new EngineClient(options);
  try {
    await client.ready();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** What is said of a process that the system killed. `heldBytes` is what it held when it last said so. */
function killedText(heldBytes: number | undefined): string {
  const held = heldBytes ? ` It held ${(heldBytes / 2 ** 30).toFixed(1)} GiB.` : '';
  return `The engine was killed, most likely for lack of memory.${held} Give it less to do at once (PALIMPSEST_MEMORY), fewer bits (int8, int4), or a machine with more memory.`;
}

const notStarted = (cause: unknown) =>
  new EngineError('engine_died', `The engine process could not be started: ${messageOf(cause)}`, { cause });

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
