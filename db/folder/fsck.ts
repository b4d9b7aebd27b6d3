/**
 * Whether a data folder is whole: the database file, its references, and every blob against its row and its hash. What no
 * row names and what is damaged can be moved aside; what a row names and is not there comes back from what was moved aside
 * before, or can only be reported. Nothing is deleted. Knows no meaning of any row.
 */
import { readFileSync, statSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { deleteUnreferencedBlobs, unusedBlobs } from '../blob-rows.ts';
import { BlobDamagedError, type BlobStore, sha256Of } from '../blobs.ts';
import type { Database } from '../database.ts';
import { blobs } from '../schema.ts';
import { endingOf } from './loss.ts';
import { Quarantine, type QuarantineReason } from './quarantine.ts';

export interface FsckReport {
  /** Faults that SQLite finds in its file. */
  database: string[];
  /** Rows that name a row which is not there. */
  dangling: string[];
  /** Blobs that a row names and whose bytes are not there. */
  missing: string[];
  /** Blobs whose size is not that of their row, and, where reading every byte was asked for, whose bytes are not what their name says. */
  damaged: string[];
  /** Files that no row names. */
  orphans: string[];
  /** Rows of blobs that nothing uses. */
  unused: string[];
  /** Those among all of these whose files were moved aside. */
  quarantined: string[];
  /** Those among the missing that were put back from what was moved aside earlier. */
  restored: string[];
}

export interface FsckOptions {
  /** Read every blob and compare its hash. */
  deep?: boolean;
  /** Put back what was moved aside and is missed; move aside orphans, damaged files, and unused blobs that are older than `graceMs`. */
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
    quarantined: [],
    restored: [],
  };
  for (const { sha256, sizeBytes } of rows)
    if (await isDamaged(store, sha256, sizeBytes, deep)) report.damaged.push(sha256);
  if (repair) mend(db, store, report, graceMs);
  return report;
}

/** Whether a report has nothing that the user would want to know; what the repair has mended is none of it. */
export function isWhole({
  database,
  dangling,
  missing,
  damaged,
  orphans,
  quarantined,
  restored,
}: FsckReport): boolean {
  const moved = new Set(quarantined);
  const back = new Set(restored);
  const left = [missing.filter((each) => !back.has(each)), orphans.filter((each) => !moved.has(each))];
  return [database, dangling, damaged, ...left].every((list) => list.length === 0);
}

function mend(db: Database, store: BlobStore, report: FsckReport, graceMs: number): void {
  const quarantine = new Quarantine(store.dataFolder);
  report.restored = report.missing.filter((sha256) => putBack(store, quarantine, sha256));
  const aside = (hashes: readonly string[], why: QuarantineReason) => {
    for (const sha256 of hashes) {
      if (!store.has(sha256)) continue;
      const file = store.fileOf(sha256);
      quarantine.move(file, `${sha256}${endingOf(readFileSync(file))}`, why);
      report.quarantined.push(sha256);
    }
  };
  aside(report.orphans, 'no_row');
  aside(report.damaged, 'damaged');
  const old = report.unused.filter((sha256) => isOlder(store, sha256, graceMs));
  aside(
    db.write(() => deleteUnreferencedBlobs(db, old)),
    'unused',
  );
}

/** Whether a file with these bytes had been moved aside, and is in its place again. */
function putBack(store: BlobStore, quarantine: Quarantine, sha256: string): boolean {
  const whole = quarantine.find(sha256).find((file) => sha256Of(readFileSync(file)) === sha256);
  if (!whole) return false;
  store.putBack(sha256, whole);
  return true;
}

async function isDamaged(
  store: BlobStore,
  sha256: string,
  sizeBytes: number,
  deep: boolean,
): Promise<boolean> {
  const size = store.sizeOf(sha256);
  if (size === undefined) return false;
  if (size !== sizeBytes) return true;
  if (!deep) return false;
  try {
    await store.verify(sha256);
    return false;
  } catch (error) {
    if (error instanceof BlobDamagedError) return true;
    throw error;
  }
}

/** By the file's own time, in either direction: a clock that was wrong once makes nothing young for years. */
function isOlder(store: BlobStore, sha256: string, graceMs: number): boolean {
  const file = statSync(store.fileOf(sha256), { throwIfNoEntry: false });
  return file === undefined || Math.abs(Date.now() - file.mtimeMs) >= graceMs;
}
