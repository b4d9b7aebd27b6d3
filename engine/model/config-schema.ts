/**
 * The form of each configuration file of a GLM-Image folder, with upstream's defaults filled in. Fields that the engine cannot
 * honour are refused. Knows no file and no tensor.
 * Source: docs/model.md, "Checkpoint folder"; configuration classes of transformers 5.23 and diffusers 0.42.1.
 */
import { z } from 'zod';

/** A count, or a number of pixels, tokens, channels. */
export const size = z.int().positive();

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

export const visionLanguage = z.looseObject({
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

export const generation = z.looseObject({
  temperature: z.number().positive().default(1),
  top_p: z.number().positive().max(1).default(1),
  top_k: z.int().positive().default(50),
});

export const transformer = z.looseObject({
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

export const textEncoder = z.looseObject({
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

export const vae = z
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

export const scheduler = z.looseObject({
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
  // The engine's own fields: the defaults of a checkpoint for requests that name no steps or guidance. Upstream ignores them.
  default_num_inference_steps: size.default(50),
  default_guidance_scale: z.number().default(1.5),
});

/** Limits of a reference picture: upstream's areas, kept as the square roots that the resize rule uses. */
export const imageProcessor = z
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

export const tokenizerSettings = z.looseObject({
  image_token: z.string().default('<|image|>'),
  grid_bos_token: z.string().default('<sop>'),
  grid_eos_token: z.string().default('<eop>'),
  bos_token: z.string().nullish(),
});

export const byteTokenizer = z.looseObject({
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
export type TokenizerSettings = z.output<typeof tokenizerSettings>;
export type ByteTokenizerSettings = z.output<typeof byteTokenizer>;
