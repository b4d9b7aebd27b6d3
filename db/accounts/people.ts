/** People and their one-time links as rows. Knows no password's form and no request. */
import { and, asc, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import type { Role } from '../../studio/people/people.ts';
import { sha256Of } from '../blobs.ts';
import type { Database } from '../database.ts';
import { newId } from '../ids.ts';
import { credentials, links, logins, users } from '../schema.ts';

export type PersonRow = typeof users.$inferSelect;

/** How long a one-time link can be used. */
const LINK_MS = 3 * 24 * 60 * 60 * 1000;

const hashOf = (token: string): string => sha256Of(Buffer.from(token));

/** Whether anybody has an account. */
export function hasPeople(db: Database): boolean {
  return db.orm.select({ id: users.id }).from(users).limit(1).get() !== undefined;
}

export function findPerson(db: Database, id: string): PersonRow | undefined {
  return db.orm.select().from(users).where(eq(users.id, id)).get();
}

export function findPersonByEmail(db: Database, email: string): PersonRow | undefined {
  return db.orm.select().from(users).where(eq(users.email, email.toLowerCase())).get();
}

/** Everybody, in the order in which they came. */
export function allPeople(db: Database): PersonRow[] {
  return db.orm.select().from(users).orderBy(asc(users.createdAt), asc(users.id)).all();
}

/** Adds somebody; inside of `write`. */
export function insertPerson(
  db: Database,
  { id = newId(), name, email, role }: { id?: string; name: string; email: string; role: Role },
): PersonRow {
  const now = new Date(db.now());
  return db.orm
    .insert(users)
    .values({ id, name, email: email.toLowerCase(), role, createdAt: now, updatedAt: now })
    .returning()
    .get();
}

/** Changes the role of somebody, or since when they are blocked; inside of `write`. */
export function changePerson(
  db: Database,
  id: string,
  change: Partial<Pick<PersonRow, 'role' | 'blockedAt'>>,
): PersonRow | undefined {
  return db.orm
    .update(users)
    .set({ ...change, updatedAt: new Date(db.now()) })
    .where(eq(users.id, id))
    .returning()
    .get();
}

/** Administrators that may come in, besides one. */
export function otherAdmins(db: Database, id: string): number {
  return db.orm
    .select({ count: sql<number>`count(*)` })
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.blockedAt), ne(users.id, id)))
    .get()!.count;
}

/** Stores the hash of a password in place of the one before; inside of `write`. */
export function setPassword(db: Database, userId: string, password: string): void {
  const now = new Date(db.now());
  db.orm
    .insert(credentials)
    .values({
      ...{ id: newId(), userId, providerId: 'credential', accountId: userId, password },
      ...{ createdAt: now, updatedAt: now },
    })
    .onConflictDoUpdate({
      target: [credentials.providerId, credentials.accountId],
      set: { password, updatedAt: now },
    })
    .run();
}

/** Signs every browser of somebody out; inside of `write`. */
export function dropLogins(db: Database, userId: string): void {
  db.orm.delete(logins).where(eq(logins.userId, userId)).run();
}

/** Makes a one-time link of a token; an earlier one of the same person goes. Inside of `write`. */
export function insertLink(db: Database, userId: string, token: string): void {
  db.orm.delete(links).where(eq(links.userId, userId)).run();
  db.orm
    .insert(links)
    .values({ hash: hashOf(token), userId, expiresAt: db.now() + LINK_MS })
    .run();
}

/** Uses a one-time link up, and answers whose it was; undefined where it is none. Inside of `write`. */
export function takeLink(db: Database, token: string): PersonRow | undefined {
  const taken = db.orm
    .delete(links)
    .where(and(eq(links.hash, hashOf(token)), gt(links.expiresAt, db.now())))
    .returning()
    .get();
  return taken && findPerson(db, taken.userId);
}
