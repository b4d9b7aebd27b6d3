/**
 * The settings of a checkpoint, read from the configuration files of its folder and checked against each other.
 * Every failure names the file and the key. Knows no tensor.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../request/errors.ts';
import {
  type ByteTokenizerSettings,
  byteTokenizer,
  type GenerationConfig,
  generation,
  imageProcessor,
  type ReferenceLimits,
  type SchedulerConfig,
  scheduler,
  size,
  type TextEncoderConfig,
  type TokenizerSettings,
  type TransformerConfig,
  textEncoder,
  tokenizerSettings,
  transformer,
  type VaeConfig,
  type VisionLanguageConfig,
  vae,
  visionLanguage,
} from './config-schema.ts';

/** All settings of a checkpoint. */
export interface CheckpointConfig {
  visionLanguage: VisionLanguageConfig;
  generation: GenerationConfig;
  transformer: TransformerConfig;
  textEncoder: TextEncoderConfig;
  vae: VaeConfig;
  scheduler: SchedulerConfig;
  referenceLimits: ReferenceLimits;
  /** Number of cells that the preview grid aims at; upstream's rule is 256. */
  previewCells: number;
  tokenizer: TokenizerSettings;
  byteTokenizer: ByteTokenizerSettings;
  chatTemplate: string;
}

/** A JSON file of a checkpoint. Throws `bad_checkpoint` naming the file when it is missing or no JSON. */
export function readJson(dir: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(join(dir, file), 'utf8'));
  } catch (cause) {
    const what = cause instanceof SyntaxError ? `is not JSON (${cause.message})` : 'cannot be read';
    throw new EngineError(
      'bad_checkpoint',
      `${file} ${what}. Copy the file again from where the checkpoint came from.`,
      { field: file, cause },
    );
  }
}

function check<T extends z.ZodType>(schema: T, value: unknown, file: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const key = issue.path.join('.') || '(root)';
  throw new EngineError('bad_checkpoint', `${file}: ${key}: ${issue.message}`, {
    field: `${file}:${key}`,
    cause: result.error,
  });
}

const read = <T extends z.ZodType>(schema: T, dir: string, file: string): z.output<T> =>
  check(schema, readJson(dir, file), file);

function readProcessor(dir: string) {
  const newer = 'processor/processor_config.json';
  const older = 'processor/preprocessor_config.json';
  const root = existsSync(join(dir, newer)) ? read(z.looseObject({}), dir, newer) : {};
  const inNewer = root.image_processor !== undefined;
  return {
    referenceLimits: inNewer
      ? check(imageProcessor, root.image_processor, `${newer}:image_processor`)
      : read(imageProcessor, dir, older),
    previewCells: check(size.default(256), root.preview_cells, `${newer}:preview_cells`),
    chatTemplate: root.chat_template,
  };
}

function readChatTemplate(dir: string, inProcessorConfig: unknown): string {
  const file = 'processor/chat_template.jinja';
  if (existsSync(join(dir, file))) return readFileSync(join(dir, file), 'utf8');
  if (typeof inProcessorConfig === 'string') return inProcessorConfig;
  throw new EngineError(
    'bad_checkpoint',
    `${file} is missing and processor_config.json has no chat_template`,
    { field: file },
  );
}

/** Reads and checks every configuration file of a checkpoint folder. Throws `bad_checkpoint` naming file and key. */
export function readConfig(dir: string): CheckpointConfig {
  const vlm = 'vision_language_encoder';
  const { chatTemplate, ...processor } = readProcessor(dir);
  const config = {
    visionLanguage: read(visionLanguage, dir, `${vlm}/config.json`),
    generation: read(generation, dir, `${vlm}/generation_config.json`),
    transformer: read(transformer, dir, 'transformer/config.json'),
    textEncoder: read(textEncoder, dir, 'text_encoder/config.json'),
    vae: read(vae, dir, 'vae/config.json'),
    scheduler: read(scheduler, dir, 'scheduler/scheduler_config.json'),
    tokenizer: read(tokenizerSettings, dir, 'processor/tokenizer_config.json'),
    byteTokenizer: read(byteTokenizer, dir, 'tokenizer/tokenizer_config.json'),
    ...processor,
    chatTemplate: readChatTemplate(dir, chatTemplate),
  };
  checkAgreement(config);
  return config;
}

/** Throws where two files of one checkpoint contradict each other. */
function checkAgreement(config: CheckpointConfig): void {
  const pairs: [string, number, string, number][] = [
    [
      'transformer/config.json:prior_vq_quantizer_codebook_size',
      config.transformer.prior_vq_quantizer_codebook_size,
      'vision_language_encoder/config.json:vq_config.num_embeddings',
      config.visionLanguage.vq_config.num_embeddings,
    ],
    [
      'transformer/config.json:text_embed_dim',
      config.transformer.text_embed_dim,
      'text_encoder/config.json:d_model',
      config.textEncoder.d_model,
    ],
    [
      'transformer/config.json:in_channels',
      config.transformer.in_channels,
      'vae/config.json:latent_channels',
      config.vae.latent_channels,
    ],
    [
      'vision_language_encoder/config.json:vq_config.latent_channels',
      config.visionLanguage.vq_config.latent_channels,
      'vision_language_encoder/config.json:vision_config.hidden_size',
      config.visionLanguage.vision_config.hidden_size,
    ],
  ];
  for (const [leftKey, left, rightKey, right] of pairs)
    if (left !== right)
      throw new EngineError(
        'bad_checkpoint',
        `${leftKey} is ${left} but ${rightKey} is ${right}; they must be equal`,
        { field: leftKey },
      );
}
