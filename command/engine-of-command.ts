/**
 * The engine of a command: the checkpoint that the command line names, or with `--engine` one of the studio's engines by its name, from
 * `engines.json` or from the environment. A checkpoint runs in this process, without the studio's caches on disk.
 */
import { basename, resolve } from 'node:path';
import {
  connectEngine,
  type Engine,
  type EngineOptions,
  loadEngine,
  type PrepareOptions,
} from '../engine/index.ts';
import { isEmbedded, jobsAtOnce } from '../server/engines/engine-entry.ts';
import { configuredEngines, remoteOptionsOf } from '../server/engines/open-engines.ts';
import { engineEnvironment } from '../server/environment.ts';
import { type Command, engineOptions } from './command-line.ts';
import { UsageError } from './failure.ts';

/** An engine that is found and not opened yet. */
export interface CommandEngine {
  /** Its name in the studio; the folder's name where none was given. */
  name: string;
  /** The checkpoint and how it is loaded; undefined for an engine elsewhere. */
  local: EngineOptions | undefined;
  /** Requests that it serves side by side. */
  atOnce: number;
  /** Loads or connects to it. Throws EngineError. */
  open: (signal?: AbortSignal) => Promise<Engine>;
}

/** Finds the engine; `engines.json` stands in the data folder. Throws {@link UsageError} for a name that no engine has. */
export function findCommandEngine(command: Command, dataDir: string): CommandEngine {
  const options = engineOptions(command);
  const { engine: wanted } = command.values;
  if (wanted === undefined) return localEngine(basename(resolve(options.modelDir)), options);
  const { remote, enginesFile } = engineEnvironment(process.env, dataDir);
  const { entries, own } = configuredEngines({ ...options, remote, enginesFile, dataDir });
  const entry = entries.find(({ name }) => name === wanted);
  if (!entry)
    throw new UsageError(
      `There is no engine ${wanted}. There are ${entries.map(({ name }) => name).join(', ')}, from ${own ? 'the environment' : enginesFile}.`,
    );
  const atOnce = jobsAtOnce(entry);
  if (!isEmbedded(entry)) {
    const reached = entry === own ? remote! : remoteOptionsOf(entry, process.env);
    const open = (signal?: AbortSignal) => connectEngine(reached, { signal });
    return { name: wanted, local: undefined, atOnce, open };
  }
  const { folder: modelDir, device = options.device, precision = options.precision } = entry;
  return { ...localEngine(wanted, { ...options, modelDir, device, precision }), atOnce };
}

const localEngine = (name: string, local: EngineOptions): CommandEngine => ({
  ...{ name, local, atOnce: 1 },
  open: (signal) => loadEngine(local, { onProgress: showPreparing(), signal }),
});

/** Between two lines about weights that are made ready. */
const PREPARING_MS = 5_000;

/** Says on the error output how far making weights ready is. */
function showPreparing(): NonNullable<PrepareOptions['onProgress']> {
  let next = performance.now() + PREPARING_MS / 5;
  return ({ doneBytes, totalBytes }) => {
    if (performance.now() < next) return;
    next = performance.now() + PREPARING_MS;
    const share = Math.floor((100 * doneBytes) / totalBytes);
    console.error(`Weights are made ready for this machine, once: ${share} %`);
  };
}
