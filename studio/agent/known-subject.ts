/** Whether the loaded model knows what words name. Pure. */
import type { Knows } from '../known.ts';
import { describing } from './contents.ts';

/** Whether a known subject stands in the words; true too where the model does not say what it knows. */
export function canBeDrawn(knows: Knows | null, words: string): boolean {
  if (!knows) return true;
  const said = ` ${describing(words).join(' ')} `;
  return knows.subjects.some(({ en, zh, also }) =>
    [en, zh, ...(also ?? [])].some((name) =>
      /\p{Script=Han}/u.test(name) ? words.includes(name) : said.includes(` ${describing(name).join(' ')} `),
    ),
  );
}
