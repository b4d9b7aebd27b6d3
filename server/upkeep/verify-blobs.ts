/**
 * Reads every stored file now and then and compares it with its hash, a little at a time, so that damage is known while a backup
 * still has the file. What a repair moved aside earlier and is missed comes back by itself. Deletes nothing.
 */
import { existsSync, statSync } from 'node:fs';
import { asc, gt } from 'drizzle-orm';
import type { Logger } from 'pino';
import { findBlob } from '../../db/blob-rows.ts';
import { type BlobStore, hashOfFile } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import { Quarantine } from '../../db/folder/quarantine.ts';
import { blobs } from '../../db/schema.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';

const INTERVAL_MS = 60_000;
const FILES_AT_ONCE = 200;
const BYTES_AT_ONCE = 64_000_000;
/** How long after the beginning of a pass the next one begins. */
const PASS_MS = 7 * 24 * 60 * 60 * 1000;

const PASS = 'blobs.pass';

interface Pass {
  /** The last hash that was compared. */
  after: string;
  startedAt: number;
}

/** Compares stored files with their hashes, from where an earlier server stopped. */
export class BlobCheck {
  /** Hashes whose file is missing or others' bytes, as of the newest look. */
  readonly faulty = new Set<string>();
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(parts: { db: Database; blobs: BlobStore; log: Logger }) {
    this.#db = parts.db;
    this.#blobs = parts.blobs;
    this.#log = parts.log;
  }

  start(): this {
    this.#timer = setInterval(() => {
      this.checkSome().catch((error: unknown) =>
        this.#log.error({ err: error }, 'stored files could not be compared'),
      );
    }, INTERVAL_MS).unref();
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Compares the next files; true at the end of a pass, and while the next one is not due. */
  async checkSome(now = Date.now()): Promise<boolean> {
    if (this.#busy || this.#db.loss()) return false;
    this.#busy = true;
    try {
      return await this.#check(now);
    } finally {
      this.#busy = false;
    }
  }

  async #check(now: number): Promise<boolean> {
    const db = this.#db;
    const stored = readSetting<Pass | null>(db, PASS, null);
    const isOver = stored?.after === END;
    // A clock that was ahead once keeps no pass from beginning.
    if (isOver && Math.abs(now - stored.startedAt) < PASS_MS) return true;
    const pass = stored && !isOver ? stored : { after: '', startedAt: now };
    const rows = db.orm
      .select({ sha256: blobs.sha256, sizeBytes: blobs.sizeBytes })
      .from(blobs)
      .where(gt(blobs.sha256, pass.after))
      .orderBy(asc(blobs.sha256))
      .limit(FILES_AT_ONCE)
      .all();
    let bytes = 0;
    let { after } = pass;
    for (const { sha256, sizeBytes } of rows) {
      if (bytes > BYTES_AT_ONCE) break;
      await this.#compare(sha256);
      after = sha256;
      bytes += sizeBytes;
    }
    const isEnd = rows.length < FILES_AT_ONCE && after === (rows.at(-1)?.sha256 ?? after);
    db.write(() => writeSetting(db, PASS, { ...pass, after: isEnd ? END : after } satisfies Pass));
    return isEnd;
  }

  async #compare(sha256: string): Promise<void> {
    const file = this.#blobs.fileOf(sha256);
    const isWhole = async (name: string) => existsSync(name) && (await hashOfFile(name)) === sha256;
    if ((await isWhole(file)) || (await this.#putBack(sha256))) {
      this.faulty.delete(sha256);
      return;
    }
    const isThere = statSync(file, { throwIfNoEntry: false }) !== undefined;
    // Purged while it was read.
    if (!findBlob(this.#db, sha256)) return;
    if (!this.faulty.has(sha256))
      this.#log.error(
        { hash: sha256, file, is: isThere ? 'damaged' : 'missing' },
        'a stored file is not what it was: put it back from a backup',
      );
    this.faulty.add(sha256);
  }

  /** From what a repair moved aside. */
  async #putBack(sha256: string): Promise<boolean> {
    if (this.#blobs.has(sha256)) return false;
    for (const file of new Quarantine(this.#blobs.dataFolder).find(sha256))
      if ((await hashOfFile(file)) === sha256) {
        this.#blobs.putBack(sha256, file);
        this.#log.warn({ hash: sha256 }, 'a stored file was missing and came back from quarantine');
        return true;
      }
    return false;
  }
}

/** Behind every hash. */
const END = 'g';
