/**
 * One file from its source to the disk: written beside its place, gone on with after a break, compared with its hash, and moved to its place
 * when it is right. What breaks off or stands still is tried again as long as it gets on.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CommandError } from '../failure.ts';
import type { FileHash, RemoteFile, Source } from './source.ts';

export interface FetchOptions {
  /** Time without a byte after which a connection counts as broken. Default: 30 s. */
  stallMs?: number;
  /** Wait before the first try again; doubles. Default: 1 s. */
  retryMs?: number;
  signal?: AbortSignal;
  /** Bytes that came, or minus those that were thrown away. */
  onBytes?: (count: number) => void;
}

/** Tries without a byte of progress, and times that a whole file may be wrong. */
const MOST_TRIES = 6;
const MOST_WRONG = 2;

/** Fetches a file into `folder`. Throws {@link CommandError} where the source gives up or lies, and the system's errors of files. */
export async function fetchFile(
  source: Source,
  file: RemoteFile,
  folder: string,
  options: FetchOptions = {},
): Promise<void> {
  const path = join(folder, file.path);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  for (let wrong = 0; ; wrong++) {
    await fetchBytes(source, file, part, options);
    if (await isRight(part, file)) break;
    options.onBytes?.(-file.size);
    await rm(part);
    if (wrong + 1 >= MOST_WRONG)
      throw new CommandError(
        `${file.path} came with other bytes than its hash says, ${MOST_WRONG} times. Name another mirror (--from), or try again later.`,
      );
  }
  await rename(part, path);
}

/** Brings `part` to the size of the file. */
async function fetchBytes(
  source: Source,
  file: RemoteFile,
  part: string,
  { stallMs = 30_000, retryMs = 1_000, signal, onBytes = () => {} }: FetchOptions,
): Promise<void> {
  const handle = await open(part, 'a+');
  try {
    let { size: have } = await handle.stat();
    if (have > file.size) {
      await handle.truncate(0);
      have = 0;
    }
    onBytes(have);
    for (let tries = 0; have < file.size; ) {
      signal?.throwIfAborted();
      const before = have;
      try {
        await readOnce(source, file, have, { stallMs, signal }, async (bytes) => {
          await append(handle, bytes);
          have += bytes.length;
          onBytes(bytes.length);
        });
        if (have < file.size) throw new Error('the connection ended early');
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof CommandError || 'syscall' in (error as object)) throw error;
        tries = have > before ? 1 : tries + 1;
        if (tries >= MOST_TRIES)
          throw new CommandError(
            `${file.path} stopped at ${have} of ${file.size} bytes: ${reasonOf(error)}. Run the same command again to go on from there.`,
          );
        await setTimeout(retryMs * 2 ** (tries - 1), undefined, { signal });
      }
    }
  } finally {
    await handle.close();
  }
}

/** Reads until the end, a break, or too long a silence. More bytes than the file has are not taken. */
async function readOnce(
  source: Source,
  file: RemoteFile,
  from: number,
  { stallMs, signal }: { stallMs: number; signal: AbortSignal | undefined },
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const stalled = new AbortController();
  const stall = () => stalled.abort(new Error(`nothing came for ${stallMs / 1000} s`));
  let timer = globalThis.setTimeout(stall, stallMs);
  const either = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal;
  try {
    let left = file.size - from;
    const broken = new Promise<never>((_, reject) => {
      either.addEventListener('abort', () => reject(either.reason), { once: true });
    });
    broken.catch(() => {});
    const bytes = await Promise.race([source.read(file, from, either), broken]);
    const reader = bytes[Symbol.asyncIterator]();
    while (left > 0) {
      const { done, value } = await Promise.race([reader.next(), broken]);
      if (done) return;
      clearTimeout(timer);
      timer = globalThis.setTimeout(stall, stallMs);
      const wanted = value.subarray(0, left);
      left -= wanted.length;
      await take(wanted);
    }
    // A source that goes on past the end is not heard out.
    reader.return?.().catch(() => {});
  } finally {
    clearTimeout(timer);
    stalled.abort();
  }
}

async function append(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  await handle.appendFile(bytes);
}

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
};

/** Whether a file has its size and its hash. */
export async function isRight(path: string, { size, hash }: RemoteFile): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (there?.size !== size) return false;
  return hash === undefined || (await hexOf(path, size, hash)) === hash.hex;
}

async function hexOf(path: string, size: number, { kind }: FileHash): Promise<string> {
  const hash = createHash(kind === 'sha256' ? 'sha256' : 'sha1');
  if (kind === 'git') hash.update(`blob ${size}\0`);
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
