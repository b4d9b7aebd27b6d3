/**
 * What the loaded checkpoint knows: `knows.json` beside its weights, with prompts that it is good at. Server only; read
 * once, since a checkpoint does not change while it is loaded.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Knows } from '../app/hints/known-things.ts';
import { readEnvironment } from './environment.ts';

export interface Known {
  /** In any language; none for a checkpoint that does not say. */
  examples: string[];
  /** Null for a checkpoint that does not say; then nothing is warned of. */
  knows: Knows | null;
}

const example = z.union([z.string(), z.object({ prompt: z.string() }).transform(({ prompt }) => prompt)]);
const named = z.array(z.object({ en: z.string(), zh: z.string(), also: z.array(z.string()).optional() }));
const file = z.object({
  examples: z.array(example).min(1),
  subjects: named,
  styles: named,
  backgrounds: named.optional(),
  colours: named.optional(),
  places: named.optional(),
  vocabulary: z.object({ en: z.array(z.string()).optional(), zh: z.array(z.string()).optional() }).optional(),
  longestWord: z.number().optional(),
  mostDrawings: z.number().optional(),
  sizes: z.array(z.object({ widthPx: z.number(), heightPx: z.number() })).optional(),
});

let reading: Promise<Known> | undefined;

export function readKnown(): Promise<Known> {
  reading ??= read();
  return reading;
}

async function read(): Promise<Known> {
  try {
    const { modelDir } = readEnvironment(process.env);
    const text = await readFile(path.join(/* turbopackIgnore: true */ modelDir, 'knows.json'), 'utf8');
    const { examples, ...knows } = file.parse(JSON.parse(text));
    return { examples: examples.slice(0, 6), knows };
  } catch {
    return { examples: [], knows: null }; // The file is optional; the engine judges a checkpoint, not the page.
  }
}
