/**
 * The engines that this server can draw by, each under a stable name: what is configured, what runs of it, and which draws where
 * none is named. A checkpoint of this machine is loaded when it is first asked for; where memory is short, only one beside the
 * default stays loaded. Knows no job and no request.
 */
import type { ModelInfo, WatchedEngine } from '../../engine/index.ts';
import type { EngineStanding } from '../../studio/protocol.ts';
import { type EngineEntry, isEmbedded, jobsAtOnce } from './engine-entry.ts';

export interface EnginesOptions {
  entries: readonly EngineEntry[];
  /** Default: the first entry. */
  default?: string | undefined;
  /** Makes the engine of an entry; it starts in the background. */
  open: (entry: EngineEntry) => WatchedEngine;
  /** Whether the memory does not suffice to load an entry beside what is loaded. */
  isShort?: (entry: EngineEntry) => boolean;
}

interface Slot {
  entry: EngineEntry;
  engine: WatchedEngine | undefined;
  /** Facts of the model, kept after it was unloaded. */
  info: ModelInfo | undefined;
  /** Uses that are under way: it is not unloaded before they end. */
  uses: number;
  /** It was asked for while there was no room for it. */
  waits: boolean;
}

export class Engines {
  readonly #slots = new Map<string, Slot>();
  readonly #open: EnginesOptions['open'];
  readonly #isShort: (entry: EngineEntry) => boolean;
  readonly #listeners = new Set<(name: string) => void>();
  readonly #closing = new Set<Promise<void>>();
  #default: string;
  #isClosed = false;

  /** Starts the default, and asks for every engine elsewhere. */
  constructor({ entries, default: chosen = entries[0]!.name, open, isShort = () => false }: EnginesOptions) {
    this.#open = open;
    this.#isShort = isShort;
    this.#default = chosen;
    for (const entry of entries) this.#slots.set(entry.name, slotOf(entry));
    this.start(chosen);
    for (const entry of entries) if (!isEmbedded(entry)) this.start(entry.name);
  }

  /** The name of the engine that draws where none is named. */
  get default(): string {
    return this.#default;
  }

  /** Names in their order. */
  get names(): string[] {
    return [...this.#slots.keys()];
  }

  get entries(): EngineEntry[] {
    return [...this.#slots.values()].map(({ entry }) => entry);
  }

  /** The name of the engine that is meant by its own name, or by that of a model that one engine alone has. */
  named(text: string): string | undefined {
    if (this.#slots.has(text)) return text;
    const found = this.names.filter((name) => this.infoOf(name)?.name === text);
    return found.length === 1 ? found[0] : undefined;
  }

  entryOf(name: string): EngineEntry | undefined {
    return this.#slots.get(name)?.entry;
  }

  /** How many jobs it draws at the same time. */
  atOnceOf(name: string): number {
    const entry = this.entryOf(name);
    return entry ? jobsAtOnce(entry) : 0;
  }

  /** The engine, as far as it runs. */
  running(name: string): WatchedEngine | undefined {
    return this.#slots.get(name)?.engine;
  }

  /** The facts of its model; undefined until it was loaded once. */
  infoOf(name: string): ModelInfo | undefined {
    const slot = this.#slots.get(name);
    return slot?.engine?.loadedInfo ?? slot?.info;
  }

  standingOf(name: string): EngineStanding {
    const slot = this.#slots.get(name);
    if (!slot?.engine) return slot?.waits ? 'starting' : 'idle';
    const { state, error } = slot.engine;
    if (state === 'ready' || state === 'failed') return state;
    return state === 'restarting' || error ? 'away' : 'starting';
  }

  /**
   * Starts an engine that does not run. Undefined: there is none of this name, or it waits for memory that others use; it starts
   * by itself once they are done.
   */
  start(name: string): WatchedEngine | undefined {
    const slot = this.#slots.get(name);
    if (!slot || slot.engine || this.#isClosed) return slot?.engine;
    slot.waits = !this.#hasRoomFor(slot);
    if (slot.waits) return undefined;
    const engine = this.#open(slot.entry);
    slot.engine = engine;
    engine.onState(() => {
      slot.info = engine.loadedInfo ?? slot.info;
      this.#changed(name);
    });
    return engine;
  }

  /** Starts an engine anew that cannot be used as it was. */
  restart(name: string): WatchedEngine | undefined {
    const slot = this.#slots.get(name);
    if (slot) this.#unload(slot);
    return this.start(name);
  }

  /** Keeps an engine loaded until the returned function is called. */
  hold(name: string): () => void {
    const slot = this.#slots.get(name);
    if (!slot) return () => {};
    slot.uses += 1;
    return () => {
      slot.uses -= 1;
      for (const [each, { waits }] of this.#slots) if (waits) this.start(each);
    };
  }

  /** Throws what opening it throws; then it is not there. */
  add(entry: EngineEntry): void {
    this.#slots.set(entry.name, slotOf(entry));
    try {
      if (!isEmbedded(entry)) this.start(entry.name);
    } catch (error) {
      this.#slots.delete(entry.name);
      throw error;
    }
    this.#changed(entry.name);
  }

  /** Takes an engine out; one that runs is closed. The default cannot be taken out. */
  remove(name: string): void {
    const slot = this.#slots.get(name);
    if (!slot || name === this.#default) return;
    this.#slots.delete(name);
    this.#unload(slot);
    this.#changed(name);
  }

  setDefault(name: string): void {
    this.#default = name;
    this.start(name);
    this.#changed(name);
  }

  /** Calls `listener` on every change of an engine's state, with its name; the returned function ends it. */
  onState(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes every engine; running requests throw. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const slot of this.#slots.values()) this.#unload(slot);
    await Promise.all(this.#closing);
  }

  /**
   * Whether an entry can be loaded now. Beside the default, only one checkpoint of this machine stays loaded where memory is short:
   * the others are unloaded first, as soon as nothing is drawn by them.
   */
  #hasRoomFor({ entry }: Slot): boolean {
    if (!isEmbedded(entry) || entry.name === this.#default || !this.#isShort(entry)) return true;
    const others = [...this.#slots.values()].filter(
      (slot) => slot.engine && isEmbedded(slot.entry) && slot.entry.name !== this.#default,
    );
    for (const slot of others) if (slot.uses === 0) this.#unload(slot);
    return others.every((slot) => slot.engine === undefined);
  }

  #unload(slot: Slot): void {
    const { engine } = slot;
    if (!engine) return;
    slot.info = engine.loadedInfo ?? slot.info;
    slot.engine = undefined;
    const closed = engine.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  #changed(name: string): void {
    for (const listener of [...this.#listeners]) listener(name);
  }
}

const slotOf = (entry: EngineEntry): Slot => ({
  ...{ entry, engine: undefined, info: undefined },
  ...{ uses: 0, waits: false },
});
