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
  requireSession(parts, sessionId);
  return parts.db.write(() => {
    const answer = stepWithin(parts, sessionId, way);
    if (!answer) throw new Refusal(`nothing_to_${way}`, {});
    return answer;
  });
}

/** One step of undo or redo, inside of `write`; undefined where there is none. */
export function stepWithin(
  { db }: Pick<Runtime, 'db'>,
  sessionId: string,
  way: 'undo' | 'redo',
): OperationAnswer | undefined {
  const done = way === 'undo' ? undo(db, sessionId) : redo(db, sessionId);
  if (!done) return undefined;
  const { operation: row, changes } = done;
  appendOperation(db, way === 'undo' ? 'operation.undone' : 'operation.redone', row, changes);
  appendSessionUpdated(db, sessionId);
  const session = sessionView(findSession(db, sessionId)!);
  return { operation: operationView(row), history: historyView(db, sessionId), session };
}
