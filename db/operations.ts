/**
 * Operations on sessions, in an append-only log, with undo and redo over it. An operation changes fields of a session and states
 * of its turns, and nothing else: no turn and no picture is ever changed or removed. Knows no request.
 */
import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gte, inArray, like, ne } from 'drizzle-orm';
import type { OperationKind } from '../studio/vocabulary.ts';
import type { Database } from './database.ts';
import { newId } from './ids.ts';
import { type Change, operations, sessions, turns } from './schema.ts';
import { indexTitle } from './search.ts';
import type { TurnRow } from './turns.ts';

export type { Change } from './schema.ts';
export type OperationRow = typeof operations.$inferSelect;

export interface Operation {
  sessionId: string;
  kind: OperationKind;
  turnId?: string;
  changes: Change[];
  /** Undone together with the operations of the same batch right before it. Default: alone. */
  batch?: string;
}

/** One step of undo or redo: the rows that go together, oldest first. */
export interface Step {
  batch: string;
  seqs: number[];
}

type LogEntry = Pick<OperationRow, 'seq' | 'kind' | 'batch'>;

/** Makes the changes of an operation and remembers it; inside of `write`. */
export function operate(db: Database, operation: Operation): OperationRow {
  const { sessionId, kind, turnId, changes, batch = newId() } = operation;
  for (const change of changes) apply(db, sessionId, change);
  return append(db, { sessionId, kind, turnId: turnId ?? null, changes, batch });
}

/** The batch of a session's operation whose name begins like this. */
export function batchOfSession(db: Database, sessionId: string, beginning: string): string | undefined {
  return db.orm
    .select({ batch: operations.batch })
    .from(operations)
    .where(and(eq(operations.sessionId, sessionId), like(operations.batch, `${beginning}%`)))
    .limit(1)
    .get()?.batch;
}

/** A step that was undone or redone: its first operation, and its changes. */
export interface Travel {
  operation: OperationRow;
  changes: Change[];
}

/** Takes back the newest step; undefined where there is none. Inside of `write`. */
export function undo(db: Database, sessionId: string): Travel | undefined {
  return travel(db, sessionId, 'undo');
}

/** Does again what was undone last; inside of `write`. */
export function redo(db: Database, sessionId: string): Travel | undefined {
  return travel(db, sessionId, 'redo');
}

/** The operations that undo and redo would take, newest step first; each by its first row. */
export function history(
  db: Database,
  sessionId: string,
): { undo: OperationRow | undefined; redo: OperationRow | undefined } {
  const stacks = stacksOf(logOf(db, sessionId));
  const first = (step: Step | undefined) => step && rowsOf(db, step.seqs)[0];
  return { undo: first(stacks.undo.at(-1)), redo: first(stacks.redo.at(-1)) };
}

/** The steps that can be undone and redone after a log: the last of each comes next. Pure. */
export function stacksOf(log: readonly LogEntry[]): { undo: Step[]; redo: Step[] } {
  const stacks = { undo: [] as Step[], redo: [] as Step[] };
  for (const { seq, kind, batch } of log) {
    if (kind === 'undo') stacks.redo.push(stacks.undo.pop()!);
    else if (kind === 'redo') stacks.undo.push(stacks.redo.pop()!);
    else {
      stacks.redo.length = 0;
      const newest = stacks.undo.at(-1);
      if (newest?.batch === batch) newest.seqs.push(seq);
      else stacks.undo.push({ batch, seqs: [seq] });
    }
  }
  return stacks;
}

/**
 * Makes a turn's picture the active one, unless another was chosen since the turn was asked for, or the operation that asked for it
 * was undone: then the active picture stays, and the answer is undefined. Inside of `write`.
 */
