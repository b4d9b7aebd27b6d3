/**
 * Prompts that the loaded checkpoint is good at: `knows.json` beside its weights, else six that any of our own
 * checkpoints has seen. Server only; read once, since a checkpoint does not change while it is loaded.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readEnvironment } from '../../server/environment.ts';

const BUILT_IN = [
  'A 3D fox on green hills',
  'A flat style castle on a starry night',
  'A 3D penguin in the snow',
  'A flat style rocket on a starry night',
  'A line art cactus on green hills',
  'A Noto style cake with the word "MOON"',
];

const example = z.union([z.string(), z.object({ prompt: z.string() }).transform(({ prompt }) => prompt)]);
const knows = z.object({ examples: z.array(example).min(1) });

let reading: Promise<string[]> | undefined;

export function readExamples(): Promise<string[]> {
  reading ??= read();
  return reading;
}

async function read(): Promise<string[]> {
  try {
    const { modelDir } = readEnvironment(process.env);
    const text = await readFile(path.join(/* turbopackIgnore: true */ modelDir, 'knows.json'), 'utf8');
    return knows.parse(JSON.parse(text)).examples.slice(0, 6);
  } catch {
    return BUILT_IN; // The file is optional; the engine, not the page, judges a checkpoint.
  }
}
