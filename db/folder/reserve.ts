/**
 * Room on the disk that is kept for deleting: a file of zeros. A deletion is written before it frees anything, so on a disk that
 * is full to the last byte it could never begin; it takes this file's room, which is kept again once there is some.
 */
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A deletion takes a few pages of the log; this is enough for tens of them. */
const RESERVE_BYTES = 512 * 1024;

export class Reserve {
  readonly #file: string;

  /** The reserve of a data folder; follow with {@link keep}. */
  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'reserve');
  }

  /** Keeps the room, if it is not kept already and the disk has it. */
  keep(): void {
    if (this.#size() === RESERVE_BYTES) return;
    try {
      writeFileSync(this.#file, Buffer.alloc(RESERVE_BYTES));
    } catch {
      // A part of it would take up what room is left, and be too little at the next deletion.
      rmSync(this.#file, { force: true });
    }
  }

  /** Gives the room to whoever writes next; false where none was kept. */
  release(): boolean {
    const isKept = this.#size() > 0;
    rmSync(this.#file, { force: true });
    return isKept;
  }

  #size(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
