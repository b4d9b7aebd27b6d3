/** Names and shapes of every tensor of a GLM-Image folder, in the order in which they are stored, and how wide their numbers spread. Pure. */
import { BUCKETS, BYTE_VOCAB, type Shape } from './shape.ts';

/** How the numbers of a tensor are drawn: `ones` and `zeros` as they are, else normal numbers of this standard deviation. */
export type Spread = 'ones' | 'zeros' | number;

export interface TensorShape {
  name: string;
  shape: readonly number[];
  spread: Spread;
}

/** One component of the folder. */
export interface Component {
  folder: string;
  /** Name of its file without number and ending. */
  stem: string;
  dtype: 'BF16' | 'F32';
  /** Whether it is stored in several files with an index. */
  sharded: boolean;
  tensors: readonly TensorShape[];
}

/** How many numbers a shape holds. */
export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const parametersOf = ({ tensors }: Component): number =>
  tensors.reduce((sum, { shape }) => sum + count(shape), 0);

const range = (length: number): number[] => Array.from({ length }, (_, k) => k);

/** A matrix that keeps the size of what it multiplies: its spread falls with the root of its inputs. */
const weight = (name: string, shape: readonly number[]): TensorShape => ({
  name: `${name}.weight`,
  shape,
  spread: Math.min(0.5, count(shape.slice(1)) ** -0.5),
});
const zeros = (name: string, size: number): TensorShape => ({
  name: `${name}.bias`,
  shape: [size],
  spread: 'zeros',
});
const ones = (name: string, size: number): TensorShape => ({
  name: `${name}.weight`,
  shape: [size],
  spread: 'ones',
});
const linear = (name: string, ...shape: number[]): TensorShape[] => [
  weight(name, shape),
  zeros(name, shape[0]!),
];
const norm = (name: string, size: number): TensorShape[] => [ones(name, size), zeros(name, size)];
/** Rows that are looked up. */
const table = (name: string, rows: number, width: number, spread = 0.5): TensorShape => ({
  name: `${name}.weight`,
  shape: [rows, width],
  spread,
});

function languageModel({ depth, visionLanguage: { text } }: Shape): TensorShape[] {
  const { hidden, intermediate, heads, kvHeads } = text;
  const kv = (hidden / heads) * kvHeads;
  const layer = (k: number) => {
    const at = `model.language_model.layers.${k}`;
    const norms = [
      'input_layernorm',
      'post_self_attn_layernorm',
      'post_attention_layernorm',
      'post_mlp_layernorm',
    ];
    return [
      ...norms.map((name) => ones(`${at}.${name}`, hidden)),
      ...linear(`${at}.self_attn.q_proj`, hidden, hidden),
      ...linear(`${at}.self_attn.k_proj`, kv, hidden),
      ...linear(`${at}.self_attn.v_proj`, kv, hidden),
      weight(`${at}.self_attn.o_proj`, [hidden, hidden]),
      weight(`${at}.mlp.gate_up_proj`, [2 * intermediate, hidden]),
      weight(`${at}.mlp.down_proj`, [hidden, intermediate]),
    ];
  };
  return [
    table('model.language_model.embed_tokens', text.vocab, hidden),
    ...range(depth.ar).flatMap(layer),
    ones('model.language_model.norm', hidden),
    weight('lm_head', [text.visual, hidden]),
  ];
}

function visionTower({ depth, visionLanguage: { vision, vq } }: Shape): TensorShape[] {
  const { hidden, intermediate, imageSize } = vision;
  const block = (k: number) => {
    const at = `model.visual.blocks.${k}`;
    return [
      ...norm(`${at}.norm1`, hidden),
      ...norm(`${at}.norm2`, hidden),
      ...linear(`${at}.attn.qkv`, 3 * hidden, hidden),
      ...linear(`${at}.attn.proj`, hidden, hidden),
      ...linear(`${at}.mlp.fc1`, intermediate, hidden),
      ...linear(`${at}.mlp.fc2`, hidden, intermediate),
    ];
  };
  return [
    ...linear('model.visual.patch_embed.proj', hidden, 3, 16, 16),
    table('model.visual.embeddings.position_embedding', (imageSize / 16) ** 2, hidden),
    ...range(depth.vit).flatMap(block),
    table('model.vqmodel.quantize.embedding', vq.codes, vq.embed),
    ...linear('model.vqmodel.quant_conv', vq.embed, hidden, 1, 1),
    ...linear('model.vqmodel.post_quant_conv', hidden, vq.embed, 1, 1),
  ];
}

