/**
 * The configuration files of a GLM-Image folder, checked and with upstream's defaults filled in.
 * Every failure names the file and the key. Knows no tensor.
 * Source: glm-image.md 1.2-1.7; configuration classes of transformers 5.23 and diffusers 0.42.1.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../request/errors.ts';

const size = z.int().positive();

const languageModel = z
  .looseObject({
    vocab_size: size.default(168064),
    vision_vocab_size: size.default(16512),
    hidden_size: size.default(4096),
    intermediate_size: size.default(13696),
    num_hidden_layers: size.default(40),
    num_attention_heads: size.default(32),
    num_key_value_heads: size.nullish(),
    head_dim: size.nullish(),
    hidden_act: z.literal('silu').default('silu'),
    rms_norm_eps: z.number().positive().default(1e-5),
    attention_bias: z.boolean().default(true),
    rope_parameters: z.looseObject({}).nullish(),
    rope_scaling: z.looseObject({}).nullish(),
    rope_theta: z.number().positive().optional(),
    partial_rotary_factor: z.number().positive().optional(),
  })
  .transform((text, context) => {
    const rope = { ...text, ...(text.rope_scaling ?? {}), ...(text.rope_parameters ?? {}) } as Record<
      string,
      unknown
    >;
    const headDim = text.head_dim ?? text.hidden_size / text.num_attention_heads;
    const ropeType = rope.rope_type ?? rope.type ?? 'default';
    if (ropeType !== 'default' && ropeType !== 'mrope')
      context.addIssue({
        code: 'custom',
        path: ['rope_parameters', 'rope_type'],
        message: `Expected 'default', got ${ropeType}`,
      });
    const section = z
      .array(z.int().nonnegative())
      .length(3)
      .safeParse(rope.mrope_section ?? [8, 12, 12]);
    const rotaryDim = Math.trunc(headDim * Number(rope.partial_rotary_factor ?? 1));
    if (!section.success || section.data.reduce((a, b) => a + b, 0) !== rotaryDim / 2)
      context.addIssue({
        code: 'custom',
        path: ['rope_parameters', 'mrope_section'],
        message: `Expected three counts that sum to half the rotary dimension ${rotaryDim}, got ${JSON.stringify(rope.mrope_section)}`,
      });
    return {
      ...text,
      head_dim: headDim,
      num_key_value_heads: text.num_key_value_heads ?? 2,
      rope_theta: Number(rope.rope_theta ?? 10000),
      rotary_dim: rotaryDim,
      mrope_section: section.data ?? [0, 0, 0],
    };
  });

const visionLanguage = z.looseObject({
  image_token_id: z.int().default(167855),
  image_start_token_id: z.int().default(16384),
  image_end_token_id: z.int().default(16385),
  text_config: languageModel.prefault({}),
  vision_config: z
    .looseObject({
      depth: size.default(40),
      hidden_size: size.default(1536),
      num_heads: size.default(16),
      intermediate_size: size.default(6144),
      patch_size: z.literal(16).default(16),
      image_size: size.default(2048),
      in_channels: z.literal(3).default(3),
      hidden_act: z.literal('gelu').default('gelu'),
      layer_norm_eps: z.number().positive().default(1e-6),
      attention_bias: z.boolean().default(true),
      spatial_merge_size: z.literal(1).default(1),
    })
    .prefault({}),
  vq_config: z
    .looseObject({
      embed_dim: size.default(2048),
      num_embeddings: size.default(16384),
      latent_channels: size.default(1536),
    })
    .prefault({}),
});

const generation = z.looseObject({
  temperature: z.number().positive().default(1),
  top_p: z.number().positive().max(1).default(1),
  top_k: z.int().positive().default(50),
});

const transformer = z.looseObject({
  patch_size: size.default(2),
  in_channels: size.default(16),
  out_channels: size.default(16),
  num_layers: size.default(30),
  attention_head_dim: size.multipleOf(4).default(40),
  num_attention_heads: size.default(64),
  text_embed_dim: size.default(1472),
  time_embed_dim: size.multipleOf(2).default(512),
  condition_dim: size.multipleOf(2).default(256),
  prior_vq_quantizer_codebook_size: size.default(16384),
});

const textEncoder = z.looseObject({
  vocab_size: size.default(32128),
  d_model: size.default(512),
  d_kv: size.default(64),
  d_ff: size.default(2048),
  num_layers: size.default(6),
  num_heads: size.default(8),
  relative_attention_num_buckets: size.multipleOf(4).default(32),
  relative_attention_max_distance: size.default(128),
  layer_norm_epsilon: z.number().positive().default(1e-6),
  feed_forward_proj: z.literal('gated-gelu'),
});

const vae = z
  .looseObject({
    in_channels: z.literal(3).default(3),
    out_channels: z.literal(3).default(3),
    block_out_channels: z.array(size).min(1).default([64]),
    layers_per_block: size.default(1),
    latent_channels: size.default(4),
    norm_num_groups: size.default(32),
    act_fn: z.literal('silu').default('silu'),
    mid_block_add_attention: z.literal(false, {
      error: 'Expected false: attention in the VAE is not part of GLM-Image',
    }),
    sample_size: size.default(32),
    use_quant_conv: z.boolean().default(true),
    use_post_quant_conv: z.boolean().default(true),
    latents_mean: z.array(z.number()).nullish(),
    latents_std: z.array(z.number()).nullish(),
  })
  .transform((config) => ({
    ...config,
    latents_mean: config.latents_mean ?? new Array<number>(config.latent_channels).fill(0),
    latents_std: config.latents_std ?? new Array<number>(config.latent_channels).fill(1),
  }))
  .refine((config) => config.latents_mean.length === config.latent_channels, {
    path: ['latents_mean'],
    error: 'Expected one number per latent channel',
  })
  .refine((config) => config.latents_std.length === config.latent_channels, {
    path: ['latents_std'],
    error: 'Expected one number per latent channel',
  });

const off = z
  .literal(false, { error: 'Expected false: this noise schedule is not part of GLM-Image' })
  .nullish();

const scheduler = z.looseObject({
  num_train_timesteps: size.default(1000),
  shift: z.number().positive().default(1),
  use_dynamic_shifting: z.boolean().default(false),
  time_shift_type: z.enum(['linear', 'exponential']).default('exponential'),
  base_shift: z.number().default(0.5),
  max_shift: z.number().default(1.15),
  base_image_seq_len: size.default(256),
  shift_terminal: z.null({ error: 'Expected null: a terminal shift is not part of GLM-Image' }).optional(),
  invert_sigmas: off,
  use_karras_sigmas: off,
  use_exponential_sigmas: off,
  use_beta_sigmas: off,
  stochastic_sampling: off,
  // Ours, not upstream's: what a caller gets who asks for nothing. Upstream's pipeline defaults otherwise.
  default_num_inference_steps: size.default(50),
  default_guidance_scale: z.number().default(1.5),
});

/** Limits of a reference picture: upstream's areas, kept as the square roots that the resize rule uses. */
const imageProcessor = z
  .looseObject({
    min_pixels: size.optional(),
    max_pixels: size.optional(),
    size: z.looseObject({ shortest_edge: size, longest_edge: size }).nullish(),
    patch_size: z.literal(16),
    temporal_patch_size: z.literal(1),
    merge_size: z.literal(1),
    image_mean: z.array(z.literal(0.5)).length(3),
    image_std: z.array(z.literal(0.5)).length(3),
    resample: z.literal(3).default(3),
  })
  .transform((config) => ({
    shortest: Math.round(Math.sqrt(config.min_pixels ?? config.size?.shortest_edge ?? 112 * 112)),
    longest: Math.round(Math.sqrt(config.max_pixels ?? config.size?.longest_edge ?? 28 * 28 * 15000)),
  }));

