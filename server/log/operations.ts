/**
 * Operations on a session that undo can take back: the rows that they change, with an event for each. Knows no request; undo and
 * redo are commands of `turns/undo.ts`.
 */
import type { Database } from '../../db/database.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import { advanceHead, type Change, type Operation, type OperationRow, operate } from '../../db/operations.ts';
import type { PictureRow } from '../../db/pictures.ts';
import { touchSession } from '../../db/sessions.ts';
import { findTurn, type TurnRow } from '../../db/turns.ts';
import { turnsThatUse } from '../../db/waiting.ts';
import { historyView, operationView, readTurnView } from '../views/views.ts';
import { appendEvent } from './event-log.ts';

/** Carries an operation out and appends its events; inside of `write`. */
export function doOperation(db: Database, operation: Operation): OperationRow {
  const row = operate(db, operation);
  appendOperation(db, 'operation.done', row, row.changes);
  return row;
}

/**
 * Makes a picture that was just made or added the active one, unless another was chosen meanwhile or it is not the first
 * of its turn; and appends an event for each turn that waited for it. Inside of `write`.
 */
export function activatePicture(db: Database, turn: TurnRow, picture: PictureRow): void {
  const row = picture.index === 0 ? advanceHead(db, turn, picture.id) : undefined;
  if (row) appendOperation(db, 'operation.done', row, []);
  else touchSession(db, turn.sessionId);
  for (const turnId of turnsThatUse(db, picture.id)) appendTurnUpdated(db, turnId);
}

/** Appends the event of an operation, and one for each turn whose state it changed; inside of `write`. */
export function appendOperation(
  db: Database,
  type: 'operation.done' | 'operation.undone' | 'operation.redone',
  row: OperationRow,
  changes: Change[],
): void {
  const { sessionId } = row;
  const payload = { operation: operationView(row), history: historyView(db, sessionId) };
  appendEvent(db, { sessionId, jobId: null, type, payload });
  for (const change of changes) if (change.field === 'state') appendTurnUpdated(db, change.turnId);
}

function appendTurnUpdated(db: Database, turnId: string): void {
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
