/**
 * Looks at what was made, where the owner wants that: an edit of which the measured figures say that it did not work is drawn once
 * more, at most one time, as a message of the studio's own that says so. Knows no request.
 */
import { newId } from '../../db/ids.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import { findMessageByKey, insertMessage } from '../../db/messages.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';
import { findTurn } from '../../db/turns.ts';
import type { Said } from '../../studio/agent/actions.ts';
import { findingsOf } from '../../studio/agent/plan/findings.ts';
import { LOCALES } from '../../studio/locale/locale.ts';
import type { PictureView } from '../../studio/protocol.ts';
import { isUnderWay } from '../../studio/vocabulary.ts';
import { answerText } from '../answer-text.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { requireSession } from '../turns/sessions.ts';
import { messageView, turnViews } from '../views/views.ts';
import { carryOut } from './carry-out.ts';
import { inLine } from './line.ts';

/** Begins the key of each second try, by which none is tried a third time. */
const KEY = 'looked/';

const settingOf = (owner: string): string => `looking/${owner}`;

/** Whether results that did not work are drawn once more by themselves. */
export function looksAt({ db, owner }: Pick<Runtime, 'db' | 'owner'>): boolean {
  return readSetting(db, settingOf(owner), false);
}

export function setLooking({ db, owner }: Pick<Runtime, 'db' | 'owner'>, onceMore: boolean): void {
  db.write(() => writeSetting(db, settingOf(owner), onceMore));
}

export class Looker {
  readonly #parts: Runtime;
  readonly #stopListening: () => void;
  readonly #looking = new Set<Promise<void>>();

  /** Looks at each edit as soon as it was measured. */
  constructor(parts: Runtime) {
    this.#parts = parts;
    this.#stopListening = parts.db.onEvents((events) => {
      for (const { type, payload } of events)
        if (type === 'picture.measured') this.#look((payload as { picture: PictureView }).picture);
    });
  }

  /** Looks at nothing more; waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopListening();
    await Promise.all(this.#looking);
  }

  #look(picture: PictureView): void {
    const looking = this.#tryOnceMore(picture)
      .catch((error) =>
        this.#parts.log.warn({ err: error, picture: picture.id }, 'a picture could not be drawn once more'),
      )
      .finally(() => this.#looking.delete(looking));
    this.#looking.add(looking);
  }

  async #tryOnceMore(picture: PictureView): Promise<void> {
    // After the commit whose listeners woke this: a write cannot stand inside of another.
    await new Promise(setImmediate);
    const turn = findTurn(this.#parts.db, picture.turnId);
    const job = turn && findJobOfTurn(this.#parts.db, turn.id);
    if (!turn || !job || job.idempotencyKey.startsWith(KEY) || turn.recipe?.count !== 1) return;
    const [finding] = findingsOf(turn, picture);
    const parts = { ...this.#parts, owner: job.owner };
    if (!finding || !looksAt(parts)) return;
    await inLine(turn.sessionId, async () => {
      const key = `${KEY}${turn.id}`;
      if (findMessageByKey(parts.db, job.owner, key) || !isEnd(parts, turn.sessionId, picture.id)) return;
      const ms = Object.values(job.elapsedMs ?? {}).reduce((sum, each) => sum + each, 0);
      const params = { version: picture.version, seconds: Math.max(1, Math.round(ms / 1_000)) };
      const words = LOCALES.map((locale) => {
        const text = answerText(`looked-${finding.kind}`, params, locale);
        return [locale, { text, choices: [] }];
      });
      const row = parts.db.write(() => {
        const message = insertMessage(parts.db, {
          ...{
            id: newId(),
            sessionId: turn.sessionId,
            owner: job.owner,
            idempotencyKey: key,
            fingerprint: '',
          },
          text: '',
          plan: [{ type: 'vary', of: { version: picture.version }, count: 1 }],
          said: [{ step: 0, words: Object.fromEntries(words) as Said['words'] }],
          settings: {},
          reading: null,
        });
        const payload = { message: messageView(message) };
        appendEvent(parts.db, { sessionId: turn.sessionId, jobId: null, type: 'message.created', payload });
        return message;
      });
      await carryOut(parts, row.id);
    });
  }
}

/** Nothing goes on from the picture yet, and nothing else is being drawn. */
function isEnd(parts: Runtime, sessionId: string, pictureId: string): boolean {
  if (requireSession(parts, sessionId).headPictureId !== pictureId) return false;
  return !turnViews(parts.db, sessionId).some(({ job }) => isUnderWay(job));
}