const tokenizerSettings = z.looseObject({
  image_token: z.string().default('<|image|>'),
  grid_bos_token: z.string().default('<sop>'),
  grid_eos_token: z.string().default('<eop>'),
  bos_token: z.string().nullish(),
});

const byteTokenizer = z.looseObject({
  added_tokens_decoder: z
    .record(
      z.string(),
      z.looseObject({
        content: z.string(),
        lstrip: z.boolean().default(false),
        rstrip: z.boolean().default(false),
      }),
    )
    .optional(),
});

export type LanguageModelConfig = z.output<typeof languageModel>;
export type VisionLanguageConfig = z.output<typeof visionLanguage>;
export type VisionConfig = VisionLanguageConfig['vision_config'];
export type VqConfig = VisionLanguageConfig['vq_config'];
export type TransformerConfig = z.output<typeof transformer>;
export type TextEncoderConfig = z.output<typeof textEncoder>;
export type VaeConfig = z.output<typeof vae>;
export type SchedulerConfig = z.output<typeof scheduler>;
export type ReferenceLimits = z.output<typeof imageProcessor>;
export type GenerationConfig = z.output<typeof generation>;

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
  tokenizer: z.output<typeof tokenizerSettings>;
  byteTokenizer: z.output<typeof byteTokenizer>;
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
