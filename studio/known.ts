/**
 * The things that a checkpoint says it draws well: the content of `knows.json` beside its weights, as the server reads it and the
 * page uses it for examples and hints. Pure.
 */
import { z } from 'zod';

const named = z.object({
  en: z.string(),
  zh: z.string(),
  /** Other names of the same. */
  also: z.array(z.string()).optional(),
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
  /** Most drawings in one picture. */
  mostDrawings: z.number().optional(),
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
