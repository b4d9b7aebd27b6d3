/**
 * Every environment variable of ours, in one place: those of the server are checked, those of a command stand in for its
 * options. Knows nothing of what the values are used for.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type EngineOptions, PRECISIONS, REMOTE_KINDS, type RemoteOptions } from '../engine/index.ts';
import { BYTES_FORM, parseBytes } from './bytes.ts';
import { DEVICES } from './engines/engine-entry.ts';
import { EnvironmentError } from './environment-error.ts';
import { type LanguageEntry, languageEntry } from './language/language-entry.ts';
import { type Network, networkOf } from './network.ts';

export { EnvironmentError };

export interface Environment {
  port: number;
  host: string;
  dataDir: string;
  modelDir: string;
  device: EngineOptions['device'];
  precision: string;
  /** What the engine's process may take, and where its prepared weights are; undefined: its defaults. */
  engine?: EngineRoom;
  /** The engine elsewhere that draws instead of the model; undefined: none. */
  remote?: RemoteOptions;
  /** The file of several engines; where there is one, it stands for the model and the engine elsewhere. */
  enginesFile: string;
  /** The language model that reads messages; undefined: none. */
  language?: LanguageEntry;
  /** The file that names it before the environment does. */
  languageFile: string;
  /** Who may add, try and remove engines on the page: `local` is whoever sits at this machine. */
  settings: SettingsFor;
  /** Names that the server answers to, beside addresses and names of a local network. */
  hosts: string[];
  logLevel: string;
  /** Who can reach the server and how. */
  network: Network;
}

/** Memory of an engine on this machine, and the folder of its prepared weights. */
export type EngineRoom = Pick<EngineOptions, 'memoryBytes' | 'preparedDir'>;

/** Who may change settings of the whole studio on its page. */
const SETTINGS = ['local', 'everyone', 'nobody'] as const;
export type SettingsFor = (typeof SETTINGS)[number];

const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Reads the environment of a server; an empty variable counts as unset. Throws {@link EnvironmentError}. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const value = (name: string, fallback: string) => env[name] || fallback;
  const host = value('HOST', '127.0.0.1');
  const network = networkOf(env, host);
  const dataDir = folderToBe('PALIMPSEST_DATA', value('PALIMPSEST_DATA', './data'));
  return {
    port: portOf('PORT', value('PORT', '3000')),
    host,
    dataDir,
    modelDir: existingFolder('PALIMPSEST_MODEL', value('PALIMPSEST_MODEL', 'models/mini')),
    device: oneOf('PALIMPSEST_DEVICE', value('PALIMPSEST_DEVICE', 'auto'), DEVICES),
    precision: oneOf('PALIMPSEST_PRECISION', value('PALIMPSEST_PRECISION', 'fp32'), PRECISIONS),
    ...engineEnvironment(env, dataDir),
    engine: roomOf(env),
    language: languageOf('PALIMPSEST_LANGUAGE', env.PALIMPSEST_LANGUAGE, env.PALIMPSEST_LANGUAGE_KEY),
    languageFile: join(dataDir, 'language.json'),
    settings: oneOf('PALIMPSEST_SETTINGS', value('PALIMPSEST_SETTINGS', 'local'), SETTINGS),
    hosts: [host, ...hostsOf('PALIMPSEST_HOSTS', env.PALIMPSEST_HOSTS), ...publicNames(network)],
    network,
    logLevel: oneOf('PALIMPSEST_LOG', value('PALIMPSEST_LOG', 'info'), LOG_LEVELS),
  };
}

/** Where the engines of a studio are named: a file, or one engine elsewhere. Throws {@link EnvironmentError}. */
export const engineEnvironment = (
  env: NodeJS.ProcessEnv,
  dataDir: string,
): Pick<Environment, 'remote' | 'enginesFile'> => ({
  remote: withOptions(remoteOf('PALIMPSEST_ENGINE', env.PALIMPSEST_ENGINE, env.PALIMPSEST_ENGINE_KEY), env),
  enginesFile: enginesFileOf('PALIMPSEST_ENGINES', env.PALIMPSEST_ENGINES, dataDir),
});

/** Throws {@link EnvironmentError} for what is no size. */
function roomOf({
  PALIMPSEST_MEMORY: memory,
  PALIMPSEST_PREPARED: folder,
}: NodeJS.ProcessEnv): EngineRoom | undefined {
  if (!memory && !folder) return undefined;
  const memoryBytes = memory ? parseBytes(memory) : undefined;
  if (memory && memoryBytes === undefined)
    throw new EnvironmentError('PALIMPSEST_MEMORY', memory, `allowed is ${BYTES_FORM}`);
  return { ...(memoryBytes && { memoryBytes }), ...(folder && { preparedDir: resolve(folder) }) };
}

/** A file that is named must be there; that of the data folder may come to be. */
function enginesFileOf(name: string, value: string | undefined, dataDir: string): string {
  if (!value) return join(dataDir, 'engines.json');
  const path = resolve(value);
  if (!existsSync(path) || !statSync(path).isFile())
    throw new EnvironmentError(name, value, 'allowed is an existing file with a list of engines');
  return path;
}

/** Values of the command line where no option names them. Not checked here: the engine and the data folder refuse bad ones. */
export interface CommandEnvironment {
  dataDir: string;
  /** Undefined: the model that comes with the program. */
  modelDir: string | undefined;
  device: string;
  precision: string | undefined;
  /** As in {@link Environment}. */
  engine: EngineRoom | undefined;
}

