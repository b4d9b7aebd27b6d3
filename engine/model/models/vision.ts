/**
 * The vision tower: patches of one reference to features. A pre-norm ViT with an interpolated position table,
 * no class token, no rotary, no final norm.
 * Weights: `model.visual`. Source: docs/model.md, "Vision tower"; transformers 5.23 `GlmImageVisionModel`.
 */
import {
  attention,
  embedding,
  feedForward,
  layerNorm,
  linear,
  mergeHeads,
  op,
  splitHeads,
  type Value,
} from '../../../kernels/index.ts';
import { type Grid, PATCH_PX } from '../../request/sizes.ts';
import type { VisionConfig } from '../config-schema.ts';
import { type WeightScope, weightsOf } from '../weights.ts';

/** Numbers of one patch: channel, y, x. */
export const PATCH_FEATURES = 3 * PATCH_PX ** 2;

/** The four table rows around each cell of a grid and their bilinear weights. Shapes: [cells, 4], [cells, 4]. */
export interface PositionCorners<T> {
  rows: T;
  weights: T;
}

/** Corners for a grid on a square table, sampled as `grid_sample` does with border padding and no aligned corners. */
export function positionCorners(grid: Grid, tableSide: number): PositionCorners<Int32Array | Float32Array> {
  const axis = (cells: number) =>
    Array.from({ length: cells }, (_, i) => {
      const x = Math.min(Math.max(((i + 0.5) * tableSide) / cells - 0.5, 0), tableSide - 1);
      const low = Math.floor(x);
      return { low, high: Math.min(low + 1, tableSide - 1), share: x - low };
    });
  const columns = axis(grid.width);
  const corners = axis(grid.height).flatMap((y) =>
    columns.flatMap((x) => [
      { row: y.low * tableSide + x.low, weight: (1 - y.share) * (1 - x.share) },
      { row: y.low * tableSide + x.high, weight: (1 - y.share) * x.share },
      { row: y.high * tableSide + x.low, weight: y.share * (1 - x.share) },
      { row: y.high * tableSide + x.high, weight: y.share * x.share },
    ]),
  );
  return {
    rows: Int32Array.from(corners, (c) => c.row),
    weights: Float32Array.from(corners, (c) => c.weight),
  };
}

/** Interpolated position embedding. Shapes: corners [n, 4] to [n, hidden]. */
export function positionEmbedding(
  config: VisionConfig,
  weights: WeightScope,
  corners: PositionCorners<Value>,
): Value {
  const tableSide = config.image_size / config.patch_size;
  const table = weights.get('embeddings.position_embedding.weight', [
    tableSide * tableSide,
    config.hidden_size,
  ]);
  const around = embedding(table, corners.rows);
  return op.reduceSum(op.mul(around, op.unsqueeze(corners.weights, [2])), { axes: [1], keepDims: false });
}

function block(config: VisionConfig, weights: WeightScope, x: Value): Value {
  const { hidden_size: width, num_heads: heads, intermediate_size: inner, layer_norm_eps: eps } = config;
  const norm = (name: string, value: Value) =>
    layerNorm(value, {
      weight: weights.get(`${name}.weight`, [width]),
      bias: weights.get(`${name}.bias`, [width]),
      eps,
    });
  const bias = (name: string, size: number) =>
    config.attention_bias ? weights.get(name, [size]) : undefined;

  const qkv = linear(
    norm('norm1', x),
    weights.get('attn.qkv.weight', [3 * width, width]),
    bias('attn.qkv.bias', 3 * width),
  );
  const [q, k, v] = op.split(qkv, [width, width, width], 1).map((part) => splitHeads(part, heads)) as [
    Value,
    Value,
    Value,
  ];
  const attended = mergeHeads(attention(q, k, v, { scale: (width / heads) ** -0.5 }));
  const y = op.add(
    x,
    linear(attended, weights.get('attn.proj.weight', [width, width]), weights.get('attn.proj.bias', [width])),
  );
  return op.add(
    y,
    feedForward(norm('norm2', y), {
      up: weightsOf(weights, 'mlp.fc1', width, inner),
      down: weightsOf(weights, 'mlp.fc2', inner, width),
      activation: 'gelu',
    }),
  );
}

export interface VisionValues {
  positions: Value;
  embed: Value;
  /** Output of every block. */
  blocks: Value[];
  features: Value;
}

/** Features of one picture. Shapes: patches [n, PATCH_FEATURES] to [n, hidden]. */
export function vision(
  config: VisionConfig,
  weights: WeightScope,
  patches: Value,
  corners: PositionCorners<Value>,
): VisionValues {
  const width = config.hidden_size;
  const kernel = weights.get('patch_embed.proj.weight', [width, 3, config.patch_size, config.patch_size]);
  const patchEmbed = linear(
    patches,
    op.reshape(kernel, [width, PATCH_FEATURES]),
    weights.get('patch_embed.proj.bias', [width]),
  );
  const positions = positionEmbedding(config, weights, corners);
  const embed = op.add(patchEmbed, positions);
  const blocks: Value[] = [];
  let x = embed;
  for (let i = 0; i < config.depth; i++) {
    x = block(config, weights.scope(`blocks.${i}`), x);
    blocks.push(x);
  }
  return { positions, embed, blocks, features: x };
}
