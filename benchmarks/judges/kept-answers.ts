/**
 * Answers of judges, kept in a folder under the hash of all that they depend on: the picture, what was asked, and who was asked. What was
 * answered once is never asked for again, and each file shows the question beside the answer as it came. Knows no judge.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class KeptAnswers {
  readonly #folder: string;
  readonly #underWay = new Map<string, Promise<unknown>>();
  /** Questions that were asked now, and those whose answer was there. */
  readonly count = { asked: 0, kept: 0 };

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The kept answer to a question, or the one that `ask` gets. Throws what `ask` throws; then nothing is kept. */
  async answer<T>(question: Record<string, unknown>, ask: () => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(JSON.stringify(question)).digest('hex');
    const file = join(this.#folder, `${key}.json`);
    const kept = keptIn(file);
    if (kept) {
      this.count.kept += 1;
      return kept.answer as T;
    }
    const sooner = this.#underWay.get(key);
    if (sooner) return sooner as Promise<T>;
    const asking = this.#ask(question, ask, file).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asking);
    return asking;
  }

  async #ask<T>(question: Record<string, unknown>, ask: () => Promise<T>, file: string): Promise<T> {
    const answer = await ask();
    this.count.asked += 1;
    const temporary = `${file}.new`;
    writeFileSync(temporary, `${JSON.stringify({ question, answer }, null, 1)}\n`);
    renameSync(temporary, file);
    return answer;
  }
}

/** The content of a file of an answer; undefined where there is none, or one that is no JSON. */
function keptIn(file: string): { answer: unknown } | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
