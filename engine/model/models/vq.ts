/**
 * Semantic vector quantisation: vision features to ids of the nearest codebook entry by cosine.
 * Weights: `model.vqmodel`. Source: docs/model.md, "Semantic tokens"; transformers 5.23 `GlmImageVQVAE`.
 */
import { constant, linear, op, type Value } from '../../../kernels/index.ts';
import type { VqConfig } from '../config-schema.ts';
import type { WeightScope } from '../weights.ts';

const NORM_FLOOR = 1e-12;

function normalize(rows: Value): Value {
  const squares = op.reduceSum(op.mul(rows, rows), { axes: [1] });
  return op.div(rows, op.max(op.sqrt(squares), constant(NORM_FLOOR)));
}

export interface VqValues {
  projected: Value;
  /** First index wins a tie. */
  ids: Value;
}

/** Semantic ids of features. Shapes: features [n, latent] to ids [n] (int64). */
export function vq(config: VqConfig, weights: WeightScope, features: Value): VqValues {
  const { embed_dim: width, latent_channels: from, num_embeddings: entries } = config;
  const kernel = op.reshape(weights.get('quant_conv.weight', [width, from, 1, 1]), [width, from]);
  const projected = linear(features, kernel, weights.get('quant_conv.bias', [width]));
  const codebook = normalize(weights.get('quantize.embedding.weight', [entries, width]));
  return { projected, ids: op.argMax(linear(normalize(projected), codebook), { axis: 1, keepDims: false }) };
}