/** The key of a judge of benchmarks, sent to it as a bearer token. */
export const judgeKey = (env: NodeJS.ProcessEnv): string | undefined => env.PALIMPSEST_JUDGE_KEY || undefined;

/** The token of the Hugging Face Hub, under the name that its own tools use. */
export const hubToken = (env: NodeJS.ProcessEnv): string | undefined => env.HF_TOKEN || undefined;

/** An API key of a studio with accounts, which a command that speaks to it sends as a bearer token. */
export const studioKey = (env: NodeJS.ProcessEnv): string | undefined => env.PALIMPSEST_KEY || undefined;

/** Reads the environment of a command; an empty variable counts as unset. */
export function commandEnvironment(env: NodeJS.ProcessEnv): CommandEnvironment {
  return {
    dataDir: env.PALIMPSEST_DATA || './data',
    modelDir: env.PALIMPSEST_MODEL || undefined,
    device: env.PALIMPSEST_DEVICE || 'auto',
    precision: env.PALIMPSEST_PRECISION || undefined,
    engine: roomOf(env),
  };
}

/** Names as browsers send them: in lower case, IDN as in the DNS, and without a port, which says nothing about whose a name is. */
function hostsOf(name: string, value = ''): string[] {
  const listed = value.split(',').map((each) => each.trim());
  return listed.filter(Boolean).map((each) => {
    const url =
      /[/*\s]/.test(each) || !URL.canParse(`http://${each}`) ? undefined : new URL(`http://${each}`);
    if (url) return url.hostname;
    throw new EnvironmentError(
      name,
      each,
      'allowed are names with commas between them, such as studio.example.com,studio.lan; no *, and no http',
    );
  });
}

const publicNames = ({ publicUrl }: Network): string[] => (publicUrl ? [new URL(publicUrl).hostname] : []);

function portOf(name: string, value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new EnvironmentError(
      name,
      value,
      'allowed is a whole number from 0 to 65535, where 0 picks a free port',
    );
  return Number(value);
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new EnvironmentError(name, value, `allowed is ${allowed.join(', ')}`);
  return found;
}

/** `KIND:ADDRESS`, or several addresses with commas between them, with `#MODEL` behind where a server has several. */
function remoteOf(
  name: string,
  value: string | undefined,
  key: string | undefined,
): RemoteOptions | undefined {
  if (!value) return undefined;
  const [, before, listed, model] = /^([\w-]+):([^\s#@?]+)(?:#(.+))?$/.exec(value) ?? [];
  const kind = REMOTE_KINDS.find((each) => each === before);
  const addresses = listed?.split(',') ?? [];
  if (kind && addresses.length > 0 && addresses.every((each) => /^https?:\/\/[^/]/.test(each)))
    return { kind, addresses, model, key: key || undefined };
  const shown = value.replace(/\/\/[^/,]*@/g, '//…@');
  const kinds = REMOTE_KINDS.join(' or ');
  throw new EnvironmentError(
    name,
    shown,
    `allowed is ${kinds}, a colon, and an http or https address without a name or password, such as openai:http://127.0.0.1:3001/v1; commas between several addresses`,
  );
}

/** `ADDRESS#MODEL`; with a key in its variable, it is sent along. */
function languageOf(
  name: string,
  value: string | undefined,
  key: string | undefined,
): LanguageEntry | undefined {
  if (!value) return undefined;
  const [, address, model] = /^([^#]+)#(.+)$/.exec(value) ?? [];
  const { data } = languageEntry.safeParse({ address, model, ...(key && { keyEnv: `${name}_KEY` }) });
  if (data) return data;
  throw new EnvironmentError(
    name,
    value.replace(/\/\/[^/]*@/g, '//…@'),
    'allowed is an http or https address without a name or password, # and the name of the model there, such as http://127.0.0.1:11434/v1#qwen3:8b',
  );
}

/** An engine elsewhere with what goes with every picture, and with the graphs that it draws by. */
function withOptions(remote: RemoteOptions | undefined, env: NodeJS.ProcessEnv): RemoteOptions | undefined {
  const { PALIMPSEST_ENGINE_FIELDS: fields, PALIMPSEST_ENGINE_GRAPHS: files } = env;
  return (
    remote && {
      ...remote,
      ...(fields && { fields: objectOf('PALIMPSEST_ENGINE_FIELDS', fields, fields) }),
      ...(files && {
        graphs: files.split(',').map((file) => graphOf('PALIMPSEST_ENGINE_GRAPHS', file.trim())),
      }),
    }
  );
}

function graphOf(name: string, file: string): Record<string, unknown> {
  if (existsSync(file) && statSync(file).isFile()) return objectOf(name, file, readFileSync(file, 'utf8'));
  throw new EnvironmentError(
    name,
    file,
    'allowed are existing files with commas between them, each a graph of ComfyUI',
  );
}

function objectOf(name: string, value: string, text: string): Record<string, unknown> {
  try {
    const object: unknown = JSON.parse(text);
    if (typeof object === 'object' && object !== null && !Array.isArray(object))
      return object as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new EnvironmentError(name, value, 'allowed is an object in JSON, such as {"quality":"high"}');
}

function folderToBe(name: string, value: string): string {
  const path = resolve(value);
  if (existsSync(path) && !statSync(path).isDirectory())
    throw new EnvironmentError(
      name,
      value,
      'allowed is a folder, or a path where one can be made; this is a file',
    );
  return path;
}

function existingFolder(name: string, value: string): string {
  const path = resolve(value);
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new EnvironmentError(name, value, 'allowed is an existing folder with a GLM-Image checkpoint');
  return path;
}