export function advanceHead(db: Database, turn: TurnRow, pictureId: string): OperationRow | undefined {
  const { sessionId, id: turnId } = turn;
  const batch = turn.batch ?? turnId;
  if (wasTakenElsewhere(db, turn, batch)) return undefined;
  const session = sessionOf(db, sessionId);
  if (session.headPictureId === pictureId) return undefined;
  const changes: Change[] = [{ field: 'headPictureId', before: session.headPictureId, after: pictureId }];
  return operate(db, {
    sessionId,
    kind: turn.kind === 'upload' ? 'upload' : 'turn',
    turnId,
    changes,
    batch,
  });
}

/** A hash of all that operations change: two states with the same digest look and go on the same. */
export function stateDigest(db: Database, sessionId: string): string {
  const { title, archivedAt, headPictureId } = sessionOf(db, sessionId);
  const states = db.orm
    .select({ id: turns.id, state: turns.state })
    .from(turns)
    .where(and(eq(turns.sessionId, sessionId), ne(turns.state, 'active')))
    .orderBy(asc(turns.position))
    .all();
  return createHash('sha256')
    .update(JSON.stringify([title, archivedAt, headPictureId, states.map(({ id, state }) => [id, state])]))
    .digest('hex');
}

function travel(db: Database, sessionId: string, kind: 'undo' | 'redo'): Travel | undefined {
  const step = stacksOf(logOf(db, sessionId))[kind].at(-1);
  if (!step) return undefined;
  const rows = rowsOf(db, step.seqs);
  const done = rows.flatMap((row) => row.changes);
  const changes = kind === 'redo' ? done : done.toReversed().map(inverse);
  for (const change of changes) apply(db, sessionId, change);
  append(db, { sessionId, kind, turnId: null, changes, batch: step.batch });
  return { operation: rows[0]!, changes };
}

function inverse<Any extends Change>(change: Any): Any {
  return { ...change, before: change.after, after: change.before };
}

function apply(db: Database, sessionId: string, change: Change): void {
  if (change.field === 'state') {
    db.orm.update(turns).set({ state: change.after }).where(eq(turns.id, change.turnId)).run();
    return;
  }
  db.orm
    .update(sessions)
    .set({ [change.field]: change.after })
    .where(eq(sessions.id, sessionId))
    .run();
  if (change.field === 'title') indexTitle(db, sessionId, change.after);
}

function append(db: Database, row: Omit<OperationRow, 'seq' | 'position' | 'at'>): OperationRow {
  const { lastPosition } = sessionOf(db, row.sessionId);
  const at = db.now();
  db.orm.update(sessions).set({ updatedAt: at }).where(eq(sessions.id, row.sessionId)).run();
  return db.orm
    .insert(operations)
    .values({ ...row, position: lastPosition, at })
    .returning()
    .get();
}

function wasTakenElsewhere(db: Database, turn: TurnRow, batch: string): boolean {
  const since = db.orm
    .select()
    .from(operations)
    .where(and(eq(operations.sessionId, turn.sessionId), gte(operations.position, turn.position)))
    .orderBy(desc(operations.seq))
    .all();
  for (const { kind, changes, batch: other } of since) {
    if (kind === 'turn' || kind === 'upload') continue;
    if (kind === 'undo' && other === batch) return true;
    if (kind === 'redo' && other === batch) return false;
    if (other !== batch && changes.some(({ field }) => field === 'headPictureId')) return true;
  }
  return false;
}

function logOf(db: Database, sessionId: string): LogEntry[] {
  return db.orm
    .select({ seq: operations.seq, kind: operations.kind, batch: operations.batch })
    .from(operations)
    .where(eq(operations.sessionId, sessionId))
    .orderBy(asc(operations.seq))
    .all();
}

function rowsOf(db: Database, seqs: number[]): OperationRow[] {
  return db.orm
    .select()
    .from(operations)
    .where(inArray(operations.seq, seqs))
    .orderBy(asc(operations.seq))
    .all();
}

function sessionOf(db: Database, id: string) {
  return db.orm.select().from(sessions).where(eq(sessions.id, id)).get()!;
}
