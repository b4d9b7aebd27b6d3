/** Keys of programs as rows: only their hashes. A key is 256 random bits, so a plain hash is as good as a slow one. */
import { randomBytes } from 'node:crypto';
import { and, desc, eq } from 'drizzle-orm';
import type { Right } from '../../studio/people/people.ts';
import { sha256Of } from '../blobs.ts';
import type { Database } from '../database.ts';
import { newId } from '../ids.ts';
import { apiKeys } from '../schema.ts';
import { findPerson, type PersonRow } from './people.ts';

export type KeyRow = typeof apiKeys.$inferSelect;

/** By which scanners of source code know one of our keys. */
const PREFIX = 'palimpsest_';
const SHOWN_SIGNS = PREFIX.length + 6;
/** A key that is in use is not written at each request. */
const USE_STEP_MS = 60_000;

/** Makes a key; inside of `write`. It is answered once and kept nowhere. */
export function insertKey(
  db: Database,
  userId: string,
  { name, scopes }: { name: string; scopes: Right[] },
): { key: string; row: KeyRow } {
  const key = PREFIX + randomBytes(32).toString('base64url');
  const row = db.orm
    .insert(apiKeys)
    .values({
      ...{ id: newId(), userId, name, scopes, hash: sha256Of(Buffer.from(key)) },
      ...{ beginning: key.slice(0, SHOWN_SIGNS), createdAt: db.now() },
    })
    .returning()
    .get();
  return { key, row };
}

/** Keys of somebody, newest first. */
export function keysOf(db: Database, userId: string): KeyRow[] {
  return db.orm.select().from(apiKeys).where(eq(apiKeys.userId, userId)).orderBy(desc(apiKeys.id)).all();
}

/** The row of a key and whose it is; the use is noted. */
export function findKey(db: Database, key: string): { row: KeyRow; person: PersonRow } | undefined {
  const row = db.orm
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.hash, sha256Of(Buffer.from(key))))
    .get();
  const person = row && findPerson(db, row.userId);
  if (!person) return undefined;
  const now = Date.now();
  if (now - (row.lastUsedAt ?? 0) >= USE_STEP_MS)
    db.write(() => db.orm.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, row.id)).run());
  return { row, person };
}

/** Revokes a key of somebody; false where they have none of this id. Inside of `write`. */
export function dropKey(db: Database, userId: string, id: string): boolean {
  return (
    db.orm
      .delete(apiKeys)
      .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, userId)))
      .run().changes > 0
  );
}
