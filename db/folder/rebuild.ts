/**
 * A database in place of one that is lost or damaged: what can still be read of it, else the newest whole copy, else an empty one;
 * then what the labels beside the pictures know and it does not. What was there goes into quarantine.
 */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { copiesIn, type DatabaseCopy } from './copies.ts';
import { type LabelReport, takeLabels } from './labels.ts';
import { DATABASE_FILE, holding, moveDatabaseAside } from './loss.ts';
import { openDatabase } from './open-database.ts';
import { type Salvaged, salvage } from './salvage.ts';

/** What a rebuilt database was made of. */
export interface Rebuilt {
  /** By table, of the damaged database; undefined where nothing of it could be read, or a copy had more. */
  salvaged: Salvaged[] | undefined;
  copy: DatabaseCopy | undefined;
  labels: LabelReport;
  /** Sessions of which only turns were left. */
  standIns: number;
  /** Rows that named what is lost, by table. */
  dropped: Record<string, number>;
}

/** Makes a folder's database anew. Throws `DataFolderError`, and what the disk throws. */
export function rebuildDatabase(folder: string, why: 'database_lost' | 'database_damaged'): Rebuilt {
  const base = holding(folder, () => replace(folder, why));
  const db = openDatabase(folder, { isNew: true });
  try {
    const labels = takeLabels(db, folder);
    return { ...base, labels, ...mendReferences(db) };
  } finally {
    db.close();
  }
}

function replace(
  folder: string,
  why: 'database_lost' | 'database_damaged',
): Pick<Rebuilt, 'salvaged' | 'copy'> {
  const file = join(folder, DATABASE_FILE);
  const salvagedFile = join(folder, 'palimpsest.salvaged.sqlite');
  rmSync(salvagedFile, { force: true });
  const salvaged = existsSync(file) ? salvage(file, salvagedFile) : undefined;
  const copy = copiesIn(folder).findLast((each) => isWhole(each.file));
  const turns = salvaged?.find(({ table }) => table === 'turns' || table === 'nodes')?.rows ?? 0;
  const takesCopy = copy !== undefined && turnsIn(copy.file) > turns;
  moveDatabaseAside(folder, why);
  if (takesCopy) {
    rmSync(salvagedFile, { force: true });
    copyFileSync(copy.file, file);
    return { salvaged: undefined, copy };
  }
  if (salvaged) renameSync(salvagedFile, file);
  return { salvaged, copy: undefined };
}

function isWhole(file: string): boolean {
  try {
    const database = new BetterSqlite(file, { readonly: true });
    try {
      return database.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

function turnsIn(file: string): number {
  const database = new BetterSqlite(file, { readonly: true });
  try {
    const table = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'turns'`).get()
      ? 'turns'
      : 'nodes';
    return database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  } finally {
    database.close();
  }
}

/** Sessions that only their turns still name stand again; rows that name what is lost go. */
function mendReferences(db: Database): Pick<Rebuilt, 'standIns' | 'dropped'> {
  const dropped: Record<string, number> = {};
  return db.write(() => {
    const now = db.now();
    const standIns = db.orm.run(sql`
      INSERT INTO sessions (id, owner, title, seed, created_at, updated_at, last_position, last_version)
      SELECT session_id, coalesce((SELECT owner FROM jobs WHERE jobs.turn_id = turns.id), 'local'), '',
        hex(randomblob(16)), ${now}, ${now}, max(position),
        coalesce((SELECT max(version) FROM pictures JOIN turns AS own ON own.id = pictures.turn_id
          WHERE own.session_id = turns.session_id), 0)
      FROM turns WHERE session_id NOT IN (SELECT id FROM sessions) GROUP BY session_id`).changes;
    for (let left = dangling(db); left.length > 0; left = dangling(db))
      for (const { table, rowid } of left) {
        db.orm.run(sql`DELETE FROM ${sql.identifier(table)} WHERE rowid = ${rowid}`);
        dropped[table] = (dropped[table] ?? 0) + 1;
      }
    return { standIns, dropped };
  });
}

const dangling = (db: Database): { table: string; rowid: number }[] =>
  db.orm.all(sql`SELECT DISTINCT "table", rowid FROM pragma_foreign_key_check`);
