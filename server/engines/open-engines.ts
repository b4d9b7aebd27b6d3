/**
 * The engines of a server: those of `engines.json` where there is one, else the one that the environment names. How each of them is
 * started, and with which key. Knows no job and no request.
 */
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  type ClientOptions,
  EngineClient,
  EngineError,
  RemoteEngine,
  type RemoteKind,
  type RemoteOptions,
  type WatchedEngine,
} from '../../engine/index.ts';
import { isMemoryShort } from './checkpoint-memory.ts';
import {
  type EmbeddedEntry,
  type EngineEntry,
  type EnginesFile,
  isEmbedded,
  type RemoteEntry,
} from './engine-entry.ts';
import { KeyError, keyOf } from './engine-key.ts';
import { Engines } from './engines.ts';
import { EnginesFileError, readEnginesFile } from './engines-file.ts';

export interface EngineSettings {
  /** Where `engines.json` is, or may come to be. */
  enginesFile: string;
  dataDir: string;
  /** The one engine of the environment, where there is no file: a checkpoint, or an engine elsewhere instead of it. */
  modelDir: string;
  remote?: RemoteOptions | undefined;
  device: ClientOptions['device'];
  precision?: string | undefined;
  /** How engine processes are started, beyond model, device and precision. */
  engine?: Omit<ClientOptions, 'modelDir' | 'device' | 'precision'> | undefined;
  env?: NodeJS.ProcessEnv;
}

/** What engines there are to start. */
export interface Configuration {
  entries: readonly EngineEntry[];
  default: EngineEntry;
  /** The one engine of the environment, whose options are those of the settings; undefined where a file has the engines. */
  own: EngineEntry | undefined;
}

/** Reads the engines of a server and starts none. Throws {@link EnginesFileError}, also for a key that cannot be had. */
export function configuredEngines(settings: EngineSettings): Configuration {
  const { enginesFile, env = process.env } = settings;
  const file = readEnginesFile(enginesFile);
  if (!file) {
    const own = entryOfEnvironment(settings);
    return { entries: [own], default: own, own };
  }
  checkKeys(enginesFile, file, env);
  const { engines: entries, default: chosen } = file;
  return { entries, default: entries.find(({ name }) => name === chosen) ?? entries[0]!, own: undefined };
}

/** Starts the engines of a server, each as soon as it is needed. */
export function openEngines(
  settings: EngineSettings,
  { entries, default: chosen, own }: Configuration,
): Engines {
  const { env = process.env } = settings;
  const first = entries.find(isEmbedded);
  const open = (entry: EngineEntry): WatchedEngine => {
    if (isEmbedded(entry)) return openEmbedded(settings, entry, entry.name === first?.name);
    return new RemoteEngine(entry === own ? settings.remote! : remoteOptionsOf(entry, env));
  };
  const isShort = (entry: EngineEntry) => isEmbedded(entry) && isMemoryShort(entry.folder);
  return new Engines({ entries, default: chosen.name, open, isShort });
}

/** How an engine elsewhere is reached. Throws {@link KeyError}, and {@link EngineError} for a graph that cannot be read. */
export function remoteOptionsOf(entry: RemoteEntry, env: NodeJS.ProcessEnv): RemoteOptions {
  const { kind, addresses, model, atOnce, fields, graphs } = entry;
  return {
    ...{ kind: kind as RemoteKind, addresses, model, atOnce, fields, key: keyOf(entry, env) },
    graphs: graphs?.map(graphOf),
  };
}

/** A graph of ComfyUI. Throws {@link EngineError} `bad_request` for a file that holds none. */
function graphOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new EngineError('bad_request', `${file} cannot be read as a graph in JSON.`, {
      field: 'graphs',
      cause,
    });
  }
}

function openEmbedded(
  { dataDir, device, precision, engine }: EngineSettings,
  entry: EmbeddedEntry,
  isFirst: boolean,
): WatchedEngine {
  // Two processes never keep their caches in one folder.
  const folder = isFirst ? join(dataDir, 'cache') : join(dataDir, 'caches', entry.name);
  return new EngineClient({
    ...{ cache: { folder }, ...engine },
    ...{ modelDir: resolve(entry.folder), device: entry.device ?? device },
    precision: entry.precision ?? precision,
  });
}

function checkKeys(file: string, { engines }: EnginesFile, env: NodeJS.ProcessEnv): void {
  for (const [at, entry] of engines.entries())
    try {
      if (!isEmbedded(entry)) keyOf(entry, env);
    } catch (error) {
      if (error instanceof KeyError)
        throw new EnginesFileError(file, `engines.${at}.${error.field}`, error.message, error);
      throw error;
    }
}

/** The entry of an engine that the environment names: its folder, or its model or host, is its name. */
function entryOfEnvironment({
  modelDir,
  remote,
  device,
  precision,
  env = process.env,
}: EngineSettings): EngineEntry {
  if (!remote)
    return {
      ...{ name: nameOf(basename(resolve(modelDir))), kind: 'embedded', folder: resolve(modelDir), device },
      ...(precision && { precision: precision as 'fp32' }),
    };
  const { kind, addresses, model, key, atOnce, fields } = remote;
  const { PALIMPSEST_ENGINE_GRAPHS: graphs } = env;
  return {
    ...{ name: nameOf(model ?? new URL(addresses[0]!).host), kind, addresses: [...addresses] },
    ...(model && { model }),
    ...(atOnce !== undefined && { atOnce }),
    ...(fields && { fields }),
    ...(remote.graphs && graphs && { graphs: graphs.split(',').map((file) => file.trim()) }),
    ...(key && { keyEnv: 'PALIMPSEST_ENGINE_KEY' }),
  };
}

/** A text as the name of an engine. */
const nameOf = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 64) || 'engine';
