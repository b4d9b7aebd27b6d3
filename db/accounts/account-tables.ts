/**
 * Tables of people: who they are, how they sign in, their keys, what they used, and what was done that an operator may have to look
 * up. Those of `better-auth` have its columns under our names. Empty while there are no accounts.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { AUDITED, type RIGHTS, ROLES } from '../../studio/people/people.ts';

const cascade = { onDelete: 'cascade' } as const;
const time = (name: string) => integer(name, { mode: 'timestamp_ms' });

/** People; the id of each is the owner of their sessions. */
export const users = sqliteTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** In lower case. */
  email: text().notNull().unique(),
  emailVerified: integer('email_verified', { mode: 'boolean' }).notNull().default(false),
  image: text(),
  role: text({ enum: ROLES }).notNull().default('member'),
  /** Since when they may not come in; what is theirs stays. */
  blockedAt: integer('blocked_at'),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
});

/** Browsers that are signed in. */
export const logins = sqliteTable(
  'logins',
  {
    id: text().primaryKey(),
    token: text().notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, cascade),
    expiresAt: time('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [index('logins_by_user').on(table.userId)],
);

/** Ways in which people prove who they are: a password (hashed), or an account elsewhere. */
export const credentials = sqliteTable(
  'credentials',
  {
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, cascade),
    providerId: text('provider_id').notNull(),
    accountId: text('account_id').notNull(),
    password: text(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: time('access_token_expires_at'),
    refreshTokenExpiresAt: time('refresh_token_expires_at'),
    scope: text(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    index('credentials_by_user').on(table.userId),
    uniqueIndex('credentials_by_account').on(table.providerId, table.accountId),
  ],
);

/** What `better-auth` remembers for minutes, such as the state of a sign-in elsewhere. */
export const verifications = sqliteTable(
  'verifications',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: time('expires_at').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [index('verifications_by_identifier').on(table.identifier)],
);

/** One-time links by which someone sets a password. */
export const links = sqliteTable('links', {
  /** SHA-256 of what stands in the link. */
  hash: text().primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => users.id, cascade),
  expiresAt: integer('expires_at').notNull(),
});

/** Keys of programs. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, cascade),
    name: text().notNull(),
    /** SHA-256 of the key, which is shown once and kept nowhere. */
    hash: text().notNull().unique(),
    /** How the key begins, to be known again. */
    beginning: text().notNull(),
    scopes: text({ mode: 'json' }).$type<(typeof RIGHTS)[number][]>().notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [index('api_keys_by_user').on(table.userId)],
);

/** What the engines worked for an owner, by day of UTC as `2026-11-28`. */
export const usage = sqliteTable(
  'usage',
  {
    owner: text().notNull(),
    day: text().notNull(),
    engineMs: integer('engine_ms').notNull(),
    jobs: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.day] })],
);

/** What was done that an operator may have to look up. Append only; no foreign keys, since it outlives what it is about. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    what: text({ enum: AUDITED }).notNull(),
    /** Id of the user who did it; null where nobody was signed in. */
    userId: text('user_id'),
    address: text().notNull(),
    /** The session, key or person that it is about, or the e-mail address that was tried. */
    about: text(),
  },
  (table) => [index('audit_by_user').on(table.userId, table.id).where(sql`user_id IS NOT NULL`)],
);
