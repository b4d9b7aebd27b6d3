/** `palimpsest pull NAME`: a checkpoint from the Hugging Face Hub, a mirror of it, or a folder, into a folder that the engine reads. */
import { existsSync, mkdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { inspect, PRECISIONS } from '../../engine/index.ts';
import { CommandError, UsageError } from '../failure.ts';
import { type FetchOptions, fetchFile, isRight } from './fetch-file.ts';
import { folderSource } from './folder-source.ts';
import { hubSource } from './hub-source.ts';
import type { RemoteFile, Source } from './source.ts';

export interface PullOptions extends FetchOptions {
  name: string | undefined;
  /** Address of a hub, or a folder. Default: huggingface.co. */
  from?: string | undefined;
  /** Folder to be made. Default: `models/` and the model's own name. */
  output?: string | undefined;
  revision?: string | undefined;
  token?: string | undefined;
  print: (line: string) => void;
}

const HUB = 'https://huggingface.co';
/** What was found right before, so that a run that goes on does not read 33 GiB again. */
const RECORD = '.pull.json';
/** Room that is left free on the disk. */
const SPARE_BYTES = 256 * 2 ** 20;
const PROGRESS_MS = 5_000;

interface PullRecord {
  from: string;
  revision: string;
  /** Size and time of each file that had its hash. */
  right: Record<string, [size: number, mtimeMs: number]>;
}

/** Fetches what is missing. Throws {@link UsageError} and {@link CommandError} saying what to do, and the system's errors of files. */
export async function pull(options: PullOptions): Promise<void> {
  const { name, from = HUB, print } = options;
  if (!name) throw new UsageError('Say which model: palimpsest pull OWNER/MODEL, such as zai-org/GLM-Image.');
  const folder = resolve(options.output ?? join('models', basename(name)));
  const record = readRecord(folder, from);
  const source = await sourceOf(options, from, options.revision ?? record?.revision);
  if (source.files.length === 0)
    throw new CommandError(`${name} of ${from} holds no checkpoint of GLM-Image.`);
  print(`${name} at ${source.revision}`);
  print(`Licence: ${source.licence ?? 'not given; see its README'}`);
  const missing = await missingFiles(source, folder, record?.right ?? {});
  checkRoom(folder, missing);
  mkdirSync(folder, { recursive: true });
  const right: PullRecord['right'] = {};
  const note = (file: RemoteFile) => {
    const { size, mtimeMs } = statSync(join(folder, file.path));
    right[file.path] = [size, mtimeMs];
    const noted: PullRecord = { from, revision: source.revision, right };
    writeFileSync(join(folder, RECORD), JSON.stringify(noted));
  };
  for (const file of source.files) if (!missing.includes(file)) note(file);
  const onBytes = progressOf(missing, print);
  for (const file of missing) {
    await fetchFile(source, file, folder, { ...options, onBytes });
    note(file);
  }
  await report(folder, print);
}

async function sourceOf(
  { name, token }: PullOptions,
  from: string,
  revision: string | undefined,
): Promise<Source> {
  if (!/^https?:\/\//.test(from)) return folderSource(from);
  if (!/^[\w.-]+\/[\w.-]+$/.test(name!))
    throw new UsageError(`Expected a model such as zai-org/GLM-Image, got ${name}.`);
  return hubSource({ name: name!, hubUrl: from.replace(/\/+$/, ''), token, revision });
}

function readRecord(folder: string, from: string): PullRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as PullRecord;
    return record.from === from ? record : undefined;
  } catch {
    // There is none yet, or it was cut off: files are compared with their hashes again.
    return undefined;
  }
}

async function missingFiles(
  source: Source,
  folder: string,
  known: PullRecord['right'],
): Promise<RemoteFile[]> {
  const missing: RemoteFile[] = [];
  for (const file of source.files) {
    const path = join(folder, file.path);
    const there = statSync(path, { throwIfNoEntry: false });
    const [size, mtimeMs] = known[file.path] ?? [];
    const isKnown = there && there.size === size && there.mtimeMs === mtimeMs && size === file.size;
    if (!isKnown && !(await isRight(path, file))) missing.push(file);
  }
  return missing;
}

/** Throws before anything is written where the disk lacks the room. */
function checkRoom(folder: string, missing: readonly RemoteFile[]): void {
  let parent = folder;
  while (!existsSync(parent)) parent = dirname(parent);
  const there = (file: RemoteFile) =>
    statSync(join(folder, `${file.path}.part`), { throwIfNoEntry: false })?.size ?? 0;
  const needed = missing.reduce((sum, file) => sum + file.size - Math.min(file.size, there(file)), 0);
  const { bavail, bsize } = statfsSync(parent);
  const free = bavail * bsize;
  if (free >= needed + SPARE_BYTES) return;
  throw new CommandError(
    `The files take ${sizeText(needed)} more and ${parent} has ${sizeText(free)} free. Free some, or name a folder on another disk with -o.`,
  );
}

/** Counts bytes, and says now and then how far it is. */
function progressOf(missing: readonly RemoteFile[], print: (line: string) => void): (count: number) => void {
  const total = missing.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  let next = performance.now() + PROGRESS_MS;
  return (count) => {
    done += count;
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    print(`${sizeText(done)} of ${sizeText(total)} (${Math.floor((100 * done) / total)} %)`);
  };
}

/** What the folder is good for on this machine. */
async function report(folder: string, print: (line: string) => void): Promise<void> {
  const { fits } = await inspect(folder);
  const fitting = PRECISIONS.filter((each) => fits[each].leastBytes < fits[each].machineBytes);
  print(`${folder} is complete: ${(fits.fp32.parameters / 1e6).toFixed(0)} million parameters.`);
  print(
    fitting.length > 0
      ? `It fits into the memory of this machine in ${fitting.join(', ')}. Draw with: palimpsest generate --model ${folder} --precision ${fitting[0]} -o OUT.png "PROMPT"`
      : `It needs ${sizeText(fits.int4.leastBytes)} of memory at least; this machine has ${sizeText(fits.int4.machineBytes)}.`,
  );
}

const sizeText = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
