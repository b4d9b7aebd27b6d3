/**
 * One linear layer in a file: the codes and scales of its weight, made of the stored tensors some rows at a time. Where they lie in the
 * file is known before it is made, so that a graph can name them.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import {
  blockOf,
  type CodeBits,
  quantizeBlocks,
  quantizeRows,
  readRows,
  type TensorRef,
} from '../../../kernels/index.ts';
import { FLOAT_BYTES } from '../../request/sizes.ts';

/** In blocks of a row, or in columns: see `kernels/layers/quantized-linear.ts`. */
export type CodeForm = { kind: 'blocks'; bits: CodeBits } | { kind: 'columns' };

/** A layer to be made: its weight [outputs, inputs] is the stored tensors one below the other. */
export interface LayerFile {
  path: string;
  form: CodeForm;
  stored: readonly TensorRef[];
  /** How much the square of an error of each input counts. [inputs] Default: all the same, and the plain scales. */
  importance?: Float32Array | undefined;
}

/** Numbers of the weight that are read at once. */
const CHUNK = 1 << 22;
/** Codes and scales begin at multiples of as many bytes. */
const ALIGNMENT = 64;

/** Outputs and inputs of a layer. */
export function sizeOfLayer({ stored }: Pick<LayerFile, 'stored'>): [outputs: number, inputs: number] {
  return [stored.reduce((sum, { shape }) => sum + shape[0]!, 0), stored[0]!.shape[1]!];
}

/** Where the codes and the scales of a layer lie in its file. */
export function placesOf(layer: LayerFile): { codes: TensorRef; scales: TensorRef; bytes: number } {
  const { path, form } = layer;
  const [outputs, inputs] = sizeOfLayer(layer);
  const ref = (name: string, dtype: TensorRef['dtype'], shape: number[], offset: number, width: number) => ({
    ...{ name, dtype, shape, path, offset },
    length: shape.reduce((a, b) => a * b, 1) * width,
  });
  if (form.kind === 'columns') {
    const codes = ref('codes', 'int8', [inputs, outputs], 0, 1);
    const scales = ref('scales', 'float32', [outputs], aligned(codes.length), FLOAT_BYTES);
    return { codes, scales, bytes: scales.offset + scales.length };
  }
  const block = blockOf(inputs, form.bits)!;
  const shape = [outputs, inputs / block];
  const codes = ref('codes', 'uint8', [...shape, (block * form.bits) / 8], 0, 1);
  const scales = ref('scales', 'float32', shape, aligned(codes.length), FLOAT_BYTES);
  return { codes, scales, bytes: scales.offset + scales.length };
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Whether the file of a layer is there as a whole. */
export const isMade = (layer: LayerFile): boolean =>
  existsSync(layer.path) && statSync(layer.path).size === placesOf(layer).bytes;

/** Makes the file of a layer; it appears when it is whole. Throws errors of the file system. */
export function makeLayerFile(layer: LayerFile): void {
  const making = `${layer.path}.making`;
  const file = openSync(making, 'w');
  try {
    if (layer.form.kind === 'columns') writeColumns(file, layer);
    else writeBlocks(file, layer, layer.form.bits);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(making, layer.path);
}

function writeBlocks(file: number, layer: LayerFile, bits: CodeBits): void {
  const { codes: codesAt, scales: scalesAt } = placesOf(layer);
  const block = blockOf(sizeOfLayer(layer)[1], bits)!;
  let [codesEnd, scalesEnd] = [codesAt.offset, scalesAt.offset];
  for (const { rows } of chunksOf(layer)) {
    const { codes, scales } = quantizeBlocks(rows, block, bits, layer.importance);
    writeSync(file, codes, 0, codes.byteLength, codesEnd);
    writeSync(file, scales, 0, scales.byteLength, scalesEnd);
    codesEnd += codes.byteLength;
    scalesEnd += scales.byteLength;
  }
}

function writeColumns(file: number, layer: LayerFile): void {
  const { codes: codesAt, scales: scalesAt } = placesOf(layer);
  const [outputs, inputs] = sizeOfLayer(layer);
  const turned = new Int8Array(outputs * inputs);
  const allScales = new Float32Array(outputs);
  for (const { rows, first } of chunksOf(layer)) {
    const { codes, scales } = quantizeRows(rows, inputs);
    allScales.set(scales, first);
    turn(codes, inputs, turned, outputs, first);
  }
  writeSync(file, turned, 0, turned.byteLength, codesAt.offset);
  writeSync(file, allScales, 0, allScales.byteLength, scalesAt.offset);
}

/** Rows [count, inputs] to columns from `first` on of [inputs, outputs]. */
function turn(rows: Int8Array, inputs: number, into: Int8Array, outputs: number, first: number): void {
  const count = rows.length / inputs;
  for (let i = 0; i < inputs; i++) {
    const at = i * outputs + first;
    for (let row = 0; row < count; row++) into[at + row] = rows[row * inputs + i]!;
  }
}

/** The weight as float32 rows, some at a time; `first` is the output of the first row. */
function* chunksOf({ stored }: LayerFile): Generator<{ rows: Float32Array; first: number }> {
  let first = 0;
  for (const ref of stored) {
    const [count, inputs] = ref.shape as [number, number];
    const step = Math.max(1, Math.floor(CHUNK / inputs));
    for (let from = 0; from < count; from += step) {
      const to = Math.min(count, from + step);
      yield { rows: readRows(ref, from, to) as Float32Array, first: first + from };
    }
    first += count;
  }
}
