/**
 * Taking a message: it is read once, its plan and its words are stored with it, and its steps are taken. The same Idempotency-Key
 * gives the stored message again, and takes no step twice.
 */
import { newId } from '../../db/ids.ts';
import { findJobByKey } from '../../db/jobs.ts';
import { findMessageByKey, insertMessage, type MessageRow, messagesOfSession } from '../../db/messages.ts';
import type { ActionOf, Plan, Said, SaidWords, TurnSettings } from '../../studio/agent/actions.ts';
import { sentenceOf } from '../../studio/agent/answers.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import { isTurnAsTyped } from '../../studio/agent/plan/composed.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import { LOCALES, type Locale } from '../../studio/locale.ts';
import type {
  ComposedAnswer,
  Message,
  MessageAnswer,
  MessageView,
  PlanAnswer,
  SaidStep,
} from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { answerText } from '../answer-text.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { claimOf } from '../turns/store-turn.ts';
import { takeTurn } from '../turns/take-turn.ts';
import { messageView, turnViews } from '../views/views.ts';
import { carryOut } from './carry-out.ts';
import { inLine } from './line.ts';
import { messageContext } from './see.ts';

/** The plan of a message and its words; nothing is stored. Throws {@link Refusal} `unknown_session`. */
export function planMessage(parts: Runtime, sessionId: string, message: Message, locale: Locale): PlanAnswer {
  const context = messageContext(parts, sessionId);
  const plan = planOf(message, context);
  const isTurn = message.turn !== undefined && isTurnAsTyped(plan, message.turn);
  return { plan, said: saidIn(locale, wordsOf(plan, context)), isTurn };
}

/**
 * Takes a message that may have come with the turn that it would be as it stands: where it is read as that, the turn is stored and
 * no message. Throws as {@link takeMessage}, and what `takeTurn` throws.
 */
export function takeComposed(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): Promise<ComposedAnswer> {
  const { turn, plan } = message;
  return inLine(sessionId, async () => {
    if (turn && !plan && isTurn(parts, sessionId, key, { ...message, turn }))
      return { message: null, turns: [takeTurn(parts, sessionId, key, turn).turn], said: [] };
    return take(parts, sessionId, key, message, locale);
  });
}

/** A key that made a turn before makes it again: the message is not read once more. */
function isTurn(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message & Required<Pick<Message, 'turn'>>,
): boolean {
  const { db, owner } = parts;
  if (findMessageByKey(db, owner, key)) return false;
  if (findJobByKey(db, owner, key)) return true;
  return isTurnAsTyped(planOf(message, messageContext(parts, sessionId)), message.turn);
}

/**
 * Stores a message with its plan and takes its steps, as far as they need no picture that is still being made. Throws
 * {@link Refusal} `unknown_session`, `idempotency_conflict`.
 */
export function takeMessage(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): Promise<MessageAnswer> {
  return inLine(sessionId, () => take(parts, sessionId, key, message, locale));
}

async function take(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): Promise<MessageAnswer> {
  const { db } = parts;
  const { id } = requireSession(parts, sessionId);
  const { owner, fingerprint } = claimOf(parts, key, ['message', id, message]);
  const known = findMessageByKey(db, owner, key);
  if (known && known.fingerprint !== fingerprint) throw new Refusal('idempotency_conflict.turn', {});
  const stored = known ?? store(parts, id, { owner, key, fingerprint, message });
  return messageAnswer(parts, await carryOut(parts, stored.id), locale);
}

/** A message with the turns that its steps made. */
export function messageAnswer(parts: Runtime, row: MessageRow, locale: Locale): MessageAnswer {
  const ids = new Set(row.outcomes.flatMap(({ turnIds = [] }) => turnIds));
  return {
    message: messageView(row),
    turns: turnViews(parts.db, row.sessionId).filter(({ id }) => ids.has(id)),
    said: saidIn(locale, row.said),
  };
}

interface Asked {
  owner: string;
  key: string;
  fingerprint: string;
  message: Message;
}

/** Reads a message and stores it with its plan, before any step is taken. */
function store(parts: Runtime, sessionId: string, { owner, key, fingerprint, message }: Asked): MessageRow {
  const { db } = parts;
  const context = messageContext(parts, sessionId);
  const plan = planOf(message, context);
  const said = wordsOf(plan, context);
  const settings = settingsOf(message);
  return db.write(() => {
    const row = insertMessage(db, {
      ...{ id: newId(), sessionId, owner, fingerprint, plan, said, settings },
      idempotencyKey: key,
      text: message.text,
    });
    const payload = { message: messageView(row) };
    appendEvent(db, { sessionId, jobId: null, type: 'message.created', payload });
    return row;
  });
}

function settingsOf({ turn }: Message): TurnSettings {
  if (!turn) return {};
  const { options, model } = turn;
  return { options, ...(model !== undefined && { model }) };
}

/** Messages of a session, oldest first. Throws {@link Refusal} `unknown_session`. */
export function messageViews(parts: Runtime, sessionId: string): MessageView[] {
  return messagesOfSession(parts.db, requireSession(parts, sessionId).id).map(messageView);
}

/** The plan that was sent along (a tapped choice, or one that was changed), else that of our own reading. */
function planOf({ text, plan }: Message, context: MessageContext): Plan {
  return plan ?? interpret(text, context);
}

/** The words of each answer and question of a plan, with those of its choices. */
function wordsOf(plan: Plan, context: MessageContext): Said[] {
  return plan.flatMap((action, step) => {
    if (action.type !== 'answer' && action.type !== 'ask') return [];
    const words = LOCALES.map((locale) => [locale, sayingOf(action, context, locale)]);
    return [{ step, words: Object.fromEntries(words) as Said['words'] }];
  });
}

function sayingOf(action: ActionOf<'answer' | 'ask'>, context: MessageContext, locale: Locale): SaidWords {
  const { key, params } = sentenceOf(action, context, locale);
  return { text: answerText(key, params, locale), choices: choicesOf(action, locale) };
}

function choicesOf(action: ActionOf<'answer' | 'ask'>, locale: Locale): string[] {
  if (action.type === 'answer') return [];
  return action.choices.map(({ label, params = {} }) => answerText(`choice.${label}`, params, locale));
}

const saidIn = (locale: Locale, said: readonly Said[]): SaidStep[] =>
  said.map(({ step, words }) => ({ step, ...words[locale] }));
