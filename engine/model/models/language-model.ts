/**
 * The auto-regressive model: GLM-4 blocks with sandwich norms, grouped-query attention, partial rotary on three axes,
 * and a head over the visual vocabulary only. One graph serves prefill (many rows of one sequence) and decode (a few rows
 * of any number of sequences): attention in blocks gives a row the same bits whatever other rows run beside it.
 * Weights: `model.language_model`, `lm_head`. Source: docs/model.md, "Language model"; transformers 5.23 `GlmImageTextModel`.
 */
import {
  applyRope,
  blockAttention,
  embedding,
  gatedFeedForward,
  type Linear,
  mergeHeads,
  op,
  rmsNorm,
  splitHeads,
  type Value,
} from '../../../kernels/index.ts';
import type { LanguageModelConfig } from '../config-schema.ts';
import type { WeightScope } from '../weights.ts';

/** Keys (after rotation) and values of one layer. */
export interface LayerCache<T> {
  keys: T;
  values: T;
}

export interface LanguageModelInputs {
  /** [seq]; rows of several sequences may run together. */
  ids: Value;
  /** Rotary tables [seq, rotaryDim]. */
  cos: Value;
  sin: Value;
  /** Added to the scores: 0 where a row may look, a large negative number where not. [seq, KEY_BLOCK * blocks] */
  mask: Value;
  /** Where each row's keys and values go: block, kv head, place in the block. [kvHeads, seq, 3] (int64) */
  slots: Value;
  /** Rows whose logits are wanted. [wanted] */
  wanted: Value;
  /** Keys and values of all earlier rows, in blocks. [blocks, kvHeads, KEY_BLOCK, headDim] */
  cache: LayerCache<Value>[];
}

export interface LanguageModelValues {
  embed: Value;
  /** Residual stream after every layer. */
  hidden: Value[];
  norm: Value;
  /** Of all rows. [seq, visionVocab] */
  logits: Value;
  /** [wanted, visionVocab] */
  wantedLogits: Value;
  /** Keys and values of the rows of this forward pass. [kvHeads, seq, headDim] */
  present: LayerCache<Value>[];
  /** The cache with those rows in their slots. */
  cache: LayerCache<Value>[];
}

/** Attention of the rows to all that they see, before its output projection. Shapes: x [seq, hidden] to [seq, heads * headDim]. */
function attend(
  config: LanguageModelConfig,
  weights: WeightScope,
  x: Value,
  { cos, sin, mask, slots }: LanguageModelInputs,
  before: LayerCache<Value>,
  product: Linear,
) {
  const { hidden_size: width, head_dim: headDim, attention_bias: hasBias } = config;
  const { num_attention_heads: heads, num_key_value_heads: kvHeads } = config;
  // One product for queries, keys and values: fewer, larger operators.
  const parts = [
    ['q_proj', heads],
    ['k_proj', kvHeads],
    ['v_proj', kvHeads],
  ] as const;
  const joined = (get: (name: string, size: number) => Value) =>
    op.concat(
      parts.map(([name, count]) => get(name, count * headDim)),
      0,
    );
  const weight = joined((name, size) => weights.get(`${name}.weight`, [size, width]));
  const bias = hasBias ? joined((name, size) => weights.get(`${name}.bias`, [size])) : undefined;
  const projected = splitHeads(product(x, weight, bias), heads + 2 * kvHeads);
  const [unrotated, values] = op.split(projected, [heads + kvHeads, kvHeads], 0) as [Value, Value];
  const [q, keys] = op.split(applyRope(unrotated, cos, sin), [heads, kvHeads], 0) as [Value, Value];
  const cache = {
    keys: op.scatterNd(before.keys, slots, keys),
    values: op.scatterNd(before.values, slots, values),
  };
  const attended = blockAttention(q, cache.keys, cache.values, { scale: headDim ** -0.5, mask });
  return { attended: mergeHeads(attended), present: { keys, values }, cache };
}

function layer(
  config: LanguageModelConfig,
  weights: WeightScope,
  x: Value,
  inputs: LanguageModelInputs,
  before: LayerCache<Value>,
  product: Linear,
) {
  const { hidden_size: width, intermediate_size: inner, head_dim: headDim, rms_norm_eps: eps } = config;
  const norm = (name: string, value: Value) =>
    rmsNorm(value, weights.get(`${name}.weight`, [width]), { eps });
  const self = weights.scope('self_attn');
  const { attended, ...keysValues } = attend(
    config,
    self,
    norm('input_layernorm', x),
    inputs,
    before,
    product,
  );
  const output = self.get('o_proj.weight', [width, config.num_attention_heads * headDim]);
  const y = op.add(x, norm('post_self_attn_layernorm', product(attended, output)));

  const mlp = weights.scope('mlp');
  const fed = gatedFeedForward(norm('post_attention_layernorm', y), {
    gateUp: { weight: mlp.get('gate_up_proj.weight', [2 * inner, width]) },
    down: { weight: mlp.get('down_proj.weight', [width, inner]) },
    activation: 'silu',
    product,
  });
  return { hidden: op.add(y, norm('post_mlp_layernorm', fed)), ...keysValues };
}

/**
 * Logits of the tokens that follow and the new cache rows. `weights` is the root scope, `product` the form of linear layers, `toLogits`
 * that of the head.
 */
export function languageModel(
  config: LanguageModelConfig,
  weights: WeightScope,
  inputs: LanguageModelInputs,
  product: Linear,
  toLogits = product,
): LanguageModelValues {
  const { vocab_size: vocab, vision_vocab_size: visionVocab, hidden_size: width } = config;
  const model = weights.scope('model.language_model');
  const embed = embedding(model.get('embed_tokens.weight', [vocab, width]), inputs.ids);
  const hidden: Value[] = [];
  const present: LayerCache<Value>[] = [];
  const cache: LayerCache<Value>[] = [];
  let x = embed;
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const out = layer(config, model.scope(`layers.${i}`), x, inputs, inputs.cache[i]!, product);
    x = out.hidden;
    hidden.push(x);
    present.push(out.present);
    cache.push(out.cache);
  }
  const norm = rmsNorm(x, model.get('norm.weight', [width]), { eps: config.rms_norm_eps });
  const head = weights.get('lm_head.weight', [visionVocab, width]);
  return {
    embed,
    hidden,
    norm,
    present,
    cache,
    logits: toLogits(norm, head),
    wantedLogits: toLogits(op.gather(norm, inputs.wanted, 0), head),
  };
}
