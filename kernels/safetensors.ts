/**
 * The `.safetensors` format: eight bytes of header length, a JSON header, then raw tensors. The header is read and
 * checked as a whole; tensors stay in the file until they are read, or a graph points at them.
 * Source: https://github.com/huggingface/safetensors (format, and the checks of its Rust reader).
 */
import { closeSync, fstatSync, openSync, readSync, realpathSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allocate, bytesOf, DTYPES, type DType, decodeFloat, type TypedArray } from './dtype.ts';
import { SafetensorsError } from './errors.ts';
import { elementCount, formatShape } from './shape.ts';

/** A stored tensor: its type, and its place in a file. */
export interface TensorRef {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Absolute path of the file itself, whatever links lead to it: the runtime refuses links that leave a folder. */
  readonly path: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** A checked header. */
export interface SafetensorsFile {
  /** Absolute path as it was given. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorRef>;
  readonly metadata: Readonly<Record<string, string>>;
}

const STORED_DTYPE: Record<string, DType> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  U16: 'uint16',
  U8: 'uint8',
  I8: 'int8',
  BOOL: 'bool',
};
const HEADER_LIMIT_BYTES = 100_000_000;

/**
 * Reads and checks the header of a file.
 * Throws: SafetensorsError where the file is truncated, oversized, overlapping or malformed.
 */
export function openSafetensors(file: string): SafetensorsFile {
  const path = resolve(file);
  const { header, dataStart, size } = readHeader(path);
  const realPath = realpathSync(path);
  const entries = tensorRefs(path, header, dataStart, size);
  const tensors = new Map([...entries].map(([name, entry]) => [name, { ...entry, path: realPath }]));
  return { path, tensors, metadata: parseMetadata(path, header.__metadata__) };
}

/**
 * The elements of a stored tensor; float16 and bfloat16 come as float32.
 * Throws: SafetensorsError where the file ends early.
 */
export function readTensor(ref: TensorRef): TypedArray {
  return readElements(ref, 0, elementCount(ref.shape));
}

/**
 * The rows `from` to `to` of a stored tensor, along its first axis; float16 and bfloat16 come as float32.
 * Throws: SafetensorsError where the file ends early.
 */
export function readRows(ref: TensorRef, from: number, to: number): TypedArray {
  const width = elementCount(ref.shape.slice(1));
  return readElements(ref, from * width, to * width);
}

/** The bytes of a stored tensor as they lie in its file. Throws: SafetensorsError where the file ends early. */
export function readBytes({ path, offset, length }: TensorRef): Uint8Array {
  const bytes = new Uint8Array(length);
  readPart(path, bytes, offset);
  return bytes;
}

function readPart(path: string, target: Uint8Array, offset: number): void {
  const file = openSync(path, 'r');
  try {
    readFully(path, file, target, offset);
  } finally {
    closeSync(file);
  }
}

function readElements(ref: TensorRef, from: number, to: number): TypedArray {
  const data = allocate(ref.dtype, to - from);
  readPart(ref.path, bytesOf(data), ref.offset + from * DTYPES[ref.dtype].bytes);
  return ref.dtype === 'float16' || ref.dtype === 'bfloat16' ? decodeFloat(ref.dtype, data) : data;
}

/** A tensor to store; bfloat16 data is given as its bits. */
export interface StoredTensor {
  dtype: DType;
  shape: readonly number[];
  data: TypedArray;
}

/** Writes a file. Throws: TypeError where data does not fill its shape. */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, StoredTensor>>,
  { metadata }: { metadata?: Record<string, string> } = {},
): void {
  writeFileSync(path, encodeSafetensors(tensors, metadata));
}

/** The bytes of a file. Throws: TypeError where data does not fill its shape. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    const start = end;
    end += data.byteLength;
    if (data.byteLength !== elementCount(shape) * DTYPES[dtype].bytes) {
      throw new TypeError(
        `Expected '${name}' to fill ${dtype}${formatShape(shape)}, got ${data.byteLength} bytes`,
      );
    }
    const stored = Object.keys(STORED_DTYPE).find((key) => STORED_DTYPE[key] === dtype);
    header[name] = { dtype: stored, shape, data_offsets: [start, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  // The data starts at a multiple of eight; the format pads the header with spaces.
  const padded = Buffer.concat([text, Buffer.alloc(-text.length & 7, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const data = Object.values(tensors).map((tensor) => bytesOf(tensor.data));
  return Buffer.concat([length, padded, ...data]);
}

/**
 * The tensors of a whole file in memory, copied out of it, so that they are aligned and keep nothing else alive; float16
 * and bfloat16 come as their bits. `label` names the file in messages.
 * Throws: SafetensorsError where it is truncated, oversized, overlapping or malformed.
 */
export function decodeSafetensors(file: Uint8Array, label: string): Map<string, StoredTensor> {
  const { header, dataStart } = headerIn(label, file.byteLength, (target, offset) =>
    target.set(file.subarray(offset, offset + target.length)),
  );
  const refs = tensorRefs(label, header, dataStart, file.byteLength);
  return new Map(
    [...refs.values()].map(({ name, dtype, shape, offset, length }) => {
      const data = allocate(dtype, elementCount(shape));
      bytesOf(data).set(file.subarray(offset, offset + length));
      return [name, { dtype, shape, data }];
    }),
  );
}

function readHeader(path: string): { header: Record<string, unknown>; dataStart: number; size: number } {
  const file = openFile(path);
  try {
    const { size } = fstatSync(file);
    const { header, dataStart } = headerIn(path, size, (target, offset) =>
      readFully(path, file, target, offset),
    );
    return { header, dataStart, size };
  } finally {
    closeSync(file);
  }
}

/** The header of a file of `size` bytes; `read` fills a buffer from an offset. */
function headerIn(
  path: string,
  size: number,
  read: (target: Uint8Array, offset: number) => void,
): { header: Record<string, unknown>; dataStart: number } {
  if (size < 8) throw new SafetensorsError(path, `Expected at least 8 bytes, got ${size}`);
  const prefix = Buffer.alloc(8);
  read(prefix, 0);
  const length = Number(prefix.readBigUInt64LE());
  if (length > HEADER_LIMIT_BYTES || length > size - 8) {
    throw new SafetensorsError(path, `Expected a header within the ${size} bytes of the file, got ${length}`);
  }
  const text = Buffer.alloc(length);
  read(text, 8);
  return { header: parseHeader(path, text), dataStart: 8 + length };
}

/** The checked entries of a header. */
function tensorRefs(
  path: string,
  header: Record<string, unknown>,
  dataStart: number,
  size: number,
): Map<string, Omit<TensorRef, 'path'>> {
  const tensors = new Map<string, Omit<TensorRef, 'path'>>();
  for (const [name, entry] of Object.entries(header))
    if (name !== '__metadata__') tensors.set(name, parseEntry(path, name, entry, dataStart));
  checkLayout(path, [...tensors.values()], dataStart, size);
  return tensors;
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new SafetensorsError(path, 'Expected a readable file', { cause });
  }
}

