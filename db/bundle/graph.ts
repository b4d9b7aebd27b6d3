/**
 * The graph of a bundle on its way in, given out in parts. A large one is read and checked on a thread of its own, which has a limit
 * of memory, so that nobody else waits for it. Knows no rows.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Refusal } from '../../studio/refusal.ts';
import { IN_FILE, type Manifest } from './bundle.ts';
import { parseManifest } from './parse-manifest.ts';

/** Lists of a graph that are given out in parts. */
export type GraphList = 'turns' | 'operations' | 'messages' | 'blobs';

export interface Graph {
  session: Manifest['session'];
  /** Positions of all turns. */
  positions: readonly number[];
  /** Sizes of the pictures whose pixels each of these files has. */
  sizes: ReadonlyMap<string, readonly [widthPx: number, heightPx: number]>;
  /** Some of a list from a place on; none at its end. */
  some<List extends GraphList>(list: List, from: number, count: number): Promise<NonNullable<Manifest[List]>>;
  close(): Promise<void>;
}

/** Reading so much takes a few milliseconds. */
const SMALL_BYTES = 500_000;
/** Memory of the thread that reads a large graph: one of 50,000 turns takes a third of it. */
const MEMORY_MB = 600;

/** Reads a graph. Throws {@link Refusal} `bad_bundle`. */
export function readGraph(bytes: Uint8Array<ArrayBuffer>): Promise<Graph> {
  return bytes.byteLength <= SMALL_BYTES
    ? Promise.resolve().then(() => graphOf(parseManifest(bytes)))
    : ThreadGraph.read(bytes);
}

/** What is given out of a graph at once. */
export function overviewOf({ session, turns }: Manifest): Pick<Graph, 'session' | 'positions' | 'sizes'> {
  const pictures = turns.flatMap((turn) => turn.pictures);
  return {
    session,
    positions: turns.map(({ position }) => position),
    sizes: new Map(pictures.map(({ pixels, widthPx, heightPx }) => [pixels, [widthPx, heightPx] as const])),
  };
}

function graphOf(manifest: Manifest): Graph {
  return {
    ...overviewOf(manifest),
    some: async (list, from, count) =>
      (manifest[list] ?? []).slice(from, from + count) as NonNullable<Manifest[typeof list]>,
    close: async () => {},
  };
}

/** What the thread answers to the bytes. */
export type Reading =
  | { overview: ReturnType<typeof overviewOf> }
  | { refused: Refusal['key']; params: Refusal['params'] };

class ThreadGraph implements Graph {
  readonly session: Graph['session'];
  readonly positions: Graph['positions'];
  readonly sizes: Graph['sizes'];
  readonly #thread: Worker;

  private constructor(thread: Worker, { session, positions, sizes }: ReturnType<typeof overviewOf>) {
    this.#thread = thread;
    this.session = session;
    this.positions = positions;
    this.sizes = sizes;
  }

  static async read(bytes: Uint8Array<ArrayBuffer>): Promise<ThreadGraph> {
    const thread = new Worker(new URL('./graph-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    try {
      thread.postMessage(bytes, [bytes.buffer]);
      const [reading] = (await once(thread, 'message')) as [Reading];
      if ('refused' in reading) throw new Refusal(reading.refused, reading.params as never, IN_FILE);
      return new ThreadGraph(thread, reading.overview);
    } catch (error) {
      await thread.terminate();
      const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
      throw isTooLarge ? new Refusal('bad_bundle.list_too_large', {}, { ...IN_FILE, cause: error }) : error;
    }
  }

  async some<List extends GraphList>(
    list: List,
    from: number,
    count: number,
  ): Promise<NonNullable<Manifest[List]>> {
    const answer = once(this.#thread, 'message');
    this.#thread.postMessage({ list, from, count });
    return (await answer)[0] as NonNullable<Manifest[List]>;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
