/** Measuring the drift of edits once their pictures are there, one at a time, beside everything else. */
import type { Logger } from 'pino';
import type { BlobStore } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import { findPictureById, type PictureRow, setDrift, unmeasuredPictures } from '../../db/pictures.ts';
import { findTurn, inputsOfTurn } from '../../db/turns.ts';
import { decodePriorTokens } from '../../engine/index.ts';
import { appendEvent } from '../log/event-log.ts';
import { pictureView } from '../views/views.ts';
import { askedChange } from './asked.ts';
import { type Compared, measureDrift } from './drift.ts';

interface Parts {
  db: Database;
  blobs: BlobStore;
  log: Logger;
}

/** Most pictures of an earlier server that are still measured: the newest, which are looked at first. */
const LEFT_BEHIND = 50;

export class PictureMeter {
  readonly #parts: Parts;
  readonly #stopListening: () => void;
  readonly #waiting: string[];
  #measuring: Promise<void> | undefined;
  #stopped = false;

  /** Measures the edits that an earlier server left, newest first, then each edit as it is saved. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#waiting = unmeasuredPictures(parts.db, LEFT_BEHIND).map(({ id }) => id);
    this.#stopListening = parts.db.onEvents((events) => {
      for (const { type, payload } of events)
        if (type === 'picture.saved') this.#waiting.push((payload as { picture: { id: string } }).picture.id);
      this.#wake();
    });
    this.#wake();
  }

  /** Measures nothing more; waits for the picture under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    await this.#measuring;
  }

  #wake(): void {
    if (this.#waiting.length === 0 || this.#stopped) return;
    this.#measuring ??= this.#measureAll().finally(() => {
      this.#measuring = undefined;
      this.#wake();
    });
  }

  async #measureAll(): Promise<void> {
    // After the commit whose listeners woke this: a write cannot stand inside of another.
    await new Promise(setImmediate);
    for (let id = this.#waiting.shift(); id !== undefined && !this.#stopped; id = this.#waiting.shift())
      try {
        const picture = findPictureById(this.#parts.db, id);
        if (picture && picture.drift === null) await this.#measure(picture);
      } catch (error) {
        this.#parts.log.warn({ err: error, picture: id }, 'the drift of a picture could not be measured');
      }
  }

  async #measure(picture: PictureRow): Promise<void> {
    const { db, blobs } = this.#parts;
    const turn = findTurn(db, picture.turnId)!;
    const inputs = inputsOfTurn(db, turn.id);
    const target = inputs.find(({ role }) => role === 'target');
    if (!target?.pixelsBlob) return;
    const mask = inputs.find(({ role }) => role === 'mask');
    const root = rootOf(db, target.pictureId);
    const [made, parent, first, painted] = await Promise.all([
      this.#compared(picture.id, picture.pixelsBlob),
      this.#compared(target.pictureId, target.pixelsBlob),
      root && root.id !== target.pictureId ? this.#compared(root.id, root.pixelsBlob) : null,
      mask ? blobs.read(mask.pixelsBlob!) : null,
    ]);
    const drift = await measureDrift(made, parent, first, painted, askedChange(turn.prompt));
    db.write(() => {
      const row = setDrift(db, picture.id, drift);
      if (row)
        appendEvent(db, {
          sessionId: turn.sessionId,
          jobId: null,
          type: 'picture.measured',
          payload: { picture: pictureView(row) },
        });
    });
  }

  async #compared(pictureId: string, pixelsBlob: string): Promise<Compared> {
    const { db, blobs } = this.#parts;
    const prior = findPictureById(db, pictureId)?.priorBlob;
    return {
      pictureId,
      file: await blobs.read(pixelsBlob),
      priorTokens: prior ? decodePriorTokens(await blobs.read(prior)) : null,
    };
  }
}

/** The first picture of the branch that a picture is on. */
function rootOf(db: Database, pictureId: string): PictureRow | undefined {
  let picture = findPictureById(db, pictureId);
  for (const seen = new Set<string>(); picture && !seen.has(picture.id); ) {
    seen.add(picture.id);
    const target = inputsOfTurn(db, picture.turnId).find(({ role }) => role === 'target');
    const next = target && findPictureById(db, target.pictureId);
    if (!next) return picture;
    picture = next;
  }
  return picture;
}
