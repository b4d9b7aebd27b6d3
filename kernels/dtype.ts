/**
 * The element types a tensor may have: their ONNX codes, sizes, arrays in memory, and the two 16-bit floats.
 * Source: onnx.proto `TensorProto.DataType`; bfloat16 is the upper half of a float32, rounded to nearest even.
 */

/** The element types that values, tensors and stored weights may have. */
export type DType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'uint16'
  | 'uint8'
  | 'int8'
  | 'bool';

export type TypedArray =
  | Float32Array<ArrayBufferLike>
  | Float16Array<ArrayBufferLike>
  | Uint16Array<ArrayBufferLike>
  | BigInt64Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>
  | Uint8Array<ArrayBufferLike>
  | Int8Array<ArrayBufferLike>;

interface DTypeFacts {
  /** `TensorProto.DataType`. */
  onnx: number;
  bytes: number;
  /** The array type that holds such elements in memory; bfloat16 as its bits. */
  array: new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => TypedArray;
}

export const DTYPES = {
  float32: { onnx: 1, bytes: 4, array: Float32Array },
  uint8: { onnx: 2, bytes: 1, array: Uint8Array },
  int8: { onnx: 3, bytes: 1, array: Int8Array },
  uint16: { onnx: 4, bytes: 2, array: Uint16Array },
  int32: { onnx: 6, bytes: 4, array: Int32Array },
  int64: { onnx: 7, bytes: 8, array: BigInt64Array },
  bool: { onnx: 9, bytes: 1, array: Uint8Array },
  float16: { onnx: 10, bytes: 2, array: Float16Array },
  bfloat16: { onnx: 16, bytes: 2, array: Uint16Array },
} as const satisfies Record<DType, DTypeFacts>;

export const isFloat = (dtype: DType): boolean => /float/.test(dtype);

/** A zeroed array for `length` elements. */
export function allocate(dtype: DType, length: number): TypedArray {
  const { array, bytes } = DTYPES[dtype];
  return new array(new ArrayBuffer(length * bytes), 0, length);
}

/**
 * Numbers as elements of a dtype; floats are rounded to nearest even.
 * Throws: RangeError where an integer does not fit.
 */
export function encode(dtype: DType, numbers: ArrayLike<number>): TypedArray {
  if (dtype === 'bfloat16') return encodeBfloat16(numbers);
  if (dtype === 'int64') return BigInt64Array.from(numbers, (value) => BigInt(value));
  const array = allocate(dtype, numbers.length) as Float32Array;
  array.set(numbers);
  if (!isFloat(dtype)) {
    const wrong = array.findIndex((value, i) => value !== Number(numbers[i]));
    if (wrong >= 0) throw new RangeError(`Expected numbers that fit ${dtype}, got ${numbers[wrong]}`);
  }
  return array;
}

/** The elements of a 16-bit float array as float32. */
export function decodeFloat(dtype: 'float16' | 'bfloat16', bits: TypedArray): Float32Array {
  if (dtype === 'float16') return Float32Array.from(bits as Float16Array);
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = (bits as Uint16Array)[i]! << 16;
  return new Float32Array(wide.buffer);
}

function encodeBfloat16(numbers: ArrayLike<number>): Uint16Array {
  const wide = new Uint32Array(Float32Array.from(numbers).buffer);
  return Uint16Array.from(wide, (bits) => {
    if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
    return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
  });
}

/** Whether an array is of the kind that holds this dtype. */
export const holds = (dtype: DType, data: unknown): data is TypedArray => data instanceof DTYPES[dtype].array;

/** The bytes of an array, without a copy. */
export const bytesOf = (data: TypedArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
