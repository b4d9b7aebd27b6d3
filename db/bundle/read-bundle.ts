/** Reads a bundle as it comes and checks it against itself: its files are on disk before its last byte is here. Knows no rows. */
import { Refusal } from '../../studio/refusal.ts';
import type { BlobStore, StagedBlob } from '../blobs.ts';
import { IN_FILE, MANIFEST, type Manifest } from './bundle.ts';
import { type Graph, readGraph } from './graph.ts';
import { TarError, type TarFile, tarFiles } from './tar.ts';

const MAX_MANIFEST_BYTES = 120_000_000;
/** Entries of a list that are asked for at a time. */
const PART = 2_000;
/** Files whose bytes may be on their way to the disk while the next are read. */
const MOST_UNSYNCED = 16;

/** A bundle on its way in: its blobs are staged, no row names them yet. */
export interface ReadBundle {
  graph: Graph;
  /** By hash. */
  staged: ReadonlyMap<string, StagedBlob>;
}

/**
 * Reads a bundle and checks it against itself: every blob is there and is what its name says, pixels are PNG files of their size,
 * and nothing that is named is missing. Nothing is stored that outlives a restart; discard the staged blobs and close the graph in
 * the end. Throws {@link Refusal} `bad_bundle`.
 */
export async function readBundle(bytes: AsyncIterable<Uint8Array>, store: BlobStore): Promise<ReadBundle> {
  const arrival = new Arrival(store);
  try {
    for await (const file of tarFiles(bytes)) await arrival.take(file);
    return await arrival.whole();
  } catch (error) {
    await arrival.giveUp();
    if (error instanceof TarError)
      throw new Refusal(`bad_bundle.${error.fault}`, {}, { ...IN_FILE, cause: error });
    throw error;
  }
}

class Arrival {
  readonly #store: BlobStore;
  readonly #staged = new Map<string, StagedBlob>();
  readonly #unsynced: Promise<void>[] = [];
  #graph: Graph | undefined;
  #named = new Map<string, Manifest['blobs'][number]>();

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** Takes the next file: the graph first, then the blobs that it names, each once. */
  async take(file: TarFile): Promise<void> {
    if (file.name === MANIFEST && !this.#graph) await this.#takeGraph(file);
    else await this.#takeBlob(file);
  }

  async whole(): Promise<ReadBundle> {
    await Promise.all(this.#unsynced);
    if (!this.#graph || this.#staged.size < this.#named.size)
      throw new Refusal('bad_bundle.incomplete', {}, IN_FILE);
    return { graph: this.#graph, staged: this.#staged };
  }

  async giveUp(): Promise<void> {
    await Promise.allSettled(this.#unsynced);
    for (const blob of this.#staged.values()) this.#store.discard(blob);
    await this.#graph?.close();
  }

  async #takeGraph({ sizeBytes, body }: TarFile): Promise<void> {
    if (sizeBytes > MAX_MANIFEST_BYTES) throw new Refusal('bad_bundle.list_too_large', {}, IN_FILE);
    const bytes = new Uint8Array(sizeBytes);
    let at = 0;
    for await (const chunk of body) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    const graph = await readGraph(bytes);
    this.#graph = graph;
    for (let from = 0; ; from += PART) {
      const some = await graph.some('blobs', from, PART);
      for (const blob of some) this.#named.set(blob.sha256, blob);
      if (some.length < PART) return;
    }
  }

  async #takeBlob({ name, sizeBytes, body }: TarFile): Promise<void> {
    const sha256 = name.replace(/^blobs\//, '');
    const entry = this.#named.get(sha256);
    if (!entry || this.#staged.has(sha256)) throw new Refusal('bad_bundle.stray_file', { name }, IN_FILE);
    if (sizeBytes !== entry.sizeBytes) throw new Refusal('bad_bundle.damaged_picture', {}, IN_FILE);
    await this.#unsynced[this.#unsynced.length - MOST_UNSYNCED];
    const { blob, beginning, synced } = await this.#store.stageStream(body, entry.mediaType);
    this.#unsynced.push(synced);
    this.#staged.set(sha256, blob);
    const size = this.#graph!.sizes.get(sha256);
    if (blob.sha256 !== sha256 || (size && !isPng(beginning, size)))
      throw new Refusal('bad_bundle.damaged_picture', {}, IN_FILE);
  }
}

/** Whether a file begins as a PNG of this size does. Source: PNG specification, 5.2 and 11.2.1 IHDR. */
function isPng(beginning: Uint8Array, [widthPx, heightPx]: readonly [number, number]): boolean {
  const bytes = Buffer.from(beginning);
  return (
    bytes.length >= 24 &&
    bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n' &&
    bytes.readUInt32BE(16) === widthPx &&
    bytes.readUInt32BE(20) === heightPx
  );
}
