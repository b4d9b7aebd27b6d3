/**
 * The engine of a command: the checkpoint that the command line names, or with `--engine` one of the studio's engines by its name, from
 * `engines.json` or from the environment. A checkpoint runs in this process, without the studio's caches on disk.
 */
import { connectEngine, type Engine, loadEngine } from '../engine/index.ts';
import { isEmbedded, jobsAtOnce } from '../server/engines/engine-entry.ts';
import { configuredEngines, remoteOptionsOf } from '../server/engines/open-engines.ts';
import { engineEnvironment } from '../server/environment.ts';
import { type Command, engineOptions } from './command-line.ts';
import { UsageError } from './failure.ts';

export interface CommandEngine {
  engine: Engine;
  /** Its name in the studio; the folder's name where none was given. */
  name: string;
  /** The checkpoint's folder; undefined for an engine elsewhere. */
  folder: string | undefined;
  /** Requests that it serves side by side. */
  atOnce: number;
}

/** Loads or connects to the engine; `engines.json` stands in the data folder. Throws {@link UsageError} for a name that no engine has, and EngineError. */
export async function openCommandEngine(
  command: Command,
  { dataDir, signal }: { dataDir: string; signal?: AbortSignal },
): Promise<CommandEngine> {
  const options = engineOptions(command);
  const { engine: wanted } = command.values;
  if (wanted === undefined) {
    const engine = await loadEngine(options);
    return { engine, name: engine.info.name, folder: options.modelDir, atOnce: 1 };
  }
  const { remote, enginesFile } = engineEnvironment(process.env, dataDir);
  const { entries, own } = configuredEngines({ ...options, remote, enginesFile, dataDir });
  const entry = entries.find(({ name }) => name === wanted);
  if (!entry)
    throw new UsageError(
      `There is no engine ${wanted}. There are ${entries.map(({ name }) => name).join(', ')}, from ${own ? 'the environment' : enginesFile}.`,
    );
  const about = { name: wanted, atOnce: jobsAtOnce(entry) };
  if (!isEmbedded(entry)) {
    const reached = entry === own ? remote! : remoteOptionsOf(entry, process.env);
    return { ...about, engine: await connectEngine(reached, { signal }), folder: undefined };
  }
  const { folder: modelDir, device = options.device, precision = options.precision } = entry;
  return { ...about, engine: await loadEngine({ modelDir, device, precision }), folder: modelDir };
}
