/**
 * The auto-regressive model: GLM-4 blocks with sandwich norms, grouped-query attention, partial rotary on three axes,
 * and a head over the visual vocabulary only. One graph serves prefill (many rows) and decoding (one row).
 * Weights: `model.language_model`, `lm_head`. Source: glm-image.md 4.1-4.2; transformers 5.23 `GlmImageTextModel`.
 */
import {
  applyRope,
  embedding,
  gatedFeedForward,
  groupedQueryAttention,
  linear,
  mergeHeads,
  op,
  rmsNorm,
  splitHeads,
  type Value,
} from '../../kernels/index.ts';
import type { LanguageModelConfig } from '../config.ts';
import type { WeightScope } from '../weights.ts';

/** Keys (after rotation) and values of one layer, one entry per kv head, so that each grows in place. Shapes: [1, rows, headDim]. */
export interface LayerCache<T> {
  keys: T[];
  values: T[];
}

export interface LanguageModelInputs {
  /** [seq] */
  ids: Value;
  /** Rotary tables [seq, rotaryDim]. */
  cos: Value;
  sin: Value;
  /** Added to the scores: 0 where a row may look, a large negative number where not. [seq, past + seq] */
  mask: Value;
  past: LayerCache<Value>[];
}

export interface LanguageModelValues {
  embed: Value;
  /** Residual stream after every layer. */
  hidden: Value[];
  norm: Value;
  /** Of all rows. [seq, visionVocab] */
  logits: Value;
  /** Of the last row. [1, visionVocab] */
  lastLogits: Value;
  /** Keys and values of the rows of this run. */
  present: LayerCache<Value>[];
}

const parts = (x: Value, count: number, size = 1): Value[] =>
  op.split(x, new Array<number>(count).fill(size), 0);

function layer(
  config: LanguageModelConfig,
  weights: WeightScope,
  x: Value,
  inputs: LanguageModelInputs,
  past: LayerCache<Value>,
) {
  const { hidden_size: width, intermediate_size: inner, head_dim: headDim, rms_norm_eps: eps } = config;
  const { num_attention_heads: heads, num_key_value_heads: kvHeads } = config;
  const norm = (name: string, value: Value) =>
    rmsNorm(value, weights.get(`${name}.weight`, [width]), { eps });
  const self = weights.scope('self_attn');
  const project = (name: string, rows: Value, count: number) => {
    const bias = config.attention_bias ? self.get(`${name}.bias`, [count * headDim]) : undefined;
    return splitHeads(linear(rows, self.get(`${name}.weight`, [count * headDim, width]), bias), count);
  };
  const rotate = (rows: Value) => applyRope(rows, inputs.cos, inputs.sin);

  const a = norm('input_layernorm', x);
  const q = rotate(project('q_proj', a, heads));
  const present = {
    keys: parts(rotate(project('k_proj', a, kvHeads)), kvHeads),
    values: parts(project('v_proj', a, kvHeads), kvHeads),
  };
  const attended = parts(q, kvHeads, heads / kvHeads).map((queries, head) => {
    const keys = op.concat([past.keys[head]!, present.keys[head]!], 1);
    const values = op.concat([past.values[head]!, present.values[head]!], 1);
    return groupedQueryAttention(queries, keys, values, { scale: headDim ** -0.5, mask: inputs.mask });
  });
  const branch = linear(
    mergeHeads(op.concat(attended, 0)),
    self.get('o_proj.weight', [width, heads * headDim]),
  );
  const y = op.add(x, norm('post_self_attn_layernorm', branch));

  const mlp = weights.scope('mlp');
  const fed = gatedFeedForward(norm('post_attention_layernorm', y), {
    gateUp: { weight: mlp.get('gate_up_proj.weight', [2 * inner, width]) },
    down: { weight: mlp.get('down_proj.weight', [width, inner]) },
    activation: 'silu',
  });
  return { hidden: op.add(y, norm('post_mlp_layernorm', fed)), present };
}

/** Logits of the next token and the new cache rows. `weights` is the root scope of the component. */
export function languageModel(
  config: LanguageModelConfig,
  weights: WeightScope,
  inputs: LanguageModelInputs,
): LanguageModelValues {
  const { vocab_size: vocab, vision_vocab_size: visionVocab, hidden_size: width } = config;
  const model = weights.scope('model.language_model');
  const embed = embedding(model.get('embed_tokens.weight', [vocab, width]), inputs.ids);
  const hidden: Value[] = [];
  const present: LayerCache<Value>[] = [];
  let x = embed;
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const out = layer(config, model.scope(`layers.${i}`), x, inputs, inputs.past[i]!);
    x = out.hidden;
    hidden.push(x);
    present.push(out.present);
  }
  const norm = rmsNorm(x, model.get('norm.weight', [width]), { eps: config.rms_norm_eps });
  const head = weights.get('lm_head.weight', [visionVocab, width]);
  return {
    embed,
    hidden,
    norm,
    present,
    logits: linear(norm, head),
    lastLogits: linear(op.slice(norm, 0, -1, norm.shape[0]!), head),
  };
}
