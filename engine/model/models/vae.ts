/**
 * The VAE: pictures to latents and back. Convolutions and group norms, no attention.
 * Source: docs/model.md, "VAE"; diffusers 0.42.1 `AutoencoderKL`, `vae.py`.
 */
import { constant, conv2d, groupNorm, op, upsampleNearest2x, type Value } from '../../../kernels/index.ts';
import type { VaeConfig } from '../config-schema.ts';
import type { WeightScope } from '../weights.ts';

const EPS = 1e-6;

const { silu } = op;

function conv(weights: WeightScope, name: string, x: Value, from: number, to: number, size: 1 | 3): Value {
  const kernel = weights.get(`${name}.weight`, [to, from, size, size]);
  return conv2d(x, kernel, { bias: weights.get(`${name}.bias`, [to]), padding: (size - 1) / 2 });
}

function norm(config: VaeConfig, weights: WeightScope, name: string, x: Value, channels: number): Value {
  return groupNorm(x, {
    groups: config.norm_num_groups,
    weight: weights.get(`${name}.weight`, [channels]),
    bias: weights.get(`${name}.bias`, [channels]),
    eps: EPS,
  });
}

function resnet(config: VaeConfig, weights: WeightScope, x: Value, from: number, to: number): Value {
  const first = conv(weights, 'conv1', silu(norm(config, weights, 'norm1', x, from)), from, to, 3);
  const second = conv(weights, 'conv2', silu(norm(config, weights, 'norm2', first, to)), to, to, 3);
  const shortcut = from === to ? x : conv(weights, 'conv_shortcut', x, from, to, 1);
  return op.add(shortcut, second);
}

function resnets(
  config: VaeConfig,
  weights: WeightScope,
  x: Value,
  count: number,
  from: number,
  to: number,
): Value {
  let y = x;
  for (let i = 0; i < count; i++)
    y = resnet(config, weights.scope(`resnets.${i}`), y, i === 0 ? from : to, to);
  return y;
}

/** Half the size: one row and column of zeros at the right and bottom only, then a 3 x 3 convolution of stride 2. */
function downsample(weights: WeightScope, x: Value, channels: number): Value {
  const kernel = weights.get('conv.weight', [channels, channels, 3, 3]);
  return conv2d(x, kernel, { bias: weights.get('conv.bias', [channels]), stride: 2, padding: [0, 0, 1, 1] });
}

export interface VaeStages {
  stages: Value[];
  mid: Value;
}

export interface EncodeValues extends VaeStages {
  /** Mean, then log variance. [1, 2 * channels, height / 8, width / 8] */
  moments: Value;
  /** The mode, not normalised. [1, channels, height / 8, width / 8] */
  latent: Value;
  /** (mode - mean) / std */
  normalized: Value;
}

/** Shapes: pixels in [-1, 1] [1, 3, height, width] to latents [1, channels, height / 8, width / 8]. */
export function vaeEncode(config: VaeConfig, root: WeightScope, pixels: Value): EncodeValues {
  const weights = root.scope('encoder');
  const { block_out_channels: widths, latent_channels: channels } = config;
  const last = widths.at(-1)!;
  let x = conv(weights, 'conv_in', pixels, config.in_channels, widths[0]!, 3);
  const stages = widths.map((width, i) => {
    const stage = weights.scope(`down_blocks.${i}`);
    x = resnets(config, stage, x, config.layers_per_block, widths[Math.max(0, i - 1)]!, width);
    if (i < widths.length - 1) x = downsample(stage.scope('downsamplers.0'), x, width);
    return x;
  });
  const mid = resnets(config, weights.scope('mid_block'), x, 2, last, last);
  const out = conv(
    weights,
    'conv_out',
    silu(norm(config, weights, 'conv_norm_out', mid, last)),
    last,
    2 * channels,
    3,
  );
  const moments = config.use_quant_conv ? conv(root, 'quant_conv', out, 2 * channels, 2 * channels, 1) : out;
  const latent = op.slice(moments, 1, 0, channels);
  const { mean, std } = statistics(config);
  return { stages, mid, moments, latent, normalized: op.div(op.sub(latent, mean), std) };
}

export interface DecodeValues extends VaeStages {
  convIn: Value;
  normOut: Value;
  /** Pixels, about -1 to 1. [1, 3, height, width] */
  pixels: Value;
}

/** Decodes latents that are not normalised. */
export function vaeDecodeRaw(config: VaeConfig, root: WeightScope, latents: Value): DecodeValues {
  const weights = root.scope('decoder');
  const widths = [...config.block_out_channels].reverse();
  const { latent_channels: channels } = config;
  const first = widths[0]!;
  const last = widths.at(-1)!;
  const input = config.use_post_quant_conv
    ? conv(root, 'post_quant_conv', latents, channels, channels, 1)
    : latents;
  const convIn = conv(weights, 'conv_in', input, channels, first, 3);
  const mid = resnets(config, weights.scope('mid_block'), convIn, 2, first, first);
  let x = mid;
  const stages = widths.map((width, i) => {
    const stage = weights.scope(`up_blocks.${i}`);
    x = resnets(config, stage, x, config.layers_per_block + 1, widths[Math.max(0, i - 1)]!, width);
    if (i < widths.length - 1)
      x = conv(stage.scope('upsamplers.0'), 'conv', upsampleNearest2x(x), width, width, 3);
    return x;
  });
  const normOut = norm(config, weights, 'conv_norm_out', x, last);
  return {
    convIn,
    mid,
    stages,
    normOut,
    pixels: conv(weights, 'conv_out', silu(normOut), last, config.out_channels, 3),
  };
}

/** Decodes normalised latents. Shapes: [1, channels, height / 8, width / 8] to [1, 3, height, width]. */
export function vaeDecode(config: VaeConfig, root: WeightScope, latents: Value): DecodeValues {
  const { mean, std } = statistics(config);
  return vaeDecodeRaw(config, root, op.add(op.mul(latents, std), mean));
}

/** Per-channel mean and standard deviation. [1, channels, 1, 1] */
function statistics(config: VaeConfig): { mean: Value; std: Value } {
  const shape = [1, config.latent_channels, 1, 1];
  return {
    mean: constant(config.latents_mean, { shape }),
    std: constant(config.latents_std, { shape }),
  };
}
