/**
 * Taking a message: it is read once, its plan and its words are stored with it, and its steps are taken. The same Idempotency-Key
 * gives the stored message again, and takes no step twice. Where a language model reads, the message is stored first, and its plan
 * once it is known; one request waits for all of it.
 */
import { dropWords } from '../../db/events.ts';
import { newId } from '../../db/ids.ts';
import { findJobByKey } from '../../db/jobs.ts';
import {
  findMessageByKey,
  insertMessage,
  type MessageRow,
  messagesBeingRead,
  messagesOfSession,
  setReading,
} from '../../db/messages.ts';
import type { TurnSettings } from '../../studio/agent/actions.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import { isTurnAsTyped } from '../../studio/agent/plan/composed.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import type {
  ComposedAnswer,
  Message,
  MessageAnswer,
  MessageView,
  PlanAnswer,
} from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { beginning, failed } from '../language/read-message.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { claimOf } from '../turns/store-turn.ts';
import { takeTurn } from '../turns/take-turn.ts';
import { messageView, turnViews } from '../views/views.ts';
import { carryOut } from './carry-out.ts';
import { inLine } from './line.ts';
import { isForModel, type ReadPlan, readMessage } from './read-message.ts';
import { saidIn, wordsOf } from './said.ts';
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
  const isTurn = message.turn !== undefined && isTurnAsTyped(plan, message.turn);
  return { plan, reading, said: saidIn(locale, wordsOf(plan, context)), isTurn };
}

/**
 * Takes a message that may have come with the turn that it would be as it stands: where the fixed rules read it as that, the turn is
 * stored and no message. Throws as {@link takeMessage}, and what `takeTurn` throws.
 */
export async function takeComposed(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): Promise<ComposedAnswer> {
  const { turn, plan } = message;
  const taken =
    turn && !plan
      ? await inLine(sessionId, async () =>
          isTurn(parts, sessionId, key, { ...message, turn })
            ? takeTurn(parts, sessionId, key, turn).turn
            : undefined,
        )
      : undefined;
  return taken
    ? { message: null, turns: [taken], said: [] }
    : takeMessage(parts, sessionId, key, message, locale);
}

/** A key that made a turn before makes it again: the message is not read once more. */
function isTurn(
  parts: Runtime,
  sessionId: string,
  key: string,
  { text, turn }: Message & Required<Pick<Message, 'turn'>>,
): boolean {
  const { db, owner } = parts;
  if (findMessageByKey(db, owner, key)) return false;
  if (findJobByKey(db, owner, key)) return true;
  const context = messageContext(parts, sessionId);
  return !isForModel(parts, text, context) && isTurnAsTyped(interpret(text, context), turn);
}

/**
 * Stores a message with its plan and takes its steps, as far as they need no picture that is still being made. Throws
 * {@link Refusal} `unknown_session`, `idempotency_conflict`.
 */
export async function takeMessage(
  parts: Runtime,
  sessionId: string,
  key: string,
  message: Message,
  locale: Locale,
): Promise<MessageAnswer> {
  const { row, reading } = await inLine(sessionId, () => begin(parts, sessionId, { key, message, locale }));
  if (!reading) return messageAnswer(parts, row, locale);
  // Out of the line: what is said meanwhile, such as an undo, does not wait for a language model.
  await reading;
  return messageAnswer(parts, await inLine(sessionId, () => carryOut(parts, row.id)), locale);
}

interface Asked {
  key: string;
  message: Message;
  locale: Locale;
}

/** Takes the steps of a message; one that a language model reads is only stored, and `reading` ends with its plan. */
async function begin(
  parts: Runtime,
  sessionId: string,
  asked: Asked,
): Promise<{ row: MessageRow; reading?: Promise<unknown> | undefined }> {
  const { id } = requireSession(parts, sessionId);
  const { owner, fingerprint } = claimOf(parts, asked.key, ['message', id, asked.message]);
  const known = findMessageByKey(parts.db, owner, asked.key);
  if (known && known.fingerprint !== fingerprint) throw new Refusal('idempotency_conflict.turn', {});
  const context = messageContext(parts, id);
  const row = known ?? store(parts, { ...asked, sessionId: id, owner, fingerprint, context });
  const reading = known
    ? parts.language.underWay.get(row.id)
    : row.reading && askModel(parts, row, context, asked.locale);
  if (reading) return { row, reading };
  return { row: await carryOut(parts, readAtLast(parts, row, context).id) };
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

/** Stores a message with its plan, before any step is taken; one that a language model is to read has none yet. */
function store(
  parts: Runtime,
  asked: Asked & { sessionId: string; owner: string; fingerprint: string; context: MessageContext },
): MessageRow {
  const { sessionId, owner, key, fingerprint, message, context } = asked;
  const { db } = parts;
  const { text } = message;
  const waits = message.plan === undefined && isForModel(parts, text, context);
  const plan = message.plan ?? (waits ? [] : interpret(text, context));
  return db.write(() => {
    const row = insertMessage(db, {
      ...{ id: newId(), sessionId, owner, fingerprint, text, idempotencyKey: key },
      ...{ plan, said: wordsOf(plan, context), settings: settingsOf(message) },
      reading: waits ? beginning(parts.language) : null,
    });
    const payload = { message: messageView(row) };
    appendEvent(db, { sessionId, jobId: null, type: 'message.created', payload });
    return row;
  });
}

/** Has a stored message read by the language model, and keeps its plan. */
function askModel(
  parts: Runtime,
  row: MessageRow,
  context: MessageContext,
  locale: Locale,
): Promise<MessageRow> {
  const { id, sessionId, text } = row;
  const read = readMessage(parts, text, { sessionId, locale, context, messageId: id });
  const kept = read.then((known) => keepReading(parts, row, known, context));
  const { underWay } = parts.language;
  const ended = () => void underWay.delete(id);
  underWay.set(id, kept.then(ended, ended));
  return kept;
}

/** A message whose reading a crash cut short, read by our own interpreter; any other as it is. */
function readAtLast(parts: Runtime, row: MessageRow, context: MessageContext): MessageRow {
  const { text, reading, plan, revision } = row;
  if (!reading || plan.length > 0 || revision > 0) return row;
  return keepReading(parts, row, failed(reading, { text, context }, 'ended'), context);
}

/** Keeps the plan of a message that a language model was asked about, and its words. */
function keepReading(
  { db }: Runtime,
  { id, sessionId }: MessageRow,
  { plan, reading }: ReadPlan,
  context: MessageContext,
): MessageRow {
  return db.write(() => {
    const stored = setReading(db, id, { plan, reading, said: wordsOf(plan, context) });
    dropWords(db, sessionId, id);
    const payload = { message: messageView(stored) };
    appendEvent(db, { sessionId, jobId: null, type: 'message.updated', payload });
    return stored;
  });
}

/** Says of messages whose reading a crash cut short that it was: none of their steps was taken. */
export function endCutReadings({ db }: Pick<Runtime, 'db'>): void {
  db.write(() => {
    for (const { id, sessionId, reading } of messagesBeingRead(db)) {
      const row = setReading(db, id, {
        ...{ plan: [], said: [] },
        reading: { ...reading!, state: 'failed', failure: 'ended' },
      });
      dropWords(db, sessionId, id);
      const payload = { message: messageView(row) };
      appendEvent(db, { sessionId, jobId: null, type: 'message.updated', payload });
    }
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
