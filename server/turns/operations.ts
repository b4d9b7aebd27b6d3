/**
 * Commands that can be undone, and undo and redo themselves: each is one transaction with the events of what changed.
 * Knows no job.
 */
import type { Database } from '../../db/database.ts';
import type { ImageRow } from '../../db/images.ts';
import { findJobOfNode } from '../../db/jobs.ts';
import { findNode, type NodeRow } from '../../db/nodes.ts';
import {
  advanceHead,
  type Change,
  type Operation,
  type OperationRow,
  operate,
  redo,
  undo,
} from '../../db/operations.ts';
import { findSession, touchSession } from '../../db/sessions.ts';
import { nodesThatUse } from '../../db/waiting.ts';
import type { History, OperationView, SessionView } from '../../studio/protocol.ts';
import { HttpError } from '../http/http.ts';
import type { Runtime } from '../runtime.ts';
import { appendEvent, appendSessionUpdated } from '../views/event-log.ts';
import { historyView, operationView, readNodeView, sessionView } from '../views/views.ts';
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

/** Takes back the newest step of a session. Throws {@link HttpError} 404, 409 `nothing_to_undo`. */
export function undoStep(parts: Runtime, sessionId: string): OperationAnswer {
  return travel(parts, sessionId, 'undo');
}

/** Does again what was undone last. Throws {@link HttpError} 404, 409 `nothing_to_redo`. */
export function redoStep(parts: Runtime, sessionId: string): OperationAnswer {
  return travel(parts, sessionId, 'redo');
}

/**
 * Puts a picture to use that was just made or added: it becomes the head where that is still wanted, and the turns that
 * wait for it are told. Only the first picture of a turn becomes the head. Inside of `write`.
 */
export function putToUse(db: Database, node: NodeRow, image: ImageRow): void {
  const row = image.index === 0 ? advanceHead(db, node, image.id) : undefined;
  if (row) tell(db, 'operation.done', row, []);
  else touchSession(db, node.sessionId);
  for (const nodeId of nodesThatUse(db, image.id)) tellOfNode(db, nodeId);
}

/** Tells how a node looks now; inside of `write`. */
export function tellOfNode(db: Database, nodeId: string): void {
  const node = findNode(db, nodeId);
  if (!node) return;
  const job = findJobOfNode(db, nodeId);
  appendEvent(db, {
    sessionId: node.sessionId,
    jobId: job?.id ?? null,
    type: 'node.updated',
    payload: { node: readNodeView(db, node, job) },
  });
}

function travel(parts: Runtime, sessionId: string, way: 'undo' | 'redo'): OperationAnswer {
  const { db } = parts;
  requireSession(parts, sessionId);
  return db.write(() => {
    const travelled = way === 'undo' ? undo(db, sessionId) : redo(db, sessionId);
    if (!travelled)
      throw new HttpError(
        409,
        `nothing_to_${way}`,
        way === 'undo'
          ? 'Nothing was done here that could be undone.'
          : 'Nothing was undone that could be done again.',
      );
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
  for (const change of changes) if (change.field === 'state') tellOfNode(db, change.nodeId);
}
