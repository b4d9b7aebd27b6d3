/** Writes the label of every picture beside the pictures, a few at a time, so that they can be placed without their database. */
import type { Logger } from 'pino';
import { isOnItsWay } from '../../db/bundle/insert-bundle.ts';
import type { Database } from '../../db/database.ts';
import { dropLabels, labelsAfter, writeLabel } from '../../db/folder/labels.ts';
import { findSession } from '../../db/sessions.ts';

const INTERVAL_MS = 1_000;
const LABELS_AT_ONCE = 200;

/** Labels what has none yet, from the first picture on, and from then on what is added; the answer stops it with `clearInterval`. */
export function labelPictures(db: Database, dataFolder: string, log: Logger): NodeJS.Timeout {
  const labeller = new Labeller(db, dataFolder);
  return setInterval(() => {
    labeller
      .labelSome()
      .catch((error: unknown) => log.error({ err: error }, 'pictures could not be labelled'));
  }, INTERVAL_MS).unref();
}

/** Goes through the pictures in the order in which they were stored. */
export class Labeller {
  readonly #db: Database;
  readonly #dataFolder: string;
  #after = 0;
  #busy = false;

  constructor(db: Database, dataFolder: string) {
    this.#db = db;
    this.#dataFolder = dataFolder;
  }

  /** Labels the next pictures; answers how many were looked at. A call while another is under way does nothing. */
  async labelSome(): Promise<number> {
    if (this.#busy || this.#db.loss()) return 0;
    this.#busy = true;
    try {
      const labels = labelsAfter(this.#db, this.#after, LABELS_AT_ONCE);
      for (const { rowid, ...label } of labels) {
        // A session that is still coming in has no owner yet; what follows waits for it.
        if (isOnItsWay(label.session.owner)) return 0;
        await writeLabel(this.#dataFolder, label);
        // Purged while its label was written.
        if (!findSession(this.#db, label.session.id)) dropLabels(this.#dataFolder, label.session.id);
        this.#after = rowid;
      }
      return labels.length;
    } finally {
      this.#busy = false;
    }
  }
}
