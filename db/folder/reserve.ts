/**
 * Room on the disk that is kept for what must be stored even when there is no other: a file of zeros. A deletion is written
 * before it frees anything, and a job that fails because the disk is full has to say so; either takes a part of this file's
 * room, which is kept again once there is some.
 */
import { appendFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** A deletion or the end of a job takes a few pages of the log; this is enough for tens of them. */
const RESERVE_BYTES = 512 * 1024;
const PART_BYTES = 64 * 1024;

export class Reserve {
  readonly #file: string;

  /** The reserve of a data folder; follow with {@link keep}. */
  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'reserve');
  }

  /** Keeps the whole room, if it is not kept already and the disk has it; else what was kept stays. */
  keep(): void {
    const size = this.#size();
    if (size === RESERVE_BYTES) return;
    try {
      appendFileSync(this.#file, Buffer.alloc(RESERVE_BYTES - size));
    } catch {
      // A part of what was missing would take up what room is left.
      if (size > 0) truncateSync(this.#file, size);
      else rmSync(this.#file, { force: true });
    }
  }

  /** Gives a part of the room to whoever writes next; false where none was kept. */
  release(): boolean {
    const size = this.#size();
    if (size > PART_BYTES) truncateSync(this.#file, size - PART_BYTES);
    else rmSync(this.#file, { force: true });
    return size > 0;
  }

  #size(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
