/**
 * Arrays kept in files of one folder, bounded in bytes, least recently used first to go. A file carries the SHA-256 of its
 * contents (array-file.ts): one that is torn, rotten or of an older form is dropped and counts as missing. Knows neither models
 * nor which values are worth keeping.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { type ArrayFile, arrayFile, readArrayFile } from './array-file.ts';

const TEMPORARY = '.tmp';
/** Assumed until a file was read. */
const FIRST_BYTES_PER_MS = 300_000;

export class DiskTier {
  readonly #folder: string;
  readonly #budgetBytes: number;
  /** Sizes by name, least recently used first. */
  readonly #files = new Map<string, number>();
  #usedBytes = 0;
  #bytesPerMs = FIRST_BYTES_PER_MS;

  /** Opens a folder; files that an earlier process left half-written are removed. */
  constructor(folder: string, budgetBytes: number) {
    this.#folder = folder;
    this.#budgetBytes = budgetBytes;
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder).map((name) => ({ name, ...statOf(join(folder, name)) }));
    for (const { name, sizeBytes } of found.sort((a, b) => a.usedAt - b.usedAt)) {
      if (name.endsWith(TEMPORARY)) rmSync(join(folder, name), { force: true });
      else this.#note(name, sizeBytes);
    }
    this.#shrinkTo(budgetBytes);
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  has(key: string): boolean {
    return this.#files.has(key);
  }

  /** How long so many bytes take to read, as measured by the reads so far. */
  expectedMs(sizeBytes: number): number {
    return sizeBytes / this.#bytesPerMs;
  }

  /** The value kept under a key; undefined where there is none, or no whole one. */
  get(key: string): unknown {
    if (!this.#files.has(key)) return undefined;
    const from = performance.now();
    const path = join(this.#folder, key);
    try {
      const { value, sizeBytes } = readFile(path);
      this.#bytesPerMs = (this.#bytesPerMs + sizeBytes / (performance.now() - from)) / 2;
      this.#note(key, sizeBytes);
      utimesSync(path, new Date(), new Date());
      return value;
    } catch {
      // A cached value can always be made again, so no fault of its file needs telling apart.
      this.#remove(key);
      return undefined;
    }
  }

  /** Keeps a value that structured cloning can copy, unless it is larger than the budget or the disk is full. */
  put(key: string, value: unknown): void {
    if (this.#files.has(key)) return;
    const temporary = join(this.#folder, randomUUID() + TEMPORARY);
    try {
      const file = arrayFile(value);
      if (!this.#fits(file.sizeBytes)) return;
      this.#shrinkTo(this.#budgetBytes - file.sizeBytes);
      writeFile(temporary, file);
      renameSync(temporary, join(this.#folder, key));
      this.#note(key, file.sizeBytes);
    } catch {
      // A full disk costs time later, nothing else.
      rmSync(temporary, { force: true });
    }
  }

  /** Throws where counted files and bytes are not those of the folder. */
  checkIntegrity(): void {
    const found = readdirSync(this.#folder).filter((name) => !name.endsWith(TEMPORARY));
    const bytes = found.reduce((sum, name) => sum + statOf(join(this.#folder, name)).sizeBytes, 0);
    if (found.length !== this.#files.size || bytes !== this.#usedBytes)
      throw new Error(
        `Expected ${found.length} files of ${bytes} bytes, counted ${this.#files.size}, ${this.#usedBytes}`,
      );
    if (bytes > this.#budgetBytes)
      throw new Error(`Expected at most ${this.#budgetBytes} bytes, got ${bytes}`);
  }

  /** Whether a file of so many bytes can be kept: asked first, so that no other is dropped for a file that cannot be written. */
  #fits(sizeBytes: number): boolean {
    const { bavail, bsize } = statfsSync(this.#folder);
    const dropped = Math.max(0, this.#usedBytes + sizeBytes - this.#budgetBytes);
    return sizeBytes <= this.#budgetBytes && sizeBytes <= bavail * bsize + dropped;
  }

  #note(key: string, sizeBytes: number): void {
    this.#usedBytes += sizeBytes - (this.#files.get(key) ?? 0);
    this.#files.delete(key);
    this.#files.set(key, sizeBytes);
  }

  #remove(key: string): void {
    rmSync(join(this.#folder, key), { force: true });
    this.#usedBytes -= this.#files.get(key) ?? 0;
    this.#files.delete(key);
  }

  #shrinkTo(bytes: number): void {
    for (const key of [...this.#files.keys()]) {
      if (this.#usedBytes <= bytes) return;
      this.#remove(key);
    }
  }
}

function readFile(path: string): { value: unknown; sizeBytes: number } {
  const file = openSync(path, 'r');
  try {
    return { value: readArrayFile(file), sizeBytes: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}

function writeFile(path: string, { write }: ArrayFile): void {
  const file = openSync(path, 'wx');
  try {
    write(file);
  } finally {
    closeSync(file);
  }
}

function statOf(path: string): { sizeBytes: number; usedAt: number } {
  const { size, mtimeMs } = statSync(path);
  return { sizeBytes: size, usedAt: mtimeMs };
}
