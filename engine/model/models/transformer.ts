/**
 * The DiT: a single-stream flow-matching transformer over text (glyph) and image rows with shared weights and
 * per-stream modulation. References enter as keys and values written once, before the text and image rows.
 * Graphs are made of it for what runs once a picture (text rows, prior rows), once a step (modulation) and at every forward pass.
 * Source: docs/model.md, "DiT" and "References in the DiT"; diffusers 0.42.1 `transformer_glm_image.py`.
 */
import {
  applyRope,
  attention,
  constant,
  embedding,
  feedForward,
  type Linear,
  layerNorm,
  linear,
  mergeHeads,
  op,
  splitHeads,
  tiledAttention,
  type Value,
} from '../../../kernels/index.ts';
import type { TransformerConfig } from '../config-schema.ts';
import { type WeightScope, weightsOf } from '../weights.ts';

const EPS = 1e-5;
/** Width of the hidden rows of the feed-forward, in widths of the DiT. */
const FEED_FORWARD_RATIO = 4;
const SINUSOID_BASE = 10000;
/** Shift, scale and gate of image and text, before attention and before the feed-forward. */
const BLOCK_CHUNKS = 12;
/** Chunks of a block's modulation that scale. */
const BLOCK_SCALES = [2, 3, 8, 9];
/** Scale and shift after the last block. */
const HEAD_CHUNKS = 2;
const HEAD_SCALES = [0];
/** Width from which the attention scores of a large picture would take gigabytes: 32 heads of 4,096 rows and keys in fp32 take 2 GiB. */
const WIDE = 2048;

export const innerDim = (config: TransformerConfig): number =>
  config.num_attention_heads * config.attention_head_dim;

/** Whether attention runs in tiles and never holds all its scores. */
export const attendsInTiles = (config: TransformerConfig): boolean => innerDim(config) >= WIDE;

/** Numbers of a block's modulation, and of that after the last block. */
export const blockModulationDim = (config: TransformerConfig): number => BLOCK_CHUNKS * innerDim(config);
export const headModulationDim = (config: TransformerConfig): number => HEAD_CHUNKS * innerDim(config);

/** Numbers of the sinusoids of crop and size: top, left, height, width. */
export const sizeDim = (config: TransformerConfig): number => 4 * config.condition_dim;

/** A stored linear layer with bias. */
function dense(weights: WeightScope, name: string, x: Value, from: number, to: number): Value {
  const { weight, bias } = weightsOf(weights, name, from, to);
  return linear(x, weight, bias);
}

/** Glyph features as text rows. Shapes: [length, text_embed_dim] to [length, inner]. */
export function embedGlyphs(config: TransformerConfig, weights: WeightScope, glyphs: Value): Value {
  const inner = innerDim(config);
  const projector = weights.scope('glyph_projector');
  const hidden = op.gelu(dense(projector, 'net.0.proj', glyphs, config.text_embed_dim, inner));
  return dense(projector, 'net.2', hidden, inner, inner);
}

/**
 * Prior ids as rows added to the image rows. `keep` is 1, or 0 where the prior is dropped: a dropped prior is the
 * projection of a zero row, which is not zero. Shapes: ids [n], keep [n] to [n, inner].
 */
export function embedPrior(config: TransformerConfig, weights: WeightScope, ids: Value, keep: Value): Value {
  const inner = innerDim(config);
  const table = weights.get('prior_token_embedding.weight', [config.prior_vq_quantizer_codebook_size, inner]);
  const rows = op.mul(embedding(table, ids), op.unsqueeze(keep, [1]));
  const projector = weights.scope('prior_projector');
  const net0 = dense(projector, 'net.0.proj', rows, inner, inner);
  return dense(projector, 'net.2', op.silu(net0), inner, inner);
}

