/**
 * Taking a message: it is read once, its plan is stored with it, and its steps are taken. The same Idempotency-Key gives the stored
 * message again, and takes no step twice: one that a crash cut short keeps the steps that its row names.
 */
import { newId } from '../../db/ids.ts';
import {
  findMessageByKey,
  insertMessage,
  type MessageRow,
  messagesOfSession,
  setOutcomes,
} from '../../db/messages.ts';
import type { ActionOf, Plan } from '../../studio/agent/actions.ts';
import { sentenceOf } from '../../studio/agent/answers.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import type { Locale } from '../../studio/locale.ts';
import type { Message, MessageAnswer, MessageView, PlanAnswer, SaidStep } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { answerText } from '../answer-text.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { claimOf } from '../turns/store-turn.ts';
import { turnViews } from '../views/views.ts';
import { carryOut } from './carry-out.ts';
import { messageContext } from './see.ts';

/** The plan of a message and its words; nothing is stored. Throws {@link Refusal} `unknown_session`. */
export function planMessage(parts: Runtime, sessionId: string, message: Message, locale: Locale): PlanAnswer {
  const context = messageContext(parts, sessionId);
  const plan = planOf(message, context);
  return { plan, said: wordsOf(plan, context, locale) };
}

/** Stores a message with its plan and takes its steps. Throws {@link Refusal} `unknown_session`, `idempotency_conflict`. */
export function takeMessage(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): MessageAnswer {
  const { db } = parts;
  const session = requireSession(parts, sessionId);
  const context = messageContext(parts, session.id);
  const { owner, fingerprint } = claimOf(parts, key, ['message', session.id, message]);
  const known = findMessageByKey(db, owner, key);
  if (known && known.fingerprint !== fingerprint) throw new Refusal('idempotency_conflict.turn', {});
  const row = known ?? carriedOut(parts, session.id, key, { owner, fingerprint, message, context });
  const ids = new Set(row.outcomes.flatMap(({ turnIds = [] }) => turnIds));
  return {
    message: messageView(row),
    turns: turnViews(db, session.id).filter(({ id }) => ids.has(id)),
    said: wordsOf(row.plan, context, locale),
  };
}

interface Asked {
  owner: string;
  fingerprint: string;
  message: Message;
  context: MessageContext;
}

function carriedOut(parts: Runtime, sessionId: string, key: string, asked: Asked): MessageRow {
  const { db } = parts;
  const { owner, fingerprint, message, context } = asked;
  const plan = planOf(message, context);
  const id = newId();
  const about = { sessionId, jobId: null };
  db.write(() => {
    const row = insertMessage(db, {
      ...{ id, sessionId, owner, fingerprint, plan },
      idempotencyKey: key,
      text: message.text,
    });
    appendEvent(db, { ...about, type: 'message.created', payload: { message: messageView(row) } });
  });
  const outcomes = carryOut(parts, sessionId, key, plan);
  return db.write(() => {
    const row = setOutcomes(db, id, outcomes);
    appendEvent(db, { ...about, type: 'message.updated', payload: { message: messageView(row) } });
    return row;
  });
}

/** Messages of a session, oldest first. Throws {@link Refusal} `unknown_session`. */
export function messageViews(parts: Runtime, sessionId: string): MessageView[] {
  return messagesOfSession(parts.db, requireSession(parts, sessionId).id).map(messageView);
}

function messageView({ id, text, plan, outcomes, createdAt }: MessageRow): MessageView {
  return { id, text, plan, outcomes, createdAt };
}

/** The plan that was sent along (a tapped choice, or one that was changed), else that of our own reading. */
function planOf({ text, plan }: Message, context: MessageContext): Plan {
  return plan ?? interpret(text, context);
}

/** The words of each answer and question of a plan, with those of its choices. */
function wordsOf(plan: Plan, context: MessageContext, locale: Locale): SaidStep[] {
  return plan.flatMap((action, step) => {
    if (action.type !== 'answer' && action.type !== 'ask') return [];
    const { key, params } = sentenceOf(action, context, locale);
    return [{ step, text: answerText(key, params, locale), choices: choicesOf(action, locale) }];
  });
}

function choicesOf(action: ActionOf<'answer' | 'ask'>, locale: Locale): string[] {
  if (action.type === 'answer') return [];
  return action.choices.map(({ label, params = {} }) => answerText(`choice.${label}`, params, locale));
}
