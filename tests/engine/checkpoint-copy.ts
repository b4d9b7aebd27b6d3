/** Copies of a checkpoint to damage: files, JSON and tensors changed at will. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// biome-ignore lint/suspicious/noExplicitAny: damaged on purpose, it has no shape to rely on
type Json = any;

/** A tensor as the file holds it. */
export interface StoredTensor {
  dtype: string;
  shape: number[];
  bytes: Buffer;
}

/** Copies what inference reads, writable; returns the new folder. */
export function copyCheckpoint(from: string, to: string): string {
  for (const entry of readdirSync(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = source.replace(from, to);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(source));
  }
  return to;
}

/** Changes a JSON file in place. */
export function editJson(file: string, edit: (json: Json) => unknown): void {
  const json = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(edit(json) ?? json));
}

/** All tensors of a safetensors file, undecoded. */
export function readStored(file: string): Map<string, StoredTensor> {
  const data = readFileSync(file);
  const start = 8 + Number(data.readBigUInt64LE());
  const { __metadata__: _, ...header } = JSON.parse(data.toString('utf8', 8, start));
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets: range }] of Object.entries<Json>(header))
    tensors.set(name, { dtype, shape, bytes: data.subarray(start + range[0], start + range[1]) });
  return tensors;
}

/** Writes tensors as a safetensors file. */
export function writeStored(file: string, tensors: ReadonlyMap<string, StoredTensor>): void {
  let end = 0;
  const header = Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, bytes }]) => {
      const start = end;
      end += bytes.length;
      return [name, { dtype, shape, data_offsets: [start, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(file, Buffer.concat([length, text, ...[...tensors.values()].map(({ bytes }) => bytes)]));
}

/** Changes the tensors of a safetensors file in place. */
export function editTensors(file: string, edit: (tensors: Map<string, StoredTensor>) => void): void {
  const tensors = readStored(file);
  edit(tensors);
  writeStored(file, tensors);
}