function parseHeader(path: string, text: Buffer): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (cause) {
    throw new SafetensorsError(path, 'Expected the header to be JSON', { cause });
  }
  if (!isRecord(header)) throw new SafetensorsError(path, 'Expected the header to be an object');
  return header;
}

function parseMetadata(path: string, entry: unknown): Record<string, string> {
  if (entry === undefined) return {};
  if (!isRecord(entry) || Object.values(entry).some((value) => typeof value !== 'string')) {
    throw new SafetensorsError(path, 'Expected __metadata__ to be an object of strings');
  }
  return entry as Record<string, string>;
}

function parseEntry(path: string, name: string, entry: unknown, dataStart: number): Omit<TensorRef, 'path'> {
  const fault = (text: string): never => {
    throw new SafetensorsError(path, `tensor '${name}': ${text}`);
  };
  if (!isRecord(entry)) return fault('Expected an object');
  const dtype = STORED_DTYPE[String(entry.dtype)];
  if (!dtype) {
    return fault(
      `Expected a dtype of ${Object.keys(STORED_DTYPE).join(', ')}, got ${JSON.stringify(entry.dtype)}`,
    );
  }
  const { shape, data_offsets: range } = entry;
  if (!isSizes(shape)) return fault(`Expected a shape of sizes, got ${JSON.stringify(shape)}`);
  if (!isSizes(range) || range.length !== 2 || range[0]! > range[1]!) {
    return fault(`Expected data_offsets [start, end], got ${JSON.stringify(range)}`);
  }
  const [start, end] = range as [number, number];
  const length = elementCount(shape) * DTYPES[dtype].bytes;
  if (end - start !== length) {
    return fault(`Expected ${length} bytes for ${dtype}${formatShape(shape)}, got ${end - start}`);
  }
  return { name, dtype, shape, offset: dataStart + start, length };
}

/** The format asks for tensors without gaps or overlaps, from the end of the header to the end of the file. */
function checkLayout(
  path: string,
  tensors: Omit<TensorRef, 'path'>[],
  dataStart: number,
  size: number,
): void {
  let end = dataStart;
  for (const { name, offset, length } of tensors.sort((a, b) => a.offset - b.offset || a.length - b.length)) {
    if (offset < end) throw new SafetensorsError(path, `tensor '${name}' overlaps the one before it`);
    if (offset > end)
      throw new SafetensorsError(path, `${offset - end} unused bytes before tensor '${name}'`);
    end = offset + length;
    if (end > size) {
      throw new SafetensorsError(
        path,
        `truncated: tensor '${name}' ends at byte ${end}, the file at ${size}`,
      );
    }
  }
  if (end !== size) throw new SafetensorsError(path, `${size - end} unused bytes after the last tensor`);
}

function readFully(path: string, file: number, target: Uint8Array, offset: number): void {
  let done = 0;
  while (done < target.length) {
    const count = readSync(file, target, done, Math.min(target.length - done, 1 << 30), offset + done);
    if (count === 0) throw new SafetensorsError(path, `truncated: it ends at byte ${offset + done}`);
    done += count;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
