/**
 * The glyph encoder: bytes of one text to draw to features (a T5 encoder, ByT5's).
 * One text per run, so that the padding which upstream masks away does not arise.
 * Source: docs/model.md, "Glyph encoder"; transformers 5.23 `T5EncoderModel`.
 */
import {
  attention,
  embedding,
  gatedFeedForward,
  linear,
  mergeHeads,
  op,
  rmsNorm,
  splitHeads,
  type Value,
} from '../../../kernels/index.ts';
import type { TextEncoderConfig } from '../config-schema.ts';
import type { WeightScope } from '../weights.ts';

/** Bucket of a relative position (key position - query position), bidirectional. */
export function relativeBucket(delta: number, buckets: number, maxDistance: number): number {
  const half = buckets / 2;
  const exact = half / 2;
  const side = delta > 0 ? half : 0;
  const distance = Math.abs(delta);
  if (distance < exact) return side + distance;
  const log = (Math.log(distance / exact) / Math.log(maxDistance / exact)) * (half - exact);
  return side + Math.min(half - 1, exact + Math.trunc(log));
}

/** Buckets of all pairs of a text. Shapes: [length, length], rows are queries. */
export function relativeBuckets(config: TextEncoderConfig, length: number): Int32Array {
  const { relative_attention_num_buckets: buckets, relative_attention_max_distance: maxDistance } = config;
  return Int32Array.from({ length: length * length }, (_, i) =>
    relativeBucket((i % length) - Math.floor(i / length), buckets, maxDistance),
  );
}

function layer(config: TextEncoderConfig, weights: WeightScope, x: Value, bias: Value): Value {
  const { d_model: width, num_heads: heads, d_kv: headDim, d_ff: inner, layer_norm_epsilon: eps } = config;
  const self = weights.scope('layer.0.SelfAttention');
  const normed = rmsNorm(x, weights.get('layer.0.layer_norm.weight', [width]), { eps });
  const project = (name: string) =>
    splitHeads(linear(normed, self.get(`${name}.weight`, [heads * headDim, width])), heads);
  // T5 folds the usual 1 / sqrt(d) into its weights.
  const attended = mergeHeads(attention(project('q'), project('k'), project('v'), { scale: 1, mask: bias }));
  const y = op.add(x, linear(attended, self.get('o.weight', [width, heads * headDim])));
  const dense = weights.scope('layer.1.DenseReluDense');
  return op.add(
    y,
    gatedFeedForward(rmsNorm(y, weights.get('layer.1.layer_norm.weight', [width]), { eps }), {
      gate: { weight: dense.get('wi_0.weight', [inner, width]) },
      up: { weight: dense.get('wi_1.weight', [inner, width]) },
      down: { weight: dense.get('wo.weight', [width, inner]) },
      activation: 'geluTanh',
    }),
  );
}

/** Glyph features of one text. Shapes: ids [length], buckets [length, length] to [length, d_model]. */
export function glyphEncoder(
  config: TextEncoderConfig,
  weights: WeightScope,
  table: Value,
  ids: Value,
  buckets: Value,
): Value {
  const first = weights.scope('encoder.block.0.layer.0.SelfAttention');
  const biasTable = first.get('relative_attention_bias.weight', [
    config.relative_attention_num_buckets,
    config.num_heads,
  ]);
  const bias = op.transpose(embedding(biasTable, buckets), [2, 0, 1]);
  let x = embedding(table, ids);
  for (let i = 0; i < config.num_layers; i++) x = layer(config, weights.scope(`encoder.block.${i}`), x, bias);
  return rmsNorm(x, weights.get('encoder.final_layer_norm.weight', [config.d_model]), {
    eps: config.layer_norm_epsilon,
  });
}
