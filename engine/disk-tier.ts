/**
 * Arrays kept in files of one folder, bounded in bytes, least recently used first to go. A file carries the SHA-256 of its
 * contents: one that is torn or rotten is dropped and counts as missing. Knows neither models nor what is worth keeping.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

const DIGEST_BYTES = 32;
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

  /** Opens a folder; what an earlier process left half-written is removed. */
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

  /** What was kept under a key; undefined where there is nothing, or nothing whole. */
  get(key: string): unknown {
    if (!this.#files.has(key)) return undefined;
    const from = performance.now();
    const path = join(this.#folder, key);
    try {
      const file = readFileSync(path);
      const body = file.subarray(DIGEST_BYTES);
      if (!digestOf(body).equals(file.subarray(0, DIGEST_BYTES))) throw new Error('the digest differs');
      const value: unknown = deserialize(body);
      this.#bytesPerMs = (this.#bytesPerMs + file.length / (performance.now() - from)) / 2;
      this.#note(key, file.length);
      utimesSync(path, new Date(), new Date());
      return value;
    } catch {
      // Whatever is wrong with a cached file, it can be made again.
      this.#remove(key);
      return undefined;
    }
  }

  /** Keeps a value that structured cloning can copy, unless it is larger than the budget or the disk is full. */
  put(key: string, value: unknown): void {
    if (this.#files.has(key)) return;
    const body = serialize(value);
    const sizeBytes = body.length + DIGEST_BYTES;
    if (sizeBytes > this.#budgetBytes) return;
    this.#shrinkTo(this.#budgetBytes - sizeBytes);
    const temporary = join(this.#folder, randomUUID() + TEMPORARY);
    try {
      writeFileSync(temporary, Buffer.concat([digestOf(body), body]));
      renameSync(temporary, join(this.#folder, key));
      this.#note(key, sizeBytes);
    } catch {
      // A full disk costs time later, nothing else.
      rmSync(temporary, { force: true });
    }
  }

  /** Throws where the books do not balance with the folder. */
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

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function statOf(path: string): { sizeBytes: number; usedAt: number } {
  const { size, mtimeMs } = statSync(path);
  return { sizeBytes: size, usedAt: mtimeMs };
}
