/**
 * Bytes by their SHA-256 in `blobs/ab/cd…`. A file is written beside its place, fsynced, renamed and its folder fsynced
 * before any row may name it, so a row never points at missing or half-written bytes. Knows nothing of pictures.
 */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../studio/refusal.ts';

/** Bytes on disk under a temporary name, not yet under their hash. */
export interface StagedBlob {
  sha256: string;
  sizeBytes: number;
  mediaType: string;
  stagedFile: string;
}

/** The name of bytes: SHA-256, hex. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that are to be staged, and their media type. */
export type NewBlob = readonly [bytes: Uint8Array, mediaType: string];

/** A row names bytes that are not in the blob folder. */
export class BlobMissingError extends Refusal<'blob_missing'> {
  constructor(sha256: string) {
    super('blob_missing', { sha256 });
  }
}

/** The bytes under a name are not those that it is the hash of. */
export class BlobDamagedError extends Refusal<'blob_damaged'> {
  constructor(sha256: string) {
    super('blob_damaged', { sha256 });
  }
}

/** What was found of a blob's file, and of which file: another time or size asks for another look. */
interface Verdict {
  stamp: string;
  isWhole: Promise<boolean>;
}

/** So many verdicts take a few megabytes. */
const MAX_VERDICTS = 50_000;

/** Enough of a file to tell its kind, and the size of a PNG. */
const BEGINNING_BYTES = 24;

const BLOBS = 'blobs';

/** Whether a data folder has the bytes of any blob. */
export function hasBlobs(dataFolder: string): boolean {
  const root = join(dataFolder, BLOBS);
  return fs.existsSync(root) && !blobsIn(root).next().done;
}

function* blobsIn(root: string): Generator<string> {
  for (const folder of fs.readdirSync(root)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of fs.readdirSync(join(root, folder)))
      if (/^[0-9a-f]{62}$/.test(name)) yield folder + name;
  }
}

/** The file of a blob in a data folder. Throws RangeError for what is not a SHA-256 in hex. */
export function blobFile(dataFolder: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new RangeError(`Expected a SHA-256 in hex, got ${JSON.stringify(sha256)}`);
  return join(dataFolder, 'blobs', sha256.slice(0, 2), sha256.slice(2));
}

export class BlobStore {
  readonly dataFolder: string;
  readonly #root: string;
  readonly #staging: string;
  readonly #verdicts = new Map<string, Verdict>();