/** Sinusoids of a number: cosines first. Computed in double precision. Shapes: [dim]. */
export function sinusoid(value: number, dim: number): Float32Array {
  const half = dim / 2;
  const angle = (i: number) => value * Math.exp((-Math.log(SINUSOID_BASE) * i) / half);
  return Float32Array.from({ length: dim }, (_, i) =>
    i < half ? Math.cos(angle(i)) : Math.sin(angle(i - half)),
  );
}

/** Sinusoids of crop (top, left), then size (height, width). Shapes: [sizeDim]. */
export function sizeSinusoid(
  config: TransformerConfig,
  size: readonly [number, number],
  crop: readonly [number, number] = [0, 0],
): Float32Array {
  return Float32Array.from([...crop, ...size].flatMap((value) => [...sinusoid(value, config.condition_dim)]));
}

export interface ModulationValues {
  /** Already activated. [1, time_embed_dim] */
  temb: Value;
  /** One for each layer. [1, blockModulationDim] */
  blocks: Value[];
  /** Scale, then shift. [1, headModulationDim] */
  head: Value;
}

/** All modulations of one step; they depend on timestep, size and crop only. Shapes: sinusoids [1, time_embed_dim], [1, sizeDim]. */
export function modulation(
  config: TransformerConfig,
  weights: WeightScope,
  time: Value,
  size: Value,
): ModulationValues {
  const width = config.time_embed_dim;
  const condition = weights.scope('time_condition_embed');
  const embed = (name: string, x: Value, from: number) =>
    dense(
      condition,
      `${name}.linear_2`,
      op.silu(dense(condition, `${name}.linear_1`, x, from, width)),
      width,
      width,
    );
  const temb = op.silu(
    op.add(embed('timestep_embedder', time, width), embed('condition_embedder', size, sizeDim(config))),
  );
  return {
    temb,
    blocks: Array.from({ length: config.num_layers }, (_, i) =>
      dense(weights, `transformer_blocks.${i}.norm1.linear`, temb, width, blockModulationDim(config)),
    ),
    head: dense(weights, 'norm_out.linear', temb, width, headModulationDim(config)),
  };
}

/** The modulations as the DiT applies them: flat, and with 1 added to each scale. Shapes: [blockModulationDim], [headModulationDim]. */
export function appliedModulation(config: TransformerConfig, { blocks, head }: ModulationValues) {
  const inner = innerDim(config);
  const applied = (value: Value, chunks: number, scales: readonly number[]) => {
    const ones = new Float32Array(chunks * inner);
    for (const chunk of scales) ones.fill(1, chunk * inner, (chunk + 1) * inner);
    return op.add(op.reshape(value, [chunks * inner]), constant(ones));
  };
  return {
    blocks: blocks.map((block) => applied(block, BLOCK_CHUNKS, BLOCK_SCALES)),
    head: applied(head, HEAD_CHUNKS, HEAD_SCALES),
  };
}

/** Keys (after norm and rotation) and values of one reference or of several in a row. Shapes: [heads, rows, headDim]. */
export interface KeysValues<T> {
  keys: T;
  values: T;
}

export interface TransformerInputs {
  /** Noisy latents as patches (see {@link patchify}). [n, channels * patch * patch] */
  patches: Value;
  /** Projected prior rows. [n, inner] */
  prior: Value;
  /** Projected glyph rows. [text, inner] */
  text: Value;
  /** As the blocks apply them: see {@link appliedModulation}. [blockModulationDim] each, head [headModulationDim] */
  modulation: { blocks: Value[]; head: Value };
  /** Rotary tables of text rows (identity) and image rows. [text + n, headDim] */
  cos: Value;
  sin: Value;
  /** Keys and values of the references per layer; of length 0 where none are read. */
  references: KeysValues<Value>[];
}

/** One thing for the image rows and one for the text rows, which share all weights but not the modulation. */
interface Streams<T> {
  image: T;
  text: T;
}

interface Attention {
  q: Value;
  k: Value;
  v: Value;
  out: Value;
}

