/**
 * A GLM-Image folder in Hugging Face layout: configuration, tensors by component, tokenizer, digest.
 * Opening reads headers only; numbers stay in the files.
 * Source: docs/model.md, "Checkpoint folder".
 */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../request/errors.ts';
import { type CheckpointConfig, readConfig } from './config.ts';
import { type LetterCodes, readLetterCodes } from './letters.ts';
import { Tokenizer } from './tokenizer.ts';
import { Weights } from './weights.ts';

export interface Checkpoint {
  dir: string;
  name: string;
  config: CheckpointConfig;
  tokenizer: Tokenizer;
  visionLanguage: Weights;
  textEncoder: Weights;
  transformer: Weights;
  vae: Weights;
  /** Tokens that are letters, where the checkpoint's list says so. */
  letters: LetterCodes | undefined;
}

/** Opens a checkpoint folder. Throws `bad_checkpoint` naming the file and key that is missing or wrong. */
export function openCheckpoint(path: string): Checkpoint {
  const dir = resolve(path);
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory())
    throw new EngineError(
      'bad_checkpoint',
      `There is no checkpoint folder at ${path}. Set PALIMPSEST_MODEL to one.`,
      { field: path },
    );
  return {
    dir,
    name: basename(dir),
    config: readConfig(dir),
    tokenizer: new Tokenizer(dir),
    visionLanguage: Weights.open(dir, 'vision_language_encoder', 'model'),
    textEncoder: Weights.open(dir, 'text_encoder', 'model'),
    transformer: Weights.open(dir, 'transformer', 'diffusion_pytorch_model'),
    vae: Weights.open(dir, 'vae', 'diffusion_pytorch_model'),
    letters: readLetterCodes(dir),
  };
}

const COMPONENTS = [
  'processor',
  'scheduler',
  'text_encoder',
  'tokenizer',
  'transformer',
  'vae',
  'vision_language_encoder',
];

/** Every file of a folder that inference reads, in the order of their names. */
export const inferenceFiles = (dir: string): string[] =>
  COMPONENTS.flatMap((component) =>
    readdirSync(join(dir, component)).map((file) => `${component}/${file}`),
  ).sort();

/** SHA-256, hex, over the names and contents of every file that inference reads, in the order of their names. */
export async function digestCheckpoint(dir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of inferenceFiles(dir)) {
    const size = statSync(join(dir, file)).size;
    hash.update(`${file}\0${size}\0`);
    await pipeline(createReadStream(join(dir, file), { highWaterMark: 1 << 20 }), async (source) => {
      for await (const part of source) hash.update(part as Uint8Array);
    });
  }
  return hash.digest('hex');
}
