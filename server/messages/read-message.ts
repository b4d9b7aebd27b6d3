/**
 * How a message comes to its plan: by the language model where one is named, else by our own interpreter. The words of the model go
 * into the log as they come.
 */
import { dropWords } from '../../db/events.ts';
import type { Plan } from '../../studio/agent/actions.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import type { MessageReading } from '../../studio/agent/message-reading.ts';
import type { MessageContext } from '../../studio/agent/seen-session.ts';
import type { Locale } from '../../studio/locale/locale.ts';
import { isReadAtOnce, readByModel } from '../language/read-message.ts';
import { MOST_SHOWN, type SmallPicture, smallPictures } from '../language/small-pictures.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { turnViews } from '../views/views.ts';

export interface ReadPlan {
  plan: Plan;
  /** Null where no language model took part. */
  reading: MessageReading | null;
}

export interface Reader {
  sessionId: string;
  locale: Locale;
  context: MessageContext;
  /** The stored message whose words go into the log; undefined for a dry run. */
  messageId?: string;
}

/** At most so often go words into the log. */
const WORDS_INTERVAL_MS = 150;

/** Whether a message waits for the language model. */
export const isForModel = ({ language }: Runtime, text: string, context: MessageContext): boolean =>
  language.entry !== undefined && !isReadAtOnce(text, context);

/** Reads a message. */
export async function readMessage(parts: Runtime, text: string, reader: Reader): Promise<ReadPlan> {
  const { context, locale } = reader;
  if (!isForModel(parts, text, context)) return { plan: interpret(text, context), reading: null };
  const pictures = parts.language.entry!.sees ? await shown(parts, reader) : [];
  return readByModel(parts.language, {
    text,
    context,
    locale,
    pictures,
    onWords: wordsTeller(parts, reader),
  });
}

/** The current picture and the newest others, small. */
function shown({ db, blobs }: Runtime, { sessionId, context }: Reader): Promise<SmallPicture[]> {
  const { current } = context.session;
  const pictures = turnViews(db, sessionId)
    .filter(({ state }) => state === 'active')
    .flatMap((turn) => turn.pictures)
    .sort(
      (one, other) =>
        Number(other.version === current) - Number(one.version === current) || other.version - one.version,
    );
  return smallPictures(blobs, pictures.slice(0, MOST_SHOWN));
}

function wordsTeller({ db }: Runtime, { sessionId, messageId }: Reader): (words: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (words) => {
    const now = performance.now();
    if (messageId === undefined || now - toldAt < WORDS_INTERVAL_MS) return;
    toldAt = now;
    db.write(() => {
      dropWords(db, sessionId, messageId);
      appendEvent(db, { sessionId, jobId: null, type: 'message.words', payload: { messageId, words } });
    });
  };
}