export interface TransformerValues {
  /** Image rows before the prior is added. */
  projected: Value;
  embed: Value;
  /** Both streams after every block. */
  blocks: Streams<Value>[];
  /** Of the first block, for parity: after norm and rotation. [heads, text + n, headDim] */
  firstAttention: Attention;
  /** Keys and values of the rows of this forward pass, per layer: text first. */
  present: KeysValues<Value>[];
  normOut: Value;
  /** As patches. [n, channels * patch * patch] */
  velocity: Value;
}

interface Modulation {
  shift: Value;
  scale: Value;
  gate: Value;
}

/** The chunks of a block's modulation; in their stored order image and text alternate. */
function blockModulation(
  config: TransformerConfig,
  stored: Value,
): { attention: Streams<Modulation>; feedForward: Streams<Modulation> } {
  const inner = innerDim(config);
  // In two steps: a WebGPU kernel may touch about ten buffers at once.
  const half = BLOCK_CHUNKS / 2;
  const chunks = op
    .split(stored, [half * inner, half * inner], 0)
    .flatMap((values) => op.split(values, new Array<number>(half).fill(inner), 0));
  const at = (first: number): Modulation => ({
    shift: chunks[first]!,
    scale: chunks[first + 2]!,
    gate: chunks[first + 4]!,
  });
  return {
    attention: { image: at(0), text: at(1) },
    feedForward: { image: at(half), text: at(half + 1) },
  };
}

/** Normalised rows, scaled and shifted, in one operator: `scale` has its 1 already. */
const modulate = (x: Value, scale: Value, shift: Value): Value =>
  layerNorm(x, { weight: scale, bias: shift, eps: EPS });

/** Both streams modulated, text rows first. Shapes: [n, inner] and [text, inner] to [text + n, inner]. */
const modulateBoth = ({ image, text }: Streams<Value>, by: Streams<Modulation>): Value =>
  op.concat(
    [modulate(text, by.text.scale, by.text.shift), modulate(image, by.image.scale, by.image.shift)],
    0,
  );

/** Both streams with the gated rows of a residual branch added. Shapes: branch [text + n, inner]. */
function addGated({ image, text }: Streams<Value>, by: Streams<Modulation>, branch: Value): Streams<Value> {
  const sizes = [text.shape[0]!, image.shape[0]!];
  const [textBranch, imageBranch] = op.split(branch, sizes, 0) as [Value, Value];
  return {
    image: op.add(image, op.mul(by.image.gate, imageBranch)),
    text: op.add(text, op.mul(by.text.gate, textBranch)),
  };
}

/** Attention of all rows to each other and to the references before them. Shapes: x [text + n, inner]. */
function attend(
  config: TransformerConfig,
  weights: WeightScope,
  x: Value,
  { cos, sin, references }: TransformerInputs,
  layer: number,
  product: Linear,
): Attention {
  const inner = innerDim(config);
  const { num_attention_heads: heads, attention_head_dim: headDim } = config;
  // One product for queries, keys and values, and one norm and rotation for the first two: fewer, larger operators.
  const projections = ['to_q', 'to_k', 'to_v'].map((name) => weightsOf(weights, name, inner, inner));
  const join = (part: 'weight' | 'bias') =>
    op.concat(
      projections.map((each) => each[part]),
      0,
    );
  const projected = splitHeads(product(x, join('weight'), join('bias')), 3 * heads);
  const [unrotated, v] = op.split(projected, [2 * heads, heads], 0) as [Value, Value];
  const rotated = applyRope(layerNorm(unrotated, { eps: EPS }), cos, sin);
  const [q, k] = op.split(rotated, [heads, heads], 0) as [Value, Value];
  const { keys, values } = references[layer]!;
  const form = attendsInTiles(config) ? tiledAttention : attention;
  const attended = form(q, op.concat([keys, k], 1), op.concat([values, v], 1), { scale: headDim ** -0.5 });
  return { q, k, v, out: mergeHeads(attended) };
}

