/**
 * The parts of the model as sessions, loaded when they are first used and kept as far as memory has room: before one is loaded, those go
 * that were not used for longest. Decides which part is in memory, and nothing else.
 */
import type { Session } from '../../kernels/index.ts';
import type { GraphName, Part, Parts } from './graphs.ts';

interface Loaded {
  sessions: Session[];
  bytes: number;
  users: number;
  lastUse: number;
}

export interface StageOptions {
  load: (part: Part) => Promise<Session>;
  /** Bytes of weights that may be in memory together; one part of the model alone may have more. */
  roomBytes: number;
  /** Bytes of a part of the model in memory. */
  bytesOf: (parts: readonly Part[]) => number;
}

export class Stages {
  readonly #parts: Parts;
  readonly #options: StageOptions;
  readonly #loaded = new Map<GraphName, Loaded>();
  #uses = 0;
  /** Settles when the last load that was asked for has ended: one at a time, or two would take the same room. */
  #loading: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts, options: StageOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Loads every part of the model that there is room for, in the order of their graphs. */
  async loadAll(): Promise<void> {
    for (const name of Object.keys(this.#parts) as GraphName[]) {
      const needed = this.#options.bytesOf(this.#parts[name]);
      if (needed <= this.#options.roomBytes - this.loadedBytes) await this.use(name, async () => {});
    }
  }

  /** Bytes of the weights in memory. */
  get loadedBytes(): number {
    return [...this.#loaded.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Runs `use` with the sessions of a part, which stay until it ends. Throws what loading throws. */
  async use<R>(name: GraphName, use: (sessions: readonly Session[]) => Promise<R>): Promise<R> {
    const stage = this.#loaded.get(name) ?? (await this.#inLine(() => this.#load(name)));
    stage.users += 1;
    stage.lastUse = ++this.#uses;
    try {
      return await use(stage.sessions);
    } finally {
      stage.users -= 1;
    }
  }

  async dispose(): Promise<void> {
    await this.#loading;
    for (const name of [...this.#loaded.keys()]) await this.#drop(name);
  }

  #inLine<R>(task: () => Promise<R>): Promise<R> {
    const result = this.#loading.then(task);
    // A failure reaches its caller through `result`, and holds up nobody else.
    this.#loading = result.catch(() => {});
    return result;
  }

  async #load(name: GraphName): Promise<Loaded> {
    const there = this.#loaded.get(name);
    if (there) return there;
    const parts = this.#parts[name];
    const bytes = this.#options.bytesOf(parts);
    await this.#makeRoom(bytes);
    const sessions: Session[] = [];
    try {
      for (const part of parts) sessions.push(await this.#options.load(part));
    } catch (error) {
      for (const session of sessions) await session.dispose();
      throw error;
    }
    const stage: Loaded = { sessions, bytes, users: 0, lastUse: 0 };
    this.#loaded.set(name, stage);
    return stage;
  }

  async #makeRoom(bytes: number): Promise<void> {
    while (this.loadedBytes + bytes > this.#options.roomBytes) {
      const idle = [...this.#loaded].filter(([, { users }]) => users === 0);
      const oldest = idle.sort(([, a], [, b]) => a.lastUse - b.lastUse)[0];
      if (!oldest) return;
      await this.#drop(oldest[0]);
    }
  }

  async #drop(name: GraphName): Promise<void> {
    const { sessions } = this.#loaded.get(name)!;
    this.#loaded.delete(name);
    for (const session of sessions) await session.dispose();
  }
}
