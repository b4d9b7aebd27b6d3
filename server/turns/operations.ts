/**
 * Commands that can be undone, and undo and redo themselves: each is one transaction with the events of what changed.
 * Knows no job.
 */
import type { Database } from '../../db/database.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import {
  advanceHead,
  type Change,
  type Operation,
  type OperationRow,
  operate,
  redo,
  undo,
} from '../../db/operations.ts';
import type { PictureRow } from '../../db/pictures.ts';
import { findSession, touchSession } from '../../db/sessions.ts';
import { findTurn, type TurnRow } from '../../db/turns.ts';
import { turnsThatUse } from '../../db/waiting.ts';
import type { History, OperationView, SessionView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { appendEvent, appendSessionUpdated } from '../views/event-log.ts';
import { historyView, operationView, readTurnView, sessionView } from '../views/views.ts';
import { requireSession } from './sessions.ts';

export interface OperationAnswer {
  operation: OperationView;
  history: History;
  session: SessionView;
}

/** Does an operation and tells of it; inside of `write`. */
export function operateAndTell(db: Database, operation: Operation): OperationRow {
  const row = operate(db, operation);
  tell(db, 'operation.done', row, row.changes);
  return row;
}

/** Takes back the newest step of a session. Throws {@link Refusal} `unknown_session`, `nothing_to_undo`. */
export function undoStep(parts: Runtime, sessionId: string): OperationAnswer {
  return travel(parts, sessionId, 'undo');
}

/** Does again what was undone last. Throws {@link Refusal} `unknown_session`, `nothing_to_redo`. */
export function redoStep(parts: Runtime, sessionId: string): OperationAnswer {
  return travel(parts, sessionId, 'redo');
}

/**
 * Puts a picture to use that was just made or added: it becomes the head where that is still wanted, and the turns that
 * wait for it are told. Only the first picture of a turn becomes the head. Inside of `write`.
 */
export function putToUse(db: Database, turn: TurnRow, picture: PictureRow): void {
  const row = picture.index === 0 ? advanceHead(db, turn, picture.id) : undefined;
  if (row) tell(db, 'operation.done', row, []);
  else touchSession(db, turn.sessionId);
  for (const turnId of turnsThatUse(db, picture.id)) tellOfTurn(db, turnId);
}

/** Tells how a turn looks now; inside of `write`. */
export function tellOfTurn(db: Database, turnId: string): void {
  const turn = findTurn(db, turnId);
  if (!turn) return;
  const job = findJobOfTurn(db, turnId);
  appendEvent(db, {
    sessionId: turn.sessionId,
    jobId: job?.id ?? null,
    type: 'turn.updated',
    payload: { turn: readTurnView(db, turn, job) },
  });
}

function travel(parts: Runtime, sessionId: string, way: 'undo' | 'redo'): OperationAnswer {
  const { db } = parts;
  requireSession(parts, sessionId);
  return db.write(() => {
    const travelled = way === 'undo' ? undo(db, sessionId) : redo(db, sessionId);
    if (!travelled) throw new Refusal(`nothing_to_${way}`, {});
    const { operation: row, changes } = travelled;
    tell(db, way === 'undo' ? 'operation.undone' : 'operation.redone', row, changes);
    appendSessionUpdated(db, sessionId);
    const session = sessionView(findSession(db, sessionId)!);
    return { operation: operationView(row), history: historyView(db, sessionId), session };
  });
}

function tell(
  db: Database,
  type: 'operation.done' | 'operation.undone' | 'operation.redone',
  row: OperationRow,
  changes: Change[],
): void {
  const { sessionId } = row;
  const payload = { operation: operationView(row), history: historyView(db, sessionId) };
  appendEvent(db, { sessionId, jobId: null, type, payload });
  for (const change of changes) if (change.field === 'state') tellOfTurn(db, change.turnId);
}
