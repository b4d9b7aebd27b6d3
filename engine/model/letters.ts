/**
 * Which prior tokens are letters, as a checkpoint's own list says it (`knows.json`, field `letters`): by them words are read back
 * from a picture. Most checkpoints say nothing of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../request/errors.ts';

const schema = z.object({
  letters: z
    .object({
      /** The first token that is a letter. */
      first: z.int().nonnegative(),
      /** The characters in the order of their tokens, once for each ink. */
      characters: z.string().min(1),
      inks: z.int().positive(),
    })
    .optional(),
});

export type LetterCodes = NonNullable<z.output<typeof schema>['letters']>;

/** The letters of a checkpoint; undefined where it does not say. Throws `bad_checkpoint` for a malformed field. */
export function readLetterCodes(dir: string): LetterCodes | undefined {
  const file = join(dir, 'knows.json');
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8'))).letters;
  } catch (cause) {
    throw new EngineError(
      'bad_checkpoint',
      `${file} does not say its letters as it should. Mend it, or take it away.`,
      { field: 'letters', cause },
    );
  }
}

/** The character of a token; undefined for one that is no letter. */
export function characterOf({ first, characters, inks }: LetterCodes, token: number): string | undefined {
  const place = token - first;
  return place >= 0 && place < characters.length * inks ? characters[place % characters.length] : undefined;
}
