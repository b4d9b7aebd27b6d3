/**
 * Where files go that nothing should use and nobody has agreed to delete: the folder `quarantine` of a data folder. Beside them
 * `manifest.jsonl` has a line for each: what it is called there, where it came from, why, and when. The line is written first,
 * so a move that was cut short leaves a line too many and never a file that nobody can place. Knows no rows.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

/** Why a file was moved aside. */
export type QuarantineReason =
  | 'no_row'
  | 'unused'
  | 'damaged'
  | 'database_lost'
  | 'database_damaged'
  | 'newer';

export class Quarantine {
  readonly #dataFolder: string;
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
    this.#folder = join(dataFolder, 'quarantine');
  }

  /** Moves a file of the data folder aside under a name that is not taken yet; what is gone already is fine. */
  move(file: string, name: string, why: QuarantineReason): void {
    if (!existsSync(file)) return;
    mkdirSync(this.#folder, { recursive: true });
    const free = this.#freeName(name);
    const from = relative(this.#dataFolder, file).replaceAll('\\', '/');
    const line = JSON.stringify({ file: free, from, why, at: new Date().toISOString() });
    appendFileSync(join(this.#folder, 'manifest.jsonl'), `${line}\n`);
    renameSync(file, join(this.#folder, free));
  }

  /** Files whose name begins so. */
  find(beginning: string): string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => name.startsWith(beginning))
      .map((name) => join(this.#folder, name));
  }

  #freeName(name: string): string {
    const ending = extname(name);
    const stem = name.slice(0, name.length - ending.length);
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? name : `${stem}-${count}${ending}`;
      if (!existsSync(join(this.#folder, candidate))) return candidate;
    }
  }
}
