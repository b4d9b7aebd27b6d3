/**
 * Changing the plan of a message while it is carried out: steps before the first change stay as they are; those from there on are
 * stopped, their turns are hidden, and the new ones are taken. What is done is not changed.
 */
import { findMessage, type MessageRow, setPlan } from '../../db/messages.ts';
import { type Plan, planSchema } from '../../studio/agent/actions.ts';
import { isOpen, turnsOfStep } from '../../studio/agent/plan/step-state.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import type { MessageAnswer } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { setTurnState } from '../turns/turn-state.ts';
import { messageView, turnViews } from '../views/views.ts';
import { carryOut } from './carry-out.ts';
import { inLine } from './line.ts';
import { messageAnswer } from './take-message.ts';

/** Gives a message another plan and takes its steps. Throws {@link Refusal} `unknown_message`, `not_now.step_done`. */
export async function changePlan(
  parts: Runtime,
  messageId: string,
  plan: Plan,
  locale: Locale,
): Promise<MessageAnswer> {
  const { sessionId } = requireMessage(parts, messageId);
  // A language model that reads it has no plan to be changed yet.
  await parts.language.underWay.get(messageId);
  return inLine(sessionId, async () => {
    const before = requireMessage(parts, messageId);
    const kept = commonSteps(before.plan, plan);
    if (kept === before.plan.length && kept === plan.length) return messageAnswer(parts, before, locale);
    stopFrom(parts, before, kept);
    parts.db.write(() => {
      const row = setPlan(parts.db, before, planSchema.parse(plan), before.outcomes.slice(0, kept));
      appendEvent(parts.db, {
        ...{ sessionId, jobId: null, type: 'message.updated' },
        payload: { message: messageView(row) },
      });
    });
    return messageAnswer(parts, await carryOut(parts, messageId), locale);
  });
}

/** The owner's message. Throws {@link Refusal} `unknown_message`, `unknown_session`. */
export function requireMessage(parts: Runtime, messageId: string): MessageRow {
  const row = findMessage(parts.db, messageId);
  if (!row || row.owner !== parts.owner) throw new Refusal('unknown_message', { messageId });
  requireSession(parts, row.sessionId);
  return row;
}

/** How many steps two plans have in common, from the first on. */
function commonSteps(one: Plan, other: Plan): number {
  const differs = one.findIndex((action, at) => JSON.stringify(action) !== JSON.stringify(other[at]));
  return differs < 0 ? one.length : differs;
}

/** Stops the turns of all steps from one on. Throws {@link Refusal} `not_now.step_done` where one of them is done. */
function stopFrom(parts: Runtime, message: MessageRow, first: number): void {
  const turns = turnViews(parts.db, message.sessionId);
  const steps = message.plan.map((_, step) => step).slice(first);
  const done = steps.find((step) => !isOpen(message, step, turns));
  if (done !== undefined) throw new Refusal('not_now.step_done', { step: done + 1 });
  // The last first: none is left that waits for one that is gone.
  for (const step of steps.reverse())
    for (const { id } of turnsOfStep(message, step, turns)) setTurnState(parts, id, 'removed');
}