function transformer({ depth, transformer: dit, vae, visionLanguage: { vq } }: Shape): TensorShape[] {
  const inner = dit.heads * dit.headDim;
  const patch = vae.latents * 4;
  const block = (k: number) => {
    const at = `transformer_blocks.${k}`;
    return [
      ...linear(`${at}.norm1.linear`, 12 * inner, dit.time),
      ...['to_q', 'to_k', 'to_v', 'to_out.0'].flatMap((name) => linear(`${at}.attn1.${name}`, inner, inner)),
      ...linear(`${at}.ff.net.0.proj`, 4 * inner, inner),
      ...linear(`${at}.ff.net.2`, inner, 4 * inner),
    ];
  };
  return [
    ...linear('image_projector.proj', inner, patch),
    ...linear('glyph_projector.net.0.proj', inner, dit.textEmbed),
    ...linear('glyph_projector.net.2', inner, inner),
    table('prior_token_embedding', vq.codes, inner),
    ...linear('prior_projector.net.0.proj', inner, inner),
    ...linear('prior_projector.net.2', inner, inner),
    ...linear('time_condition_embed.timestep_embedder.linear_1', dit.time, dit.time),
    ...linear('time_condition_embed.timestep_embedder.linear_2', dit.time, dit.time),
    ...linear('time_condition_embed.condition_embedder.linear_1', dit.time, 4 * dit.condition),
    ...linear('time_condition_embed.condition_embedder.linear_2', dit.time, dit.time),
    ...range(depth.dit).flatMap(block),
    ...linear('norm_out.linear', 2 * inner, dit.time),
    ...linear('proj_out', patch, inner),
  ];
}

function textEncoder({ textEncoder: { width, kv, heads, ff, layers } }: Shape): TensorShape[] {
  const inner = kv * heads;
  const block = (k: number) => {
    const [attention, dense] = [`encoder.block.${k}.layer.0`, `encoder.block.${k}.layer.1`];
    const positions = table(`${attention}.SelfAttention.relative_attention_bias`, BUCKETS, heads);
    return [
      ...['q', 'k', 'v'].map((name) => weight(`${attention}.SelfAttention.${name}`, [inner, width])),
      weight(`${attention}.SelfAttention.o`, [width, inner]),
      ...(k === 0 ? [positions] : []),
      ones(`${attention}.layer_norm`, width),
      ...['wi_0', 'wi_1'].map((name) => weight(`${dense}.DenseReluDense.${name}`, [ff, width])),
      weight(`${dense}.DenseReluDense.wo`, [width, ff]),
      ones(`${dense}.layer_norm`, width),
    ];
  };
  return [
    table('shared', BYTE_VOCAB, width),
    ...range(layers).flatMap(block),
    ones('encoder.final_layer_norm', width),
  ];
}

function vae({ vae: { channels, layers, latents } }: Shape): TensorShape[] {
  const conv = (name: string, to: number, from: number, side = 3) => linear(name, to, from, side, side);
  const resnet = (at: string, from: number, to: number) => [
    ...norm(`${at}.norm1`, from),
    ...conv(`${at}.conv1`, to, from),
    ...norm(`${at}.norm2`, to),
    ...conv(`${at}.conv2`, to, to),
    ...(from === to ? [] : conv(`${at}.conv_shortcut`, to, from, 1)),
  ];
  const widest = channels.at(-1)!;
  const middle = (at: string) =>
    range(2).flatMap((k) => resnet(`${at}.mid_block.resnets.${k}`, widest, widest));
  const last = channels.length - 1;
  const down = channels.flatMap((to, k) => {
    const at = `encoder.down_blocks.${k}`;
    const from = channels[k - 1] ?? to;
    return [
      ...range(layers).flatMap((i) => resnet(`${at}.resnets.${i}`, i === 0 ? from : to, to)),
      ...(k < last ? conv(`${at}.downsamplers.0.conv`, to, to) : []),
    ];
  });
  const turned = [...channels].reverse();
  const up = turned.flatMap((to, k) => {
    const at = `decoder.up_blocks.${k}`;
    const from = turned[k - 1] ?? to;
    return [
      ...range(layers + 1).flatMap((i) => resnet(`${at}.resnets.${i}`, i === 0 ? from : to, to)),
      ...(k < last ? conv(`${at}.upsamplers.0.conv`, to, to) : []),
    ];
  });
  return [
    ...conv('encoder.conv_in', channels[0]!, 3),
    ...down,
    ...middle('encoder'),
    ...norm('encoder.conv_norm_out', widest),
    ...conv('encoder.conv_out', 2 * latents, widest),
    ...conv('decoder.conv_in', widest, latents),
    ...middle('decoder'),
    ...up,
    ...norm('decoder.conv_norm_out', channels[0]!),
    ...conv('decoder.conv_out', 3, channels[0]!),
  ];
}

/** The four components that hold weights. */
export function componentsOf(shape: Shape): Component[] {
  return [
    {
      folder: 'vision_language_encoder',
      stem: 'model',
      dtype: 'BF16',
      sharded: true,
      tensors: [...languageModel(shape), ...visionTower(shape)],
    },
    {
      folder: 'transformer',
      stem: 'diffusion_pytorch_model',
      dtype: 'BF16',
      sharded: true,
      tensors: transformer(shape),
    },
    {
      folder: 'vae',
      stem: 'diffusion_pytorch_model',
      dtype: 'BF16',
      sharded: false,
      tensors: vae(shape),
    },
    { folder: 'text_encoder', stem: 'model', dtype: 'F32', sharded: false, tensors: textEncoder(shape) },
  ];
}
