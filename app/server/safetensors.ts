/**
 * One array as a safetensors file: what the blobs of latents and prior tokens are, so that any tool can open them.
 * Source: https://github.com/huggingface/safetensors#format
 */

export const SAFETENSORS = 'application/vnd.safetensors';

const DTYPES = { Float32Array: 'F32', Uint16Array: 'U16' } as const;

/** The file's bytes. Throws RangeError when the shape does not fit the array. */
export function encodeTensor(
  name: string,
  array: Float32Array | Uint16Array,
  shape: readonly number[],
): Uint8Array {
  const size = shape.reduce((product, side) => product * side, 1);
  if (size !== array.length)
    throw new RangeError(`Expected ${shape.join(' x ')} numbers for ${name}, got ${array.length}`);
  const dtype = DTYPES[array.constructor.name as keyof typeof DTYPES];
  const header = JSON.stringify({ [name]: { dtype, shape, data_offsets: [0, array.byteLength] } });
  // The data starts at a multiple of eight; the format pads the header with spaces.
  const padded = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const file = new Uint8Array(8 + padded.length + array.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded.length), true);
  file.set(padded, 8);
  file.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 8 + padded.length);
  return file;
}

/** The data of a file of one array, copied so that it is aligned. */
function dataOf(file: Uint8Array): ArrayBuffer {
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return file.slice(8 + headerLength).buffer as ArrayBuffer;
}

/** The numbers of a file of one float32 array. */
export const decodeFloats = (file: Uint8Array): Float32Array => new Float32Array(dataOf(file));

/** The numbers of a file of one uint16 array. */
export const decodeTokens = (file: Uint8Array): Uint16Array => new Uint16Array(dataOf(file));
