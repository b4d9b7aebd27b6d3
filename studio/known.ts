/**
 * The things that a checkpoint says it draws well: the content of `knows.json` beside its weights. The server reads it, messages are
 * read by it (`reading/`), and the page shows it. Pure.
 */
import { z } from 'zod';

const named = z.object({
  en: z.string(),
  zh: z.string(),
  /** Other names of the same, in either language. */
  also: z.array(z.string()).optional(),
  /** Looser words that are understood as it. */
  loose: z.array(z.string()).optional(),
  emoji: z.string().optional(),
  /** What it shares with things that are like it, such as `animal`: by these it is suggested in the place of something unknown. */
  tags: z.array(z.string()).optional(),
});

const knows = z.object({
  subjects: z.array(named),
  styles: z.array(named),
  backgrounds: z.array(named).optional(),
  colours: z.array(named).optional(),
  places: z.array(named).optional(),
  /** Every other word that captions of the training used; none of them is warned of. */
  vocabulary: z.object({ en: z.array(z.string()).optional(), zh: z.array(z.string()).optional() }).optional(),
  /** Most characters of a word that can be written. */
  longestWord: z.number().optional(),
  /** Most drawings in one picture, and most of one subject. */
  mostDrawings: z.number().optional(),
  mostAlike: z.number().optional(),
  /** False where a colour before a subject ("a blue fox") changes nothing. Without it, nothing is said of such colours. */
  colouredThings: z.boolean().optional(),
  /**
   * Prior tokens that are letters: from `first` on, one for each of the characters, and all of them again for each ink. By them the
   * engine reads drawn words back.
   */
  letters: z.object({ first: z.number().int(), characters: z.string(), inks: z.number().int() }).optional(),
  /** Sizes that it was trained on; without a list no size is warned of. */
  sizes: z.array(z.object({ widthPx: z.number(), heightPx: z.number() })).optional(),
});

const example = z.union([z.string(), z.object({ prompt: z.string() }).transform(({ prompt }) => prompt)]);

/** Content of `knows.json`. Optional fields: an older file simply knows less. */
export const knowsFile = knows.extend({ examples: z.array(example).min(1) });

/** A name in both languages, and other names of the same. */
export type Named = DeepReadonly<z.output<typeof named>>;
export type Knows = DeepReadonly<z.output<typeof knows>>;

/** Answer of `GET /api/model`. */
export interface Known {
  /** In any language; none for a checkpoint that does not say. */
  examples: readonly string[];
  /** Null for a checkpoint that does not say; then nothing is warned of. */
  knows: Knows | null;
}

/**
 * The header in which the server names the examples to the page that it is about to render, so that they stand in the first
 * HTML. Set on each request, whatever a client sent under that name.
 */
export const EXAMPLES_HEADER = 'palimpsest-examples';

/** The examples as the value of {@link EXAMPLES_HEADER}, which holds ASCII only. */
export function examplesToHeader(examples: readonly string[]): string {
  return encodeURIComponent(JSON.stringify(examples));
}

/** None where no server of ours has set the header. */
export function examplesOfHeader(value: string | null): readonly string[] {
  return value === null ? [] : (JSON.parse(decodeURIComponent(value)) as string[]);
}

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