  /** Opens the blob folder of a data folder; staged files of an earlier process are removed. */
  constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
    this.#root = join(dataFolder, BLOBS);
    this.#staging = join(this.#root, 'staging');
    fs.rmSync(this.#staging, { recursive: true, force: true });
    fs.mkdirSync(this.#staging, { recursive: true });
  }

  /** As {@link blobFile}, in this folder. */
  fileOf(sha256: string): string {
    return blobFile(this.dataFolder, sha256);
  }

  /** Whether the bytes of a blob are there. */
  has(sha256: string): boolean {
    return fs.existsSync(this.fileOf(sha256));
  }

  /** Every blob whose bytes are there, in no order. Files of other programs in the folders, such as `.DS_Store`, are left out. */
  *all(): Generator<string> {
    yield* blobsIn(this.#root);
  }

  /** Writes bytes to disk for good, but not yet under their name; follow with {@link place}. */
  async stage(bytes: Uint8Array, mediaType: string): Promise<StagedBlob> {
    const stagedFile = join(this.#staging, randomUUID());
    try {
      await writeSynced(stagedFile, bytes);
    } catch (error) {
      // On a full disk the half that was written would take up what room is left.
      fs.rmSync(stagedFile, { force: true });
      throw error;
    }
    const sha256 = sha256Of(bytes);
    return { sha256, sizeBytes: bytes.byteLength, mediaType, stagedFile };
  }

  /**
   * Stages bytes as they come, however many. `synced` is settled once they are on disk for good: not before may they be placed;
   * meanwhile the next can be written. `beginning` are their first bytes.
   */
  async stageStream(
    bytes: AsyncIterable<Uint8Array>,
    mediaType: string,
  ): Promise<{ blob: StagedBlob; beginning: Uint8Array; synced: Promise<void> }> {
    const stagedFile = join(this.#staging, randomUUID());
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let beginning: Uint8Array = new Uint8Array(0);
    const file = await fs.promises.open(stagedFile, 'wx');
    try {
      for await (const chunk of bytes) {
        hash.update(chunk);
        sizeBytes += chunk.byteLength;
        if (beginning.byteLength < BEGINNING_BYTES)
          beginning = Buffer.concat([beginning, chunk.subarray(0, BEGINNING_BYTES)]);
        await file.writeFile(chunk);
      }
    } catch (error) {
      await file.close();
      fs.rmSync(stagedFile, { force: true });
      throw error;
    }
    const synced = file.sync().finally(() => file.close());
    // Whoever waits for it hears of a failure; until then it is no mistake of ours.
    synced.catch(() => {});
    return { blob: { sha256: hash.digest('hex'), sizeBytes, mediaType, stagedFile }, beginning, synced };
  }

  /**
   * Stages several files, all or none, and calls `work` with them. A staged file that `work` has not placed when it returns or
   * throws is removed. `work` is synchronous for the same reason as {@link place}.
   */
  async staging<const Files extends readonly NewBlob[], Result>(
    files: Files,
    work: (staged: { -readonly [Place in keyof Files]: StagedBlob }) => Result,
  ): Promise<Result> {
    const settled = await Promise.allSettled(files.map(([bytes, mediaType]) => this.stage(bytes, mediaType)));
    const staged = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    try {
      const failed = settled.find((each) => each.status === 'rejected');
      if (failed) throw failed.reason;
      return work(staged as { -readonly [Place in keyof Files]: StagedBlob });
    } finally {
      for (const blob of staged) this.discard(blob);
    }
  }

  /**
   * Gives staged bytes their name. Synchronous, so that a caller can place bytes and write their rows in one go: no other
   * caller can drop the same bytes in between.
   */
  place(staged: StagedBlob): void {
    this.putBack(staged.sha256, staged.stagedFile);
  }

  /**
   * Gives many staged bytes their names, without holding up anything else, and keeps them staged: until rows name them, another
   * may drop them, and then {@link place} brings them back.
   */
  async placeAll(staged: readonly StagedBlob[]): Promise<void> {
    const folders = new Set<string>();
    for (const { sha256, stagedFile } of staged) {
      const file = this.fileOf(sha256);
      if (await fs.promises.mkdir(dirname(file), { recursive: true })) folders.add(this.#root);
      const second = `${stagedFile}.placed`;
      try {
        await fs.promises.link(stagedFile, second);
      } catch {
        // A file system without links: placed with their rows.
        continue;
      }
      await fs.promises.rename(second, file);
      folders.add(dirname(file));
    }
    for (const folder of folders) {
      const handle = await fs.promises.open(folder, 'r');
      await handle.sync().finally(() => handle.close());
    }
  }

  /** Moves a file that has these bytes to their place. */
  putBack(sha256: string, from: string): void {
    const file = this.fileOf(sha256);
    const folder = dirname(file);
    if (fs.mkdirSync(folder, { recursive: true })) syncFolder(this.#root);
    fs.renameSync(from, file);
    syncFolder(folder);
  }

  /** Removes bytes that were staged and are not needed any more; placed bytes stay. */
  discard(staged: StagedBlob): void {
    fs.rmSync(staged.stagedFile, { force: true });
  }

  /**
   * Returns once the bytes of a blob are known to be what its name says: they are read at the first time, and again after
   * their file has changed. Throws {@link BlobMissingError}, {@link BlobDamagedError}.
   */
  async verify(sha256: string): Promise<void> {
    const file = this.fileOf(sha256);
    try {
      if (await this.#verdictOn(sha256, file)) return;
    } catch (error) {
      this.#verdicts.delete(sha256);
      throw isMissing(error) ? new BlobMissingError(sha256) : error;
    }
    throw new BlobDamagedError(sha256);
  }

  async #verdictOn(sha256: string, file: string): Promise<boolean> {
    const { mtimeMs, size, ino } = await fs.promises.stat(file);
    const stamp = `${mtimeMs}/${size}/${ino}`;
    const known = this.#verdicts.get(sha256);
    if (known?.stamp === stamp) return known.isWhole;
    if (this.#verdicts.size >= MAX_VERDICTS) this.#verdicts.clear();
    const isWhole = hashOfFile(file).then((hash) => hash === sha256);
    this.#verdicts.set(sha256, { stamp, isWhole });
    return isWhole;
  }

  /** All bytes of a blob. Throws {@link BlobMissingError}, {@link BlobDamagedError}. */
  async read(sha256: string): Promise<Uint8Array> {
    await this.verify(sha256);
    return fs.promises.readFile(this.fileOf(sha256));
  }

  /** How many bytes lie under a name; undefined where there are none. */
  sizeOf(sha256: string): number | undefined {
    return fs.statSync(this.fileOf(sha256), { throwIfNoEntry: false })?.size;
  }

  /** Removes bytes that no row names any more; bytes that are gone already are no error. */
  drop(hashes: Iterable<string>): void {
    for (const sha256 of hashes) fs.rmSync(this.fileOf(sha256), { force: true });
  }
}

/** The SHA-256 of a file, hex. */
export const hashOfFile = (file: string): Promise<string> => hashOfBytes(fs.createReadStream(file));

/** The SHA-256 of bytes as they come, hex. */
export async function hashOfBytes(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

async function writeSynced(name: string, bytes: Uint8Array): Promise<void> {
  const file = await fs.promises.open(name, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
