/** How a language model is configured: the content of `language.json`, or of the environment. Knows no running model, and no key. */
import { z } from 'zod';

const ADDRESS =
  'Expected an address with http:// or https://, without a name, a password, ? or #, such as http://127.0.0.1:11434/v1';
const VARIABLE = 'Expected the name of an environment variable, such as PALIMPSEST_LANGUAGE_KEY';
const price = z.number().nonnegative().max(1_000_000);

const fields = {
  /** Where the API stands: `/chat/completions` is below it. */
  address: z.string(ADDRESS).regex(/^https?:\/\/[^\s#@?/]+(\/[^\s#@?]*)?$/, ADDRESS),
  /** As that server calls it. */
  model: z.string().trim().min(1).max(200),
  /** Whether it can look at pictures: then small ones go along. */
  sees: z.boolean().default(false),
  /** The environment variable that has the key. */
  keyEnv: z
    .string(VARIABLE)
    .regex(/^[A-Za-z_]\w*$/, VARIABLE)
    .optional(),
  /** Seconds that one message may take, all calls together. */
  timeS: z.number().min(0.1).max(600).default(60),
  /** Calls that one message may take. */
  steps: z.int().min(1).max(12).default(4),
  /** Tokens of its answers to one message, all together. */
  tokens: z.int().min(16).max(100_000).default(2_000),
  /** What a million tokens cost. Without it no cost is said. */
  price: z
    .strictObject({ input: price, output: price, currency: z.string().trim().min(1).max(8).default('USD') })
    .optional(),
};

export const languageEntry = z.strictObject({
  ...fields,
  /** A file that has the key, readable by its owner alone. */
  keyFile: z.string().min(1).optional(),
});
export type LanguageEntry = z.output<typeof languageEntry>;

/** Body of `PUT /api/language`. Files that the server would read are named in `language.json` alone. */
export const newLanguageSchema = z.strictObject(fields);
