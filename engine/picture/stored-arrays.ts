/**
 * Prior tokens and latents of a picture as safetensors files of one array each, which any tool can open: how they are stored
 * beside the picture's pixels. Knows neither blobs nor rows.
 */
// Not from the index of kernels/, which loads the runtime: the engine's surface must not.
import type { DType, TypedArray } from '../../kernels/dtype.ts';
import { decodeSafetensors, encodeSafetensors } from '../../kernels/safetensors.ts';
import { EngineError } from '../request/errors.ts';

/** The media type of the files. */
export const SAFETENSORS_TYPE = 'application/vnd.safetensors';

const PRIOR_TOKENS = 'prior_tokens';
const LATENTS = 'latents';

/** Prior tokens as a file. Shape: grid height, grid width. Throws TypeError where the shape does not fit. */
export const encodePriorTokens = (tokens: Uint16Array, grid: readonly number[]): Uint8Array =>
  encodeSafetensors({ [PRIOR_TOKENS]: { dtype: 'uint16', shape: grid, data: tokens } });

/** Latents as a file. Shape: 1, channels, height / 8, width / 8. Throws TypeError where the shape does not fit. */
export const encodeLatents = (latents: Float32Array, shape: readonly number[]): Uint8Array =>
  encodeSafetensors({ [LATENTS]: { dtype: 'float32', shape, data: latents } });

/** The prior tokens of a file, row by row. Throws {@link EngineError} `bad_image` where it holds none. */
export const decodePriorTokens = (file: Uint8Array): Uint16Array =>
  arrayIn(file, PRIOR_TOKENS, 'uint16') as Uint16Array;

/** The latents of a file. Throws {@link EngineError} `bad_image` where it holds none. */
export const decodeLatents = (file: Uint8Array): Float32Array =>
  arrayIn(file, LATENTS, 'float32') as Float32Array;

function arrayIn(file: Uint8Array, name: string, dtype: DType): TypedArray {
  const unusable = (fault: string, cause?: unknown) =>
    new EngineError(
      'bad_image',
      `The stored ${name} of a picture cannot be used: ${fault}. Send the message again with the picture read from its pixels.`,
      { field: 'references', cause },
    );
  let tensors: ReturnType<typeof decodeSafetensors>;
  try {
    tensors = decodeSafetensors(file, name);
  } catch (cause) {
    throw unusable((cause as Error).message, cause);
  }
  const found = tensors.get(name);
  if (found?.dtype !== dtype)
    throw unusable(
      `expected ${dtype} under the name ${name}, got ${found?.dtype ?? ([...tensors.keys()].join(', ') || 'nothing')}`,
    );
  return found.data;
}
