/**
 * Where backups are kept: files by name, each written whole or not at all. A folder (another disk, a network share), or a bucket of
 * a server that speaks S3. Knows nothing of what the files are.
 */
import { createReadStream, existsSync, openAsBlob } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { S3mini } from 's3mini';

export interface BackupPlace {
  /** The names that begin with a folder's, in any order. */
  names(folder: string): Promise<string[]>;
  /** Writes a file of this machine under a name. */
  put(name: string, file: string): Promise<void>;
  /** The bytes under a name. Throws {@link BackupError} where there are none. */
  get(name: string): Promise<AsyncIterable<Uint8Array>>;
  remove(name: string): Promise<void>;
}

/** A backup that cannot be written or read; the message says what to do. */
export class BackupError extends Error {
  override name = 'BackupError';
}

/** The keys of a bucket. */
export interface BucketKeys {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** `s3:https://HOST/BUCKET/PREFIX` is a bucket, anything else a folder. Throws {@link BackupError}. */
export function placeAt(address: string, keys: BucketKeys | undefined): BackupPlace {
  if (!address.startsWith('s3:')) return new FolderPlace(address);
  const { endpoint, prefix } = bucketAt(address.slice('s3:'.length));
  if (!keys)
    throw new BackupError(
      `${address} asks for keys. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_REGION where the server names one.`,
    );
  return new BucketPlace(new S3mini({ ...keys, endpoint }), prefix);
}

function bucketAt(address: string): { endpoint: string; prefix: string } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const [bucket, ...prefix] = url?.pathname.split('/').filter(Boolean) ?? [];
  if (!url || !/^https?:$/.test(url.protocol) || !bucket)
    throw new BackupError(
      `s3:${address} names no bucket. Write s3:https://HOST/BUCKET, with a folder behind it if you like.`,
    );
  return { endpoint: `${url.origin}/${bucket}`, prefix: prefix.map((part) => `${part}/`).join('') };
}

class FolderPlace implements BackupPlace {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async names(folder: string): Promise<string[]> {
    const root = join(this.#root, folder);
    if (!existsSync(root)) return [];
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.endsWith(HALF))
      .map(({ parentPath, name }) => relative(this.#root, join(parentPath, name)).replaceAll('\\', '/'));
  }

  async put(name: string, file: string): Promise<void> {
    const to = join(this.#root, name);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyFile(file, `${to}${HALF}`);
    await sync(`${to}${HALF}`);
    await rename(`${to}${HALF}`, to);
    await sync(dirname(to));
  }

  async get(name: string): Promise<AsyncIterable<Uint8Array>> {
    const file = join(this.#root, name);
    if (!existsSync(file)) throw missing(name);
    return createReadStream(file);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#root, name), { force: true });
  }
}

/** Ends the name of a file that is being written. */
const HALF = '.half';

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const TRIES = 3;

class BucketPlace implements BackupPlace {
  readonly #bucket: S3mini;
  readonly #prefix: string;

  constructor(bucket: S3mini, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async names(folder: string): Promise<string[]> {
    const listed = await tried(() => this.#bucket.listObjects('/', `${this.#prefix}${folder}/`));
    return (listed ?? []).map(({ Key }) => Key.slice(this.#prefix.length));
  }

  async put(name: string, file: string): Promise<void> {
    await tried(async () => this.#bucket.putAnyObject(`${this.#prefix}${name}`, await openAsBlob(file)));
  }

  async get(name: string): Promise<AsyncIterable<Uint8Array>> {
    const answer = await tried(() => this.#bucket.getObjectResponse(`${this.#prefix}${name}`));
    if (!answer?.ok) throw missing(name);
    return answer.body
      ? Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])
      : Readable.from([]);
  }

  async remove(name: string): Promise<void> {
    await tried(() => this.#bucket.deleteObject(`${this.#prefix}${name}`));
  }
}

/** What a network does not do at once it may do a moment later. Throws {@link BackupError}. */
async function tried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let time = 1; ; time += 1)
    try {
      return await work();
    } catch (cause) {
      if (time === TRIES)
        throw new BackupError(
          `The bucket does not answer as it should: ${(cause as Error).message} Look at its address and its keys, then run the command again: it goes on from what is there.`,
          { cause },
        );
      await new Promise((resolve) => setTimeout(resolve, 300 * time));
    }
}

function missing(name: string): BackupError {
  return new BackupError(`The backup has no file ${name}. Take another snapshot of it with --at.`);
}
