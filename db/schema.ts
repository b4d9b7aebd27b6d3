/**
 * Tables of Palimpsest: a graph of versions (sessions, turns, inputs, pictures) over a log of events, with blobs by hash.
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
import type { Plan, Said, StepOutcome, TurnSettings } from '../studio/agent/actions.ts';
import type { MessageReading } from '../studio/agent/message-reading.ts';
import type { Drift, ElapsedMs, Recipe } from '../studio/recipe.ts';
import type { ContextNote } from '../studio/refusal.ts';
import {
  INPUT_ROLES,
  JOB_STATES,
  OPERATION_KINDS,
  RUNNABLE,
  TURN_KINDS,
  TURN_MODES,
  TURN_STATES,
  type TurnState,
} from '../studio/vocabulary.ts';

export * from './accounts/account-tables.ts';

/** A job that starts as soon as there is room: in literals, as an index with a condition asks for it. */
export const isRunnable = sql.raw(`state IN (${RUNNABLE.map((state) => `'${state}'`).join(', ')})`);
/** A message of which not every step was taken: in one spelling, as an index with a condition asks for it. */
export const hasStepsLeft = sql.raw('json_array_length(outcomes) < json_array_length(plan)');
const cascade = { onDelete: 'cascade' } as const;

/** A field that an operation changed: of the session, or the state of a turn. */
export type Change =
  | { field: 'title'; before: string; after: string }
  | { field: 'archivedAt'; before: number | null; after: number | null }
  | { field: 'headPictureId'; before: string | null; after: string | null }
  | { field: 'state'; turnId: string; before: TurnState; after: TurnState };

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
    /** Random. The default seed of a turn is a hash of this and of the turn's id. */
    seed: text().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
    /** Asked to be deleted then; purged after a grace period, until which it can be restored. */
    deletedAt: integer('deleted_at'),
    /** Stands above the others of the list since then. */
    pinnedAt: integer('pinned_at'),
    /** Names under which its owner finds it, in the order in which they were given. */
    tags: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    /** Picture that the next edit starts from. */
    headPictureId: text('head_picture_id').references((): AnySQLiteColumn => pictures.id, {
      onDelete: 'set null',
    }),
    /** Highest turn position and picture version ever given out; neither is used twice. */
    lastPosition: integer('last_position').notNull().default(0),
    lastVersion: integer('last_version').notNull().default(0),
  },
  (table) => [index('sessions_by_update').on(table.owner, table.updatedAt, table.id)],
);

export const turns = sqliteTable(
  'turns',
  {
    id: text().primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, cascade),
    /** 1, 2, 3, … within the session: order that does not depend on a clock. */
    position: integer().notNull(),
    kind: text({ enum: TURN_KINDS }).notNull(),
    mode: text({ enum: TURN_MODES }),
    /** As it was typed. */
    prompt: text().notNull(),
    /** As the model reads it; null where that is the same. */
    sentPrompt: text('sent_prompt'),
    recipe: text({ mode: 'json' }).$type<Recipe>(),
    state: text({ enum: TURN_STATES }).notNull().default('active'),
    /** The turn that this one stands in for since a replay. A fact of history, hence no foreign key. */
    replaces: text(),
    /** The operation that made it; undo takes back all turns of the same batch together. */
    batch: text(),
    /** What was said of it when it was asked for, by the list of the model of then; null in rows of older versions. */
    warnings: text({ mode: 'json' }).$type<readonly ContextNote[]>(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [uniqueIndex('turns_by_session').on(table.sessionId, table.position)],
);

/** The edges of the graph. A parent is always older than its turn, so there is no cycle. */
export const inputs = sqliteTable(
  'inputs',
  {
    turnId: text('turn_id')
      .notNull()
      .references(() => turns.id, cascade),
    position: integer().notNull(),
    /**
     * A fact of history: may outlive the picture's session, hence no foreign key; `pixelsBlob` keeps the turn repeatable.
     * The id that a picture will have where it is not made yet; the blob's hash for a mask.
     */
    pictureId: text('picture_id').notNull(),
    role: text({ enum: INPUT_ROLES }).notNull(),
    /** The turn that makes or made it; null for a mask, and in rows of older versions. No foreign key either. */
    madeBy: text('made_by'),
    /** Null until the picture is made. */
    pixelsBlob: text('pixels_blob').references(() => blobs.sha256),
  },
  (table) => [
    primaryKey({ columns: [table.turnId, table.position] }),
    index('inputs_by_picture').on(table.pictureId),
    index('inputs_by_blob').on(table.pixelsBlob),
    index('inputs_unmade').on(table.turnId, table.madeBy).where(sql`pixels_blob IS NULL`),
  ],
);

export const pictures = sqliteTable(
  'pictures',
  {
    id: text().primaryKey(),
    turnId: text('turn_id')
      .notNull()
      .references(() => turns.id, cascade),
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
    /** How far an edit moved from where it came from; null until measured, and for a picture that edits nothing. */
    drift: text({ mode: 'json' }).$type<Drift>(),
    /** Marked as a favourite then. */
    favouriteAt: integer('favourite_at'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('pictures_by_turn').on(table.turnId, table.index),
    index('pictures_by_creation').on(table.createdAt, table.id),
    index('pictures_favourite').on(table.createdAt, table.id).where(sql`favourite_at IS NOT NULL`),
    index('pictures_by_pixels').on(table.pixelsBlob),
    index('pictures_by_latent').on(table.latentBlob),
    index('pictures_by_prior').on(table.priorBlob),
    index('pictures_by_original').on(table.originalBlob),
  ],
);

export const jobs = sqliteTable(
  'jobs',
  {
    id: text().primaryKey(),
    turnId: text('turn_id')
      .notNull()
      .references(() => turns.id, cascade),
    owner: text().notNull(),
    /** Name of the engine that is to draw it; null in rows of older versions, which any engine may draw. */
    engine: text(),
    state: text({ enum: JOB_STATES }).notNull(),
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
    uniqueIndex('jobs_by_turn').on(table.turnId),
    index('jobs_by_checkpoint').on(table.checkpointBlob),
    index('jobs_waiting').on(table.owner, table.priority).where(isRunnable),
  ],
);

export const events = sqliteTable(
  'events',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    /** No foreign key: `session.purged` outlives its session. */
    sessionId: text('session_id').notNull(),
    /** Whose session it is, for as long as the log; of the queue's own events nobody's. Rows of older versions are the local owner's. */
    owner: text().notNull().default('local'),
    jobId: text('job_id'),
    type: text().notNull(),
    payload: text({ mode: 'json' }).$type<unknown>().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    index('events_by_session').on(table.sessionId, table.seq),
    index('events_by_job').on(table.jobId, table.type).where(sql`job_id IS NOT NULL`),
    index('events_of_sessions').on(table.owner, table.seq).where(sql`type LIKE 'session.%'`),
  ],
);

/** Texts of full-text search: one row per prompt and per title, words already separated (Chinese has no spaces). */
export const searchTexts = sqliteTable(
  'search_texts',
  {
    id: integer().primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, cascade),
    /** Null for the session's title. */
    turnId: text('turn_id').references(() => turns.id, cascade),
    words: text().notNull(),
    /** Words of the turns that it goes back to, and those that are drawn in its pictures: found in the gallery alone. */
    branch: text().notNull().default(''),
  },
  (table) => [
    index('search_texts_by_session').on(table.sessionId),
    uniqueIndex('search_texts_by_turn').on(table.turnId),
  ],
);

