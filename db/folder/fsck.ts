/**
 * Whether a data folder is whole: the database file, its references, and every blob against its row and its hash. A file that no
 * row names can be dropped; a file that a row names and that is missing can only be reported. Knows no meaning of rows.
 */
import { sql } from 'drizzle-orm';
import { deleteUnreferencedBlobs, findBlob, unusedBlobs } from '../blob-rows.ts';
import { type BlobStore, sha256Of } from '../blobs.ts';
import type { Database } from '../database.ts';
import { blobs } from '../schema.ts';

export interface FsckReport {
  /** Faults that SQLite finds in its file. */
  database: string[];
  /** Rows that name a row which is not there. */
  dangling: string[];
  /** Blobs that a row names and whose bytes are not there. */
  missing: string[];
  /** Blobs whose bytes are not what their name says; only looked for when reading every byte was asked for. */
  damaged: string[];
  /** Files that no row names. */
  orphans: string[];
  /** Rows of blobs that nothing uses. */
  unused: string[];
}

export interface FsckOptions {
  /** Read every blob and compare its hash. */
  deep?: boolean;
  /** Drop orphans, and unused blobs that are older than `graceMs`. */
  repair?: boolean;
  /** Least age of a dropped row: a mask is kept before the message that uses it. */
  graceMs?: number;
}

const GRACE_MS = 24 * 60 * 60 * 1000;

/** Checks a data folder that no server is using; with `repair`, drops the files and rows that nothing uses. */
export async function fsck(
  db: Database,
  store: BlobStore,
  { deep = false, repair = false, graceMs = GRACE_MS }: FsckOptions = {},
): Promise<FsckReport> {
  const rows = db.orm.select().from(blobs).all();
  const named = new Set(rows.map(({ sha256 }) => sha256));
  const report: FsckReport = {
    database: db.orm
      .all<{ integrity_check: string }>(sql`PRAGMA integrity_check`)
      .map((row) => row.integrity_check)
      .filter((message) => message !== 'ok'),
    dangling: db.orm
      .all<{ table: string; rowid: number; parent: string }>(sql`PRAGMA foreign_key_check`)
      .map(({ table, rowid, parent }) => `${table} ${rowid} names no row of ${parent}`),
    missing: rows.map(({ sha256 }) => sha256).filter((sha256) => !store.has(sha256)),
    damaged: [],
    orphans: [...store.all()].filter((sha256) => !named.has(sha256)).sort(),
    unused: unusedBlobs(db),
  };
  if (deep) for (const { sha256 } of rows) if (await isDamaged(store, sha256)) report.damaged.push(sha256);
  if (repair) {
    store.drop(report.orphans);
    const old = report.unused.filter((sha256) => isOlder(db, sha256, graceMs));
    store.drop(db.write(() => deleteUnreferencedBlobs(db, old)));
  }
  return report;
}

/** Whether a report names no fault; files and rows that nothing uses are none. */
export function isWhole({ database, dangling, missing, damaged }: FsckReport): boolean {
  return [database, dangling, missing, damaged].every((list) => list.length === 0);
}

async function isDamaged(store: BlobStore, sha256: string): Promise<boolean> {
  return store.has(sha256) && sha256Of(await store.read(sha256)) !== sha256;
}

function isOlder(db: Database, sha256: string, graceMs: number): boolean {
  const row = findBlob(db, sha256);
  return row !== undefined && row.createdAt <= db.now() - graceMs;
}
