/**
 * Configuration files of a GLM-Image folder of the published sizes, without any number of its weights.
 * Source: `config.json` of each component of zai-org/GLM-Image as far as public notes tell it; configuration classes of transformers 5.23
 * and diffusers 0.42.1. Counts of parameters that follow from it are compared with the published ones (tests/bench/synthetic.test.ts).
 */

/** Layers that may be left out, so that a folder of the published widths is small. */
export interface Depth {
  ar: number;
  dit: number;
  vit: number;
}

export interface Shape {
  name: string;
  depth: Depth;
  visionLanguage: VisionLanguageShape;
  transformer: TransformerShape;
  textEncoder: TextEncoderShape;
  vae: VaeShape;
}

export interface VisionLanguageShape {
  text: {
    vocab: number;
    visual: number;
    hidden: number;
    intermediate: number;
    heads: number;
    kvHeads: number;
  };
  mropeSection: readonly number[];
  vision: { hidden: number; intermediate: number; heads: number; imageSize: number };
  vq: { embed: number; codes: number };
}

export interface TransformerShape {
  heads: number;
  headDim: number;
  textEmbed: number;
  time: number;
  condition: number;
}

export interface TextEncoderShape {
  width: number;
  kv: number;
  heads: number;
  ff: number;
  layers: number;
}

export interface VaeShape {
  channels: readonly number[];
  layers: number;
  groups: number;
  latents: number;
}

const published: Shape = {
  name: 'glm-image',
  depth: { ar: 40, dit: 30, vit: 40 },
  visionLanguage: {
    text: { vocab: 168_064, visual: 16_512, hidden: 4096, intermediate: 13_696, heads: 32, kvHeads: 2 },
    mropeSection: [8, 12, 12],
    vision: { hidden: 1536, intermediate: 6144, heads: 16, imageSize: 2048 },
    vq: { embed: 2048, codes: 16_384 },
  },
  transformer: { heads: 32, headDim: 128, textEmbed: 1472, time: 512, condition: 256 },
  textEncoder: { width: 1472, kv: 64, heads: 6, ff: 3584, layers: 12 },
  vae: { channels: [128, 512, 1024, 1024], layers: 3, groups: 32, latents: 16 },
};

/** The same files with every width small: for tests. */
const small: Shape = {
  name: 'glm-image-small',
  depth: { ar: 2, dit: 2, vit: 2 },
  visionLanguage: {
    text: { vocab: 168_064, visual: 16_512, hidden: 16, intermediate: 32, heads: 4, kvHeads: 2 },
    mropeSection: [0, 0, 1],
    vision: { hidden: 32, intermediate: 48, heads: 2, imageSize: 2048 },
    vq: { embed: 16, codes: 16_384 },
  },
  transformer: { heads: 2, headDim: 16, textEmbed: 32, time: 32, condition: 16 },
  textEncoder: { width: 32, kv: 8, heads: 2, ff: 48, layers: 2 },
  vae: { channels: [8, 16, 16, 16], layers: 1, groups: 4, latents: 16 },
};

export const SHAPES: Readonly<Record<string, Shape>> = { [published.name]: published, [small.name]: small };

/** Ids of special tokens in the published vocabulary; visual tokens stand before all others. */
export const SPECIAL_TOKENS: Readonly<Record<string, number>> = {
  '<|endoftext|>': 167_841,
  '[MASK]': 167_842,
  '[gMASK]': 167_843,
  '[sMASK]': 167_844,
  '<sop>': 167_845,
  '<eop>': 167_846,
  '<|system|>': 167_847,
  '<|user|>': 167_848,
  '<|assistant|>': 167_849,
  '<|observation|>': 167_850,
  '<|begin_of_image|>': 167_851,
  '<|end_of_image|>': 167_852,
  '<|begin_of_video|>': 167_853,
  '<|end_of_video|>': 167_854,
  '<|image|>': 167_855,
};

/** First visual token that is no code: the start of a picture; the next is its end. */
const START = 16_384;

