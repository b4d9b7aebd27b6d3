/** Turns of the version graph and their edges. Knows rows, not how a turn is understood. */
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Recipe } from '../studio/recipe.ts';
import type { Database } from './database.ts';
import { inputs, sessions, turns } from './schema.ts';
import { indexTurn } from './search.ts';

export type TurnRow = typeof turns.$inferSelect;
export type InputRow = typeof inputs.$inferSelect;
export type NewTurn = Pick<TurnRow, 'id' | 'sessionId' | 'kind' | 'prompt' | 'recipe'> &
  Partial<Pick<TurnRow, 'mode' | 'sentPrompt' | 'replaces' | 'batch' | 'warnings'>>;
export type NewInput = Pick<InputRow, 'pictureId' | 'role' | 'pixelsBlob'> &
  Partial<Pick<InputRow, 'madeBy'>>;

/** Adds a turn at the end of its session, with its inputs in order; inside of `write`. */
export function insertTurn(db: Database, turn: NewTurn, inputRows: readonly NewInput[]): TurnRow {
  const { position } = db.orm
    .update(sessions)
    .set({ lastPosition: sql`${sessions.lastPosition} + 1` })
    .where(eq(sessions.id, turn.sessionId))
    .returning({ position: sessions.lastPosition })
    .get();
  const row = db.orm
    .insert(turns)
    .values({ ...turn, position, createdAt: db.now() })
    .returning()
    .get();
  inputRows.forEach((input, position) => {
    db.orm
      .insert(inputs)
      .values({ ...input, turnId: turn.id, position })
      .run();
  });
  indexTurn(db, turn);
  return row;
}

/** Replaces the recipe of a turn that has no pictures yet. */
export function setRecipe(db: Database, id: string, recipe: Recipe): void {
  db.orm.update(turns).set({ recipe }).where(eq(turns.id, id)).run();
}

export function findTurn(db: Database, id: string): TurnRow | undefined {
  return db.orm.select().from(turns).where(eq(turns.id, id)).get();
}

/** Those turns that have these ids, in any order. */
export function findTurns(db: Database, ids: readonly string[]): TurnRow[] {
  return ids.length === 0
    ? []
    : db.orm
        .select()
        .from(turns)
        .where(inArray(turns.id, [...ids]))
        .all();
}

/** Turns of a session in the order in which they were added. */
export function turnsOfSession(db: Database, sessionId: string): TurnRow[] {
  return db.orm.select().from(turns).where(eq(turns.sessionId, sessionId)).orderBy(asc(turns.position)).all();
}

/** Inputs of one turn, in context order. */
export function inputsOfTurn(db: Database, turnId: string): InputRow[] {
  return db.orm.select().from(inputs).where(eq(inputs.turnId, turnId)).orderBy(asc(inputs.position)).all();
}

/** Inputs of all turns of a session, in context order within each turn. */
export function inputsOfSession(db: Database, sessionId: string): InputRow[] {
  return db.orm
    .select({
      turnId: inputs.turnId,
      position: inputs.position,
      pictureId: inputs.pictureId,
      role: inputs.role,
      madeBy: inputs.madeBy,
      pixelsBlob: inputs.pixelsBlob,
    })
    .from(inputs)
    .innerJoin(turns, eq(turns.id, inputs.turnId))
    .where(eq(turns.sessionId, sessionId))
    .orderBy(asc(turns.position), asc(inputs.position))
    .all();
}

/** Turns that one operation made, in order. */
export function turnsOfBatch(db: Database, batch: string): TurnRow[] {
  return db.orm.select().from(turns).where(eq(turns.batch, batch)).orderBy(asc(turns.position)).all();
}
