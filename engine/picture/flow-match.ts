/**
 * The noise schedule of the DiT: flow matching with dynamic shift, guidance and the Euler step.
 * Pure functions over numbers and float32 arrays; knows no network.
 * Source: docs/model.md, "Schedule, guidance and Euler step"; diffusers 0.42.1, `scheduling_flow_match_euler_discrete.py`. The DiT
 * reads the unshifted timesteps (diffusers 0.40 and 0.41 give it the shifted ones).
 */
import type { SchedulerConfig } from '../model/config-schema.ts';

export interface Schedule {
  /** Timestep input of the DiT per step: the unshifted integer minus 1. */
  timesteps: number[];
  /** Shifted noise levels, one more than steps; the last is 0. */
  sigmas: number[];
}

/** Shift strength for a target of `tokens` DiT tokens (one for 16 x 16 px). */
export function shiftMu(config: SchedulerConfig, tokens: number): number {
  return config.max_shift * Math.sqrt(tokens / config.base_image_seq_len) + config.base_shift;
}

function shiftSigma(config: SchedulerConfig, tokens: number, sigma: number): number {
  if (!config.use_dynamic_shifting) return (config.shift * sigma) / (1 + (config.shift - 1) * sigma);
  const mu = shiftMu(config, tokens);
  const strength = config.time_shift_type === 'exponential' ? Math.exp(mu) : mu;
  return strength / (strength + (1 / sigma - 1));
}

/** Timesteps and noise levels of `steps` Euler steps for a target of `tokens` DiT tokens. */
export function makeSchedule(config: SchedulerConfig, steps: number, tokens: number): Schedule {
  const train = config.num_train_timesteps;
  // The order of operations matters: for 99, 185 and 198 steps exact arithmetic truncates differently.
  const integers = Array.from({ length: steps }, (_, i) => Math.trunc(train + i * (-(train - 1) / steps)));
  const sigmas = integers.map((t) => Math.fround(shiftSigma(config, tokens, t / train)));
  return { timesteps: integers.map((t) => t - 1), sigmas: [...sigmas, 0] };
}

/** Velocity under classifier-free guidance: `uncond + scale * (cond - uncond)`. Shapes: all equal. */
export function guide(cond: Float32Array, uncond: Float32Array, scale: number): Float32Array {
  const out = new Float32Array(cond.length);
  for (let i = 0; i < out.length; i++) out[i] = uncond[i]! + scale * (cond[i]! - uncond[i]!);
  return out;
}

/** The latents after one Euler step from `sigma` to `nextSigma`. Shapes: all equal. */
export function eulerStep(
  latents: Float32Array,
  velocity: Float32Array,
  sigma: number,
  nextSigma: number,
): Float32Array {
  const delta = Math.fround(nextSigma - sigma);
  const out = new Float32Array(latents.length);
  for (let i = 0; i < out.length; i++) out[i] = latents[i]! + delta * velocity[i]!;
  return out;
}

/** The clean latents that a velocity points to: `x - sigma * v`. Used for previews. */
export function estimateClean(latents: Float32Array, velocity: Float32Array, sigma: number): Float32Array {
  return eulerStep(latents, velocity, sigma, 0);
}
