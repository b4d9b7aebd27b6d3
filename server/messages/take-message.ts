/**
 * Taking a message: it is read once, its plan is stored with it, and its steps are taken. The same Idempotency-Key gives the stored
 * message again, and takes no step twice: one that a crash cut short keeps the steps that its row names. Where a language model
 * reads, the message is stored first, and its plan once it is known; one request waits for all of it.
 */
import { dropWords } from '../../db/events.ts';
import { newId } from '../../db/ids.ts';
import {
  findMessage,
  findMessageByKey,
  insertMessage,
  type MessageRow,
  messagesBeingRead,
  messagesOfSession,
  setOutcomes,
  setReading,
} from '../../db/messages.ts';
import type { ActionOf, Plan } from '../../studio/agent/actions.ts';
import { sentenceOf } from '../../studio/agent/answers.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import type { Locale } from '../../studio/locale.ts';
import type { Message, MessageAnswer, MessageView, PlanAnswer, SaidStep } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { answerText } from '../answer-text.ts';
import { beginning, failed } from '../language/read-message.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { claimOf } from '../turns/store-turn.ts';
import { turnViews } from '../views/views.ts';
import { carryOut } from './carry-out.ts';
import { isForModel, type ReadPlan, readMessage } from './read-message.ts';
import { messageContext } from './see.ts';

/** The plan of a message and its words; nothing is stored. Throws {@link Refusal} `unknown_session`. */
export async function planMessage(
  parts: Runtime,
  sessionId: string,
  message: Message,
  locale: Locale,
): Promise<PlanAnswer> {
  const context = messageContext(parts, sessionId);
  const { plan, reading } = message.plan
    ? { plan: message.plan, reading: null }
    : await readMessage(parts, message.text, { sessionId, locale, context });
  return { plan, reading, said: wordsOf(plan, context, locale) };
}

/** Stores a message with its plan and takes its steps. Throws {@link Refusal} `unknown_session`, `idempotency_conflict`. */
export async function takeMessage(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): Promise<MessageAnswer> {
  const { db } = parts;
  const session = requireSession(parts, sessionId);
  const context = messageContext(parts, session.id);
  const { owner, fingerprint } = claimOf(parts, key, ['message', session.id, message]);
  const known = findMessageByKey(db, owner, key);
  if (known && known.fingerprint !== fingerprint) throw new Refusal('idempotency_conflict.turn', {});
  const asked = { owner, fingerprint, message, context, locale };
  const row = known ? await takenRow(parts, known, asked) : await carriedOut(parts, session.id, key, asked);
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
  locale: Locale;
}

/** A message that came before, once it was read; one whose reading was cut short is read by our own interpreter. */
async function takenRow(parts: Runtime, { id }: MessageRow, { context }: Asked): Promise<MessageRow> {
  await parts.language.underWay.get(id);
  const row = findMessage(parts.db, id)!;
  const { text, reading, plan } = row;
  return reading && plan.length === 0 ? taken(parts, row, failed(reading, { text, context }, 'ended')) : row;
}

function carriedOut(
  parts: Runtime,
  sessionId: string,
  key: string,
  asked: Asked,
): MessageRow | Promise<MessageRow> {
  const { db } = parts;
  const { owner, fingerprint, message, context, locale } = asked;
  const { text, plan: given } = message;
  const waits = given === undefined && isForModel(parts, text, context);
  const id = newId();
  const stored = db.write(() => {
    const row = insertMessage(db, {
      ...{ id, sessionId, owner, fingerprint, text, idempotencyKey: key },
      plan: given ?? (waits ? [] : interpret(text, context)),
      reading: waits ? beginning(parts.language) : null,
    });
    const payload = { message: messageView(row) };
    appendEvent(db, { sessionId, jobId: null, type: 'message.created', payload });
    return row;
  });
  if (!waits) return withOutcomes(parts, stored);
  const read = readMessage(parts, text, { sessionId, locale, context, messageId: id });
  const row = read.then((known) => taken(parts, stored, known));
  const { underWay } = parts.language;
  const ended = () => void underWay.delete(id);
  underWay.set(id, row.then(ended, ended));
  return row;
}

/** Keeps the plan of a message that a language model was asked about, and takes its steps. */
function taken(parts: Runtime, { id, sessionId }: MessageRow, read: ReadPlan): MessageRow {
  const { db } = parts;
  const row = db.write(() => {
    const stored = setReading(db, id, read);
    dropWords(db, sessionId, id);
    const payload = { message: messageView(stored) };
    appendEvent(db, { sessionId, jobId: null, type: 'message.updated', payload });
    return stored;
  });
  return withOutcomes(parts, row);
}

/** Takes the steps of a stored message. */
function withOutcomes(parts: Runtime, { id, sessionId, idempotencyKey, plan }: MessageRow): MessageRow {
  const { db } = parts;
  const outcomes = carryOut(parts, sessionId, idempotencyKey, plan);
  return db.write(() => {
    const row = setOutcomes(db, id, outcomes);
    const payload = { message: messageView(row) };
    appendEvent(db, { sessionId, jobId: null, type: 'message.updated', payload });
    return row;
  });
}

/** Says of messages whose reading a crash cut short that it was: none of their steps was taken. */
export function endCutReadings({ db }: Pick<Runtime, 'db'>): void {
  db.write(() => {
    for (const { id, sessionId, reading } of messagesBeingRead(db)) {
      const row = setReading(db, id, {
        plan: [],
        reading: { ...reading!, state: 'failed', failure: 'ended' },
      });
      dropWords(db, sessionId, id);
      const payload = { message: messageView(row) };
      appendEvent(db, { sessionId, jobId: null, type: 'message.updated', payload });
    }
  });
}

/** Messages of a session, oldest first. Throws {@link Refusal} `unknown_session`. */
export function messageViews(parts: Runtime, sessionId: string): MessageView[] {
  return messagesOfSession(parts.db, requireSession(parts, sessionId).id).map(messageView);
}

function messageView({ id, text, plan, reading, outcomes, createdAt }: MessageRow): MessageView {
  return { id, text, plan, reading, outcomes, createdAt };
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
