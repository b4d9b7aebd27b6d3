/** A session as a reader of messages sees it, read from the tables. */
import { seeSession } from '../../studio/agent/see-session.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { engineOfTurn } from '../turns/turn-engine.ts';
import { historyView, turnViews } from '../views/views.ts';

/** Everything that the reading of a message depends on. Throws {@link Refusal} `unknown_session`. */
export function messageContext(parts: Runtime, sessionId: string): MessageContext {
  const { db, engines, knownOf, language } = parts;
  const session = requireSession(parts, sessionId);
  const engine = engineOfTurn(parts, sessionId, undefined);
  return {
    session: seeSession({ session, turns: turnViews(db, sessionId), history: historyView(db, sessionId) }),
    knows: knownOf(engine).knows,
    model: engines.infoOf(engine)?.name ?? null,
    reader: language.entry?.model ?? null,
  };
}
