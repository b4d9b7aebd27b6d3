/**
 * Tables of Palimpsest: a graph of versions (sessions, nodes, inputs, images) over a log of events, with blobs by hash.
 * The only source of row types. Knows neither HTTP nor the engine. The full-text tables stand in the migrations, since
 * Drizzle has no words for them. After a change: `npm exec drizzle-kit generate -- --config db/drizzle.config.ts`.
 */
import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

/** What made the pictures of a node, complete: the same recipe on the same inputs gives the same bytes. */
export interface RecipeRow {
  widthPx: number;
  heightPx: number;
  seed: number;
  steps: number;
  guidanceScale: number;
  count: number;
  layout: 'shared' | 'separate';
  chain?: 'exact' | 'pixels';
  renderTexts?: string[];
  modelName: string;
  modelDigest: string;
}

export type ElapsedMs = Partial<Record<'encode' | 'prior' | 'decode' | 'vae', number>>;

const cascade = { onDelete: 'cascade' } as const;

export const blobs = sqliteTable('blobs', {
  sha256: text().primaryKey(),
  sizeBytes: integer('size_bytes').notNull(),
  mediaType: text('media_type').notNull(),
  createdAt: integer('created_at').notNull(),
});

export const sessions = sqliteTable(
  'sessions',
  {
    id: text().primaryKey(),
    owner: text().notNull(),
    title: text().notNull(),
    /** Random; the default seed of a turn is a hash of this and the node. */
    seed: text().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
    /** Picture that the next edit starts from. */
    headImageId: text('head_image_id').references((): AnySQLiteColumn => images.id, { onDelete: 'set null' }),
    /** Highest node position and picture version ever given out; neither is used twice. */
    lastPosition: integer('last_position').notNull().default(0),
    lastVersion: integer('last_version').notNull().default(0),
  },
  (table) => [index('sessions_by_update').on(table.owner, table.updatedAt)],
);

export const nodes = sqliteTable(
  'nodes',
  {
    id: text().primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, cascade),
    /** 1, 2, 3, … within the session: order that does not depend on a clock. */
    position: integer().notNull(),
    kind: text({ enum: ['upload', 'generate', 'edit'] }).notNull(),
    prompt: text().notNull(),
    recipe: text({ mode: 'json' }).$type<RecipeRow>(),
    state: text({ enum: ['active', 'disabled'] })
      .notNull()
      .default('active'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [uniqueIndex('nodes_by_session').on(table.sessionId, table.position)],
);

/** The edges of the graph. A parent is always older than its node, so there is no cycle. */
export const inputs = sqliteTable(
  'inputs',
  {
    nodeId: text('node_id')
      .notNull()
      .references(() => nodes.id, cascade),
    position: integer().notNull(),
    /** A fact of history: may outlive the picture's session, hence no foreign key; `pixelsBlob` keeps the turn repeatable. */
    imageId: text('image_id').notNull(),
    role: text({ enum: ['target', 'reference', 'style', 'mask'] }).notNull(),
    pixelsBlob: text('pixels_blob')
      .notNull()
      .references(() => blobs.sha256),
  },
  (table) => [
    primaryKey({ columns: [table.nodeId, table.position] }),
    index('inputs_by_image').on(table.imageId),
    index('inputs_by_blob').on(table.pixelsBlob),
  ],
);

export const images = sqliteTable(
  'images',
  {
    id: text().primaryKey(),
    nodeId: text('node_id')
      .notNull()
      .references(() => nodes.id, cascade),
    index: integer().notNull(),
    /** v1, v2, … within the session. */
    version: integer().notNull(),
    pixelsBlob: text('pixels_blob')
      .notNull()
      .references(() => blobs.sha256),
    /** Final latent and prior tokens as safetensors; absent for uploads. */
    latentBlob: text('latent_blob').references(() => blobs.sha256),
    priorBlob: text('prior_blob').references(() => blobs.sha256),
    /** The uploaded file as it came. */
    originalBlob: text('original_blob').references(() => blobs.sha256),
    widthPx: integer('width_px').notNull(),
    heightPx: integer('height_px').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('images_by_node').on(table.nodeId, table.index),
    index('images_by_pixels').on(table.pixelsBlob),
    index('images_by_latent').on(table.latentBlob),
    index('images_by_prior').on(table.priorBlob),
    index('images_by_original').on(table.originalBlob),
  ],
);

export const jobs = sqliteTable(
  'jobs',
  {
    id: text().primaryKey(),
    nodeId: text('node_id')
      .notNull()
      .references(() => nodes.id, cascade),
    owner: text().notNull(),
    state: text({ enum: ['queued', 'running', 'interrupted', 'done', 'failed', 'cancelled'] }).notNull(),
    /** Runs started since it was last asked for; a run that a shutdown cut short is not counted. */
    attempt: integer().notNull().default(0),
    /** Place in its owner's line; lower goes first. */
    priority: real().notNull(),
    checkpointBlob: text('checkpoint_blob').references(() => blobs.sha256),
    idempotencyKey: text('idempotency_key').notNull(),
    /** SHA-256 of the request that the key belongs to. */
    fingerprint: text().notNull(),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    elapsedMs: text('elapsed_ms', { mode: 'json' }).$type<ElapsedMs>(),
    createdAt: integer('created_at').notNull(),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
  },
  (table) => [
    uniqueIndex('jobs_by_key').on(table.owner, table.idempotencyKey),
    uniqueIndex('jobs_by_node').on(table.nodeId),
    index('jobs_by_checkpoint').on(table.checkpointBlob),
    index('jobs_waiting').on(table.owner, table.priority).where(sql`state IN ('queued', 'interrupted')`),
  ],
);

export const events = sqliteTable(
  'events',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    /** No foreign key: `session.deleted` outlives its session. */
    sessionId: text('session_id').notNull(),
    jobId: text('job_id'),
    type: text().notNull(),
    payload: text({ mode: 'json' }).$type<unknown>().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    index('events_by_session').on(table.sessionId, table.seq),
    index('events_by_job').on(table.jobId, table.type).where(sql`job_id IS NOT NULL`),
    index('events_of_sessions').on(table.seq).where(sql`type LIKE 'session.%'`),
  ],
);

/** What full-text search finds: one row per prompt and per title, words already separated (Chinese has no spaces). */
export const searchTexts = sqliteTable(
  'search_texts',
  {
    id: integer().primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, cascade),
    /** Null for the session's title. */
    nodeId: text('node_id').references(() => nodes.id, cascade),
    words: text().notNull(),
  },
  (table) => [
    index('search_texts_by_session').on(table.sessionId),
    uniqueIndex('search_texts_by_node').on(table.nodeId),
  ],
);