function block(
  config: TransformerConfig,
  weights: WeightScope,
  rows: Streams<Value>,
  inputs: TransformerInputs,
  layer: number,
  product: Linear,
): { rows: Streams<Value>; attention: Attention } {
  const inner = innerDim(config);
  const hidden = inner * FEED_FORWARD_RATIO;
  const modulation = blockModulation(config, inputs.modulation.blocks[layer]!);
  const self = weights.scope('attn1');
  const attention = attend(config, self, modulateBoth(rows, modulation.attention), inputs, layer, product);
  const { weight, bias } = weightsOf(self, 'to_out.0', inner, inner);
  const middle = addGated(rows, modulation.attention, product(attention.out, weight, bias));
  const fed = feedForward(modulateBoth(middle, modulation.feedForward), {
    up: weightsOf(weights, 'ff.net.0.proj', inner, hidden),
    down: weightsOf(weights, 'ff.net.2', hidden, inner),
    activation: 'geluTanh',
    product,
  });
  return { rows: addGated(middle, modulation.feedForward, fed), attention };
}

/** One forward pass of the DiT. Rows are references, text, image, in this order; `product` is the form of the blocks' linear layers. */
export function transformer(
  config: TransformerConfig,
  weights: WeightScope,
  inputs: TransformerInputs,
  product: Linear,
): TransformerValues {
  const inner = innerDim(config);
  const { patch_size: patch, in_channels: from, out_channels: to } = config;
  const projected = dense(weights, 'image_projector.proj', inputs.patches, from * patch * patch, inner);
  const embed = op.add(projected, inputs.prior);
  const blocks: Streams<Value>[] = [];
  const attentions: Attention[] = [];
  let rows: Streams<Value> = { image: embed, text: inputs.text };
  for (let layer = 0; layer < config.num_layers; layer++) {
    const out = block(config, weights.scope(`transformer_blocks.${layer}`), rows, inputs, layer, product);
    rows = out.rows;
    blocks.push(rows);
    attentions.push(out.attention);
  }
  const [scale, shift] = op.split(inputs.modulation.head, [inner, inner], 0) as [Value, Value];
  const normOut = modulate(rows.image, scale, shift);
  return {
    embed,
    projected,
    blocks,
    firstAttention: attentions[0]!,
    present: attentions.map(({ k, v }) => ({ keys: k, values: v })),
    normOut,
    velocity: dense(weights, 'proj_out', normOut, inner, to * patch * patch),
  };
}

/** Latents as rows of patches, features ordered (channel, y, x). Shapes: [channels, height, width] to [n, channels * patch * patch]. */
export function patchify(
  latents: Float32Array,
  channels: number,
  height: number,
  width: number,
  patch: number,
): Float32Array {
  const out = new Float32Array(latents.length);
  forEachPatchElement(channels, height, width, patch, (row, plane) => {
    out[row] = latents[plane]!;
  });
  return out;
}

/** The inverse of {@link patchify}. */
export function unpatchify(
  patches: Float32Array,
  channels: number,
  height: number,
  width: number,
  patch: number,
): Float32Array {
  const out = new Float32Array(patches.length);
  forEachPatchElement(channels, height, width, patch, (row, plane) => {
    out[plane] = patches[row]!;
  });
  return out;
}

function forEachPatchElement(
  channels: number,
  height: number,
  width: number,
  patch: number,
  visit: (rowIndex: number, planeIndex: number) => void,
): void {
  let row = 0;
  for (let top = 0; top < height; top += patch)
    for (let left = 0; left < width; left += patch)
      for (let channel = 0; channel < channels; channel++)
        for (let y = top; y < top + patch; y++)
          for (let x = left; x < left + patch; x++) visit(row++, (channel * height + y) * width + x);
}