/** Statistics of the published VAE's latents, channel by channel (FastVideo, `glm_image` VAE configuration). */
const LATENTS_MEAN = [
  -0.2080078125, 1.875, -0.470703125, -1.265625, -1.421875, 0.77734375, -0.3671875, -0.9453125, 0.318359375,
  0.7734375, -0.1884765625, -0.022216796875, -0.220703125, -1.59375, -0.81640625, -0.255859375,
];
const LATENTS_STD = [
  3.0625, 2.203125, 2.265625, 4.84375, 2.5, 3.9375, 2.203125, 3.03125, 2.1875, 2.046875, 2.71875, 2.390625,
  2.390625, 2.453125, 2.25, 2.15625,
];

/** The contents of every configuration file, by path in the folder. */
export function configFiles({
  depth,
  visionLanguage,
  transformer,
  textEncoder,
  vae,
}: Shape): Record<string, unknown> {
  const { text, vision, vq, mropeSection } = visionLanguage;
  return {
    'model_index.json': {
      _class_name: 'GlmImagePipeline',
      _diffusers_version: '0.42.1',
      processor: ['glm_image', 'GlmImageProcessor'],
      scheduler: ['diffusers', 'FlowMatchEulerDiscreteScheduler'],
      text_encoder: ['transformers', 'T5EncoderModel'],
      tokenizer: ['transformers', 'ByT5Tokenizer'],
      transformer: ['diffusers', 'GlmImageTransformer2DModel'],
      vae: ['diffusers', 'AutoencoderKL'],
      vision_language_encoder: ['glm_image', 'GlmImageForConditionalGeneration'],
    },
    'vision_language_encoder/config.json': {
      architectures: ['GlmImageForConditionalGeneration'],
      dtype: 'bfloat16',
      model_type: 'glm_image',
      image_token_id: SPECIAL_TOKENS['<|image|>'],
      image_start_token_id: START,
      image_end_token_id: START + 1,
      tie_word_embeddings: false,
      text_config: {
        model_type: 'glm_image_text',
        attention_bias: true,
        hidden_act: 'silu',
        rms_norm_eps: 1e-5,
        vocab_size: text.vocab,
        vision_vocab_size: text.visual,
        hidden_size: text.hidden,
        intermediate_size: text.intermediate,
        num_hidden_layers: depth.ar,
        num_attention_heads: text.heads,
        num_key_value_heads: text.kvHeads,
        max_position_embeddings: 131_072,
        rope_parameters: {
          rope_type: 'default',
          rope_theta: 10_000,
          partial_rotary_factor: 0.5,
          mrope_section: mropeSection,
        },
        pad_token_id: SPECIAL_TOKENS['<|endoftext|>'],
        eos_token_id: START + 1,
      },
      vision_config: {
        model_type: 'glm_image_vision',
        attention_bias: true,
        depth: depth.vit,
        hidden_act: 'gelu',
        hidden_size: vision.hidden,
        image_size: vision.imageSize,
        in_channels: 3,
        intermediate_size: vision.intermediate,
        layer_norm_eps: 1e-6,
        num_heads: vision.heads,
        patch_size: 16,
        spatial_merge_size: 1,
      },
      vq_config: {
        model_type: 'glm_image_vqmodel',
        embed_dim: vq.embed,
        latent_channels: vision.hidden,
        num_embeddings: vq.codes,
      },
    },
    'vision_language_encoder/generation_config.json': {
      do_sample: true,
      eos_token_id: START + 1,
      pad_token_id: SPECIAL_TOKENS['<|image|>'],
      temperature: 0.9,
      top_k: text.visual,
      top_p: 0.75,
    },
    'transformer/config.json': {
      _class_name: 'GlmImageTransformer2DModel',
      _diffusers_version: '0.42.1',
      attention_head_dim: transformer.headDim,
      condition_dim: transformer.condition,
      in_channels: vae.latents,
      num_attention_heads: transformer.heads,
      num_layers: depth.dit,
      out_channels: vae.latents,
      patch_size: 2,
      prior_vq_quantizer_codebook_size: vq.codes,
      text_embed_dim: transformer.textEmbed,
      time_embed_dim: transformer.time,
    },
    'text_encoder/config.json': {
      architectures: ['T5EncoderModel'],
      model_type: 't5',
      d_ff: textEncoder.ff,
      d_kv: textEncoder.kv,
      d_model: textEncoder.width,
      feed_forward_proj: 'gated-gelu',
      layer_norm_epsilon: 1e-6,
      num_heads: textEncoder.heads,
      num_layers: textEncoder.layers,
      relative_attention_max_distance: 128,
      relative_attention_num_buckets: BUCKETS,
      vocab_size: BYTE_VOCAB,
    },
    'vae/config.json': {
      _class_name: 'AutoencoderKL',
      _diffusers_version: '0.42.1',
      act_fn: 'silu',
      block_out_channels: vae.channels,
      down_block_types: vae.channels.map(() => 'DownEncoderBlock2D'),
      up_block_types: vae.channels.map(() => 'UpDecoderBlock2D'),
      force_upcast: true,
      in_channels: 3,
      out_channels: 3,
      latent_channels: vae.latents,
      latents_mean: LATENTS_MEAN,
      latents_std: LATENTS_STD,
      layers_per_block: vae.layers,
      mid_block_add_attention: false,
      norm_num_groups: vae.groups,
      sample_size: 1024,
      scaling_factor: 0.18215,
      shift_factor: null,
      use_post_quant_conv: false,
      use_quant_conv: false,
    },
    'scheduler/scheduler_config.json': {
      _class_name: 'FlowMatchEulerDiscreteScheduler',
      _diffusers_version: '0.42.1',
      base_image_seq_len: 256,
      base_shift: 0.25,
      max_image_seq_len: 4096,
      max_shift: 0.75,
      num_train_timesteps: 1000,
      shift: 1,
      time_shift_type: 'linear',
      use_dynamic_shifting: true,
    },
    'processor/preprocessor_config.json': {
      image_processor_type: 'GlmImageImageProcessor',
      processor_class: 'GlmImageProcessor',
      do_convert_rgb: true,
      do_normalize: true,
      do_rescale: true,
      do_resize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      min_pixels: 512 ** 2,
      max_pixels: 2048 ** 2,
      merge_size: 1,
      patch_size: 16,
      temporal_patch_size: 1,
      resample: 3,
      rescale_factor: 1 / 255,
    },
    'processor/tokenizer_config.json': {
      bos_token: `<|dit_token_${START}|>`,
      eos_token: `<|dit_token_${START + 1}|>`,
      pad_token: '<|endoftext|>',
      image_token: '<|image|>',
      grid_bos_token: '<sop>',
      grid_eos_token: '<eop>',
      padding_side: 'left',
      processor_class: 'GlmImageProcessor',
      tokenizer_class: 'TokenizersBackend',
    },
    'tokenizer/tokenizer_config.json': {
      tokenizer_class: 'ByT5Tokenizer',
      eos_token: '</s>',
      pad_token: '<pad>',
      unk_token: '<unk>',
      extra_ids: 0,
      added_tokens_decoder: Object.fromEntries(
        ['<pad>', '</s>', '<unk>'].map((content, id) => [id, { content, lstrip: true, rstrip: true }]),
      ),
    },
  };
}

/** Rows of the glyph encoder's embedding, and of its relative positions. */
export const BYTE_VOCAB = 384;
export const BUCKETS = 32;

/** What the template writes for one user message: pictures between their tokens, then the text. */
export const CHAT_TEMPLATE = `{% for message in messages %}{% for item in message['content'] %}{% if item['type'] == 'image' %}<|dit_token_${START}|><|image|><|dit_token_${START + 1}|>{% else %}{{ item['text'] }}{% endif %}{% endfor %}{% endfor %}`;
