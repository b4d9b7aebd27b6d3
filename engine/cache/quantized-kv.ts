/**
 * Keys and values of a reference in 8 bits: one scale for each row of each head, a quarter of the bytes. Keys are normalised
 * by head, so that rows are alike in size and little is lost. Symmetric, round to nearest. Knows no cache.
 */
import { type Tensor, type Tensors, tensor } from '../../kernels/index.ts';

const LARGEST = 127;

/** One tensor in 8 bits. */
export interface QuantizedTensor {
  shape: readonly number[];
  codes: Int8Array;
  /** One for each row of the last axis. */
  scales: Float32Array;
}

export type QuantizedTensors = Record<string, QuantizedTensor>;

/** Shapes: float32 [..., d] to codes of the same shape and scales [...]. */
export function quantize({ shape, data }: Tensor): QuantizedTensor {
  const width = shape.at(-1)!;
  const numbers = data as Float32Array;
  const codes = new Int8Array(numbers.length);
  const scales = new Float32Array(numbers.length / width);
  for (let row = 0; row < scales.length; row++) {
    const from = row * width;
    let largest = 0;
    for (let i = from; i < from + width; i++) largest = Math.max(largest, Math.abs(numbers[i]!));
    scales[row] = largest / LARGEST;
    if (largest > 0)
      for (let i = from; i < from + width; i++) codes[i] = Math.round(numbers[i]! / scales[row]!);
  }
  return { shape, codes, scales };
}

/** The inverse of {@link quantize}, up to half a step in each number. */
function dequantize({ shape, codes, scales }: QuantizedTensor): Tensor {
  const width = shape.at(-1)!;
  const numbers = new Float32Array(codes.length);
  for (let row = 0; row < scales.length; row++)
    for (let i = row * width; i < (row + 1) * width; i++) numbers[i] = codes[i]! * scales[row]!;
  return tensor('float32', shape, numbers);
}

export const quantizeAll = (tensors: Tensors): QuantizedTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, quantize(value)]));

export const dequantizeAll = (tensors: QuantizedTensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, dequantize(value)]));
