/** A message until all of its steps have ended: their pictures, and what failed of them. For clients that wait. */
import type { Database, EventRow } from '../../db/database.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import { findMessage, type MessageRow } from '../../db/messages.ts';
import { isUnfinished } from '../../studio/agent/action-kinds.ts';
import type { PictureView, SessionEvent } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { picturesOfJob } from '../queue/job-pictures.ts';

export interface MessageEnd {
  message: MessageRow;
  /** In the order of the steps. */
  pictures: PictureView[];
  /** Of turns that made no picture. */
  errors: unknown[];
}

/** Waits; `onEvent` hears each event of the jobs. Throws {@link Refusal} `client_left` where `signal` is aborted before. */
export async function messageEnd(
  db: Database,
  messageId: string,
  onEvent: (event: SessionEvent) => void | Promise<void>,
  signal: AbortSignal,
): Promise<MessageEnd> {
  const pictures: PictureView[] = [];
  const errors: unknown[] = [];
  const awaited = new Set<string>();
  let wake = () => {};
  const stop = db.onEvents((rows) => {
    if (rows.some((row) => isAbout(row, messageId))) wake();
  });
  const leave = () => wake();
  signal.addEventListener('abort', leave);
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const message = findMessage(db, messageId)!;
      const turnIds = message.outcomes.flatMap(({ turnIds = [] }) => turnIds);
      const turnId = turnIds.find((each) => !awaited.has(each));
      if (turnId === undefined && !isUnfinished(message)) return { message, pictures, errors };
      if (signal.aborted) throw new Refusal('client_left', {});
      if (turnId === undefined) {
        await changed;
        continue;
      }
      awaited.add(turnId);
      try {
        pictures.push(...(await picturesOfJob(db, findJobOfTurn(db, turnId)!.id, onEvent, signal)));
      } catch (error) {
        if (signal.aborted) throw error;
        errors.push(error);
      }
    }
  } finally {
    stop();
    signal.removeEventListener('abort', leave);
  }
}

const isAbout = ({ type, payload }: EventRow, messageId: string): boolean =>
  type === 'message.updated' && (payload as { message: { id: string } }).message.id === messageId;
