/** Measuring the drift of edits once their pictures are there, one at a time, beside everything else. */
import type { Logger } from 'pino';
import type { BlobStore } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import { findImageById, type ImageRow, setDrift, unmeasuredImages } from '../../db/images.ts';
import { findNode, inputsOfNode } from '../../db/nodes.ts';
import { decodePriorTokens } from '../../engine/index.ts';
import { appendEvent } from '../views/event-log.ts';
import { imageView } from '../views/views.ts';
import { type Compared, measureDrift } from './drift.ts';

interface Parts {
  db: Database;
  blobs: BlobStore;
  log: Logger;
}

/** Most pictures of an earlier server that are still measured: those that anybody may look at soon. */
const LEFT_BEHIND = 50;

export class ImageMeter {
  readonly #parts: Parts;
  readonly #stopListening: () => void;
  readonly #waiting: string[];
  #working: Promise<void> | undefined;
  #stopped = false;

  /** Measures what an earlier server left, newest first, then each edit as it is saved. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#waiting = unmeasuredImages(parts.db, LEFT_BEHIND).map(({ id }) => id);
    this.#stopListening = parts.db.onEvents((events) => {
      for (const { type, payload } of events)
        if (type === 'image.saved') this.#waiting.push((payload as { image: { id: string } }).image.id);
      this.#wake();
    });
    this.#wake();
  }

  /** Measures nothing more; waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    await this.#working;
  }

  #wake(): void {
    if (this.#waiting.length === 0 || this.#stopped) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.#wake();
    });
  }

  async #work(): Promise<void> {
    // A breath after the commit whose listeners woke this: a write cannot stand inside of another.
    await new Promise(setImmediate);
    for (let id = this.#waiting.shift(); id !== undefined && !this.#stopped; id = this.#waiting.shift())
      try {
        const image = findImageById(this.#parts.db, id);
        if (image && image.drift === null) await this.#measure(image);
      } catch (error) {
        this.#parts.log.warn({ err: error, image: id }, 'the drift of a picture could not be measured');
      }
  }

  async #measure(image: ImageRow): Promise<void> {
    const { db, blobs } = this.#parts;
    const node = findNode(db, image.nodeId)!;
    const inputs = inputsOfNode(db, node.id);
    const target = inputs.find(({ role }) => role === 'target');
    if (!target?.pixelsBlob) return;
    const mask = inputs.find(({ role }) => role === 'mask');
    const root = rootOf(db, target.imageId);
    const [made, parent, first, painted] = await Promise.all([
      this.#compared(image.id, image.pixelsBlob),
      this.#compared(target.imageId, target.pixelsBlob),
      root && root.id !== target.imageId ? this.#compared(root.id, root.pixelsBlob) : null,
      mask ? blobs.read(mask.pixelsBlob!) : null,
    ]);
    const drift = await measureDrift(made, parent, first, painted);
    db.write(() => {
      const row = setDrift(db, image.id, drift);
      if (row)
        appendEvent(db, {
          sessionId: node.sessionId,
          jobId: null,
          type: 'image.measured',
          payload: { image: imageView(row) },
        });
    });
  }

  async #compared(imageId: string, pixelsBlob: string): Promise<Compared> {
    const { db, blobs } = this.#parts;
    const prior = findImageById(db, imageId)?.priorBlob;
    return {
      imageId,
      file: await blobs.read(pixelsBlob),
      priorTokens: prior ? decodePriorTokens(await blobs.read(prior)) : null,
    };
  }
}

/** The first picture of the branch that a picture is on. */
function rootOf(db: Database, imageId: string): ImageRow | undefined {
  let image = findImageById(db, imageId);
  for (const seen = new Set<string>(); image && !seen.has(image.id); ) {
    seen.add(image.id);
    const target = inputsOfNode(db, image.nodeId).find(({ role }) => role === 'target');
    const next = target && findImageById(db, target.imageId);
    if (!next) return image;
    image = next;
  }
  return image;
}