/**
 * Operations on a session, so that they can be undone: append only. `changes` holds what each field was and became; an
 * undo or redo is a row of its own, in the batch of the rows that it takes back or does again.
 */
export const operations = sqliteTable(
  'operations',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, cascade),
    kind: text({ enum: [...OPERATION_KINDS, 'undo', 'redo'] }).notNull(),
    turnId: text('turn_id'),
    changes: text({ mode: 'json' }).$type<Change[]>().notNull(),
    /** Rows of one batch that follow one another are undone together. */
    batch: text().notNull(),
    /** Highest turn position of the session at that time: an order that does not depend on a clock. */
    position: integer().notNull(),
    at: integer().notNull(),
  },
  (table) => [index('operations_by_session').on(table.sessionId, table.seq)],
);

/**
 * Messages that were read: the plan that was made of each and what came of its steps, so that nothing that happens later asks for
 * another reading.
 */
export const messages = sqliteTable(
  'messages',
  {
    id: text().primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, cascade),
    owner: text().notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    /** SHA-256 of the request that the key belongs to. */
    fingerprint: text().notNull(),
    /** As it was typed. */
    text: text().notNull(),
    /** Empty while a language model reads it. */
    plan: text({ mode: 'json' }).$type<Plan>().notNull(),
    /** How a language model read it; null where none was named, and in rows of older versions. */
    reading: text({ mode: 'json' }).$type<MessageReading>(),
    /** One for each step that was taken, in order. */
    outcomes: text({ mode: 'json' }).$type<StepOutcome[]>().notNull(),
    /** The words of its answers and questions; empty in rows of older versions. */
    said: text({ mode: 'json' }).$type<Said[]>().notNull().default([]),
    /** What was set beside the message, for its steps that draw. */
    settings: text({ mode: 'json' }).$type<TurnSettings>().notNull().default({}),
    /** How often its plan was changed: part of the key of each step. */
    revision: integer().notNull().default(0),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('messages_by_key').on(table.owner, table.idempotencyKey),
    index('messages_by_session').on(table.sessionId, table.createdAt),
    index('messages_unfinished').on(table.id).where(hasStepsLeft),
  ],
);

/** Masks that were painted, by owner: until a message takes one, no other row names its bytes. */
export const masks = sqliteTable(
  'masks',
  {
    owner: text().notNull(),
    sha256: text()
      .notNull()
      .references(() => blobs.sha256, cascade),
  },
  (table) => [primaryKey({ columns: [table.owner, table.sha256] }), index('masks_by_blob').on(table.sha256)],
);

/** Settings that the server keeps, such as whether the queue is paused. */
export const settings = sqliteTable('settings', {
  key: text().primaryKey(),
  value: text({ mode: 'json' }).$type<unknown>().notNull(),
});

/** Measured stages of runs, from which times left are learned. */
export const stageTimes = sqliteTable(
  'stage_times',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Model, stage and size class. */
    key: text().notNull(),
    /** Milliseconds of one unit of the stage, on average over the run. */
    unitMs: real('unit_ms').notNull(),
  },
  (table) => [index('stage_times_by_key').on(table.key, table.id)],
);
