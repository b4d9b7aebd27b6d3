/** Messages of a session with their plans. Knows rows, not how a message is read. */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Plan, Said, StepOutcome } from '../studio/agent/actions.ts';
import type { MessageReading } from '../studio/agent/message-reading.ts';
import type { Database } from './database.ts';
import { hasStepsLeft, messages } from './schema.ts';

export type MessageRow = typeof messages.$inferSelect;

/** Adds a message of which no step was taken yet; inside of `write`. */
export function insertMessage(
  db: Database,
  message: Omit<MessageRow, 'outcomes' | 'revision' | 'createdAt'>,
): MessageRow {
  return db.orm
    .insert(messages)
    .values({ ...message, outcomes: [], createdAt: db.now() })
    .returning()
    .get();
}

/** Keeps what came of the steps of a message; inside of `write`. */
export function setOutcomes(db: Database, id: string, outcomes: StepOutcome[]): MessageRow {
  return db.orm.update(messages).set({ outcomes }).where(eq(messages.id, id)).returning().get();
}

/** Keeps the plan that a message was read as, its words, and how; inside of `write`. */
export function setReading(
  db: Database,
  id: string,
  read: { plan: Plan; said: Said[]; reading: MessageReading | null },
): MessageRow {
  return db.orm.update(messages).set(read).where(eq(messages.id, id)).returning().get();
}

/** Gives a message another plan, of which some steps were taken; inside of `write`. */
export function setPlan(
  db: Database,
  { id, revision }: MessageRow,
  plan: Plan,
  outcomes: StepOutcome[],
): MessageRow {
  return db.orm
    .update(messages)
    .set({ plan, outcomes, revision: revision + 1 })
    .where(eq(messages.id, id))
    .returning()
    .get();
}

export function findMessage(db: Database, id: string): MessageRow | undefined {
  return db.orm.select().from(messages).where(eq(messages.id, id)).get();
}

export function findMessageByKey(db: Database, owner: string, key: string): MessageRow | undefined {
  return db.orm
    .select()
    .from(messages)
    .where(and(eq(messages.owner, owner), eq(messages.idempotencyKey, key)))
    .get();
}

/** Messages that a language model was asked about and that have no plan yet. */
export function messagesBeingRead(db: Database): MessageRow[] {
  return db.orm.select().from(messages).where(sql`reading ->> 'state' = 'reading'`).all();
}

/** Messages of a session, oldest first. */
export function messagesOfSession(db: Database, sessionId: string): MessageRow[] {
  return db.orm
    .select()
    .from(messages)
    .where(eq(messages.sessionId, sessionId))
    .orderBy(asc(messages.createdAt), asc(messages.id))
    .all();
}

/** Messages of which not every step was taken, refused ones among them. */
export function messagesWithStepsLeft(db: Database): MessageRow[] {
  return db.orm.select().from(messages).where(hasStepsLeft).orderBy(asc(messages.id)).all();
}
