/** Undo and redo of a session, each one transaction with the events of what changed. */
import { redo, undo } from '../../db/operations.ts';
import { findSession } from '../../db/sessions.ts';
import type { History, OperationView, SessionView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { appendSessionUpdated } from '../log/event-log.ts';
import { appendOperation } from '../log/operations.ts';
import type { Runtime } from '../runtime.ts';
import { historyView, operationView, sessionView } from '../views/views.ts';
import { requireSession } from './sessions.ts';

export interface OperationAnswer {
  operation: OperationView;
  history: History;
  session: SessionView;
}

/** Takes back the newest step of a session. Throws {@link Refusal} `unknown_session`, `nothing_to_undo`. */
export function undoStep(parts: Runtime, sessionId: string): OperationAnswer {
  return step(parts, sessionId, 'undo');
}

/** Does again what was undone last. Throws {@link Refusal} `unknown_session`, `nothing_to_redo`. */
export function redoStep(parts: Runtime, sessionId: string): OperationAnswer {
  return step(parts, sessionId, 'redo');
}

function step(parts: Runtime, sessionId: string, way: 'undo' | 'redo'): OperationAnswer {
  const { db } = parts;
  requireSession(parts, sessionId);
  return db.write(() => {
    const done = way === 'undo' ? undo(db, sessionId) : redo(db, sessionId);
    if (!done) throw new Refusal(`nothing_to_${way}`, {});
    const { operation: row, changes } = done;
    appendOperation(db, way === 'undo' ? 'operation.undone' : 'operation.redone', row, changes);
    appendSessionUpdated(db, sessionId);
    const session = sessionView(findSession(db, sessionId)!);
    return { operation: operationView(row), history: historyView(db, sessionId), session };
  });
}
