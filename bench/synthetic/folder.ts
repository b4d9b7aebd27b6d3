/** Writes a folder in the published layout, never more than one part of one tensor in memory. */
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Numbers } from './numbers.ts';
import { CHAT_TEMPLATE, configFiles, type Shape } from './shape.ts';
import { type Component, componentsOf, count, parametersOf, type TensorShape } from './tensors.ts';
import { tokenizerJson } from './vocabulary.ts';

/** Most bytes of one file of weights, as upstream's `save_pretrained` cuts. */
const SHARD_BYTES = 5_000_000_000;
/** Room that is left free on the disk. */
const SPARE_BYTES = 256 * 2 ** 20;

export const bytesOf = (component: Component): number =>
  parametersOf(component) * (component.dtype === 'F32' ? 4 : 2);

/** The disk has too little room for the folder. */
export class NoRoomError extends Error {}

export interface WriteOptions {
  seed?: number;
  /** Called after each file with its path in the folder and its bytes. */
  onFile?: (path: string, bytes: number) => void;
}

/**
 * Writes `dir`, which must not exist; it appears when it is whole.
 * Throws: NoRoomError before anything is written; errors of the file system.
 */
export function writeFolder(
  dir: string,
  shape: Shape,
  { seed = 1, onFile = () => {} }: WriteOptions = {},
): void {
  const components = componentsOf(shape);
  mkdirSync(dirname(dir), { recursive: true });
  checkRoom(
    dirname(dir),
    components.reduce((sum, component) => sum + bytesOf(component), 0),
  );
  const making = `${dir}.making`;
  rmSync(making, { recursive: true, force: true });
  for (const [path, content] of Object.entries({
    ...configFiles(shape),
    'processor/tokenizer.json': tokenizerJson(shape.visionLanguage.text.visual),
  }))
    writeText(join(making, path), `${JSON.stringify(content)}\n`);
  writeText(join(making, 'processor/chat_template.jinja'), CHAT_TEMPLATE);
  const longest = Math.max(
    ...components.flatMap(({ tensors }) => tensors.map(({ shape: one }) => count(one))),
  );
  const numbers = new Numbers(seed, longest);
  for (const component of components) writeComponent(making, component, numbers, onFile);
  renameSync(making, dir);
}

function checkRoom(parent: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(parent);
  const free = bavail * bsize;
  if (free >= bytes + SPARE_BYTES) return;
  const gib = (amount: number) => (amount / 2 ** 30).toFixed(1);
  throw new NoRoomError(
    `The folder takes ${gib(bytes)} GiB and ${parent} has ${gib(free)} GiB free. Free some, name another folder, or leave layers out (--layers ar=4,dit=3,vit=4).`,
  );
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function writeComponent(
  dir: string,
  component: Component,
  numbers: Numbers,
  onFile: NonNullable<WriteOptions['onFile']>,
): void {
  const { folder, stem, sharded } = component;
  const shards = sharded ? cut(component) : [component.tensors];
  const weightMap: Record<string, string> = {};
  for (const [k, tensors] of shards.entries()) {
    const file = sharded
      ? `${stem}-${number(k + 1)}-of-${number(shards.length)}.safetensors`
      : `${stem}.safetensors`;
    for (const { name } of tensors) weightMap[name] = file;
    onFile(`${folder}/${file}`, writeTensors(join(dir, folder, file), tensors, component.dtype, numbers));
  }
  if (!sharded) return;
  const index = { metadata: { total_size: bytesOf(component) }, weight_map: weightMap };
  writeText(join(dir, folder, `${stem}.safetensors.index.json`), `${JSON.stringify(index, null, 2)}\n`);
}

const number = (k: number): string => String(k).padStart(5, '0');

/** Tensors in their order, as many in each file as fit. */
function cut(component: Component): TensorShape[][] {
  const shards: TensorShape[][] = [[]];
  let filled = 0;
  for (const tensor of component.tensors) {
    const bytes = bytesOf({ ...component, tensors: [tensor] });
    if (filled > 0 && filled + bytes > SHARD_BYTES) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push(tensor);
    filled += bytes;
  }
  return shards;
}

/** One file: the header, then every tensor in parts. Returns its bytes. */
function writeTensors(
  path: string,
  tensors: readonly TensorShape[],
  dtype: Component['dtype'],
  numbers: Numbers,
): number {
  let end = 0;
  const entries = tensors.map(({ name, shape }) => {
    const begin = end;
    end += count(shape) * (dtype === 'F32' ? 4 : 2);
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const text = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  try {
    writeSync(file, length);
    writeSync(file, header);
    for (const { name, shape, spread } of tensors) {
      for (const part of numbers.of(name, count(shape), spread, dtype)) writeSync(file, part);
    }
  } finally {
    closeSync(file);
  }
  return 8 + header.length + end;
}
