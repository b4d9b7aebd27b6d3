/**
 * The engines as they are configured, changed while the server runs: every change is written to `engines.json` before it counts.
 * Knows no job but whether one waits.
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Database } from '../../db/database.ts';
import { countJobsOfEngine } from '../../db/jobs.ts';
import { EngineError } from '../../engine/index.ts';
import { Refusal } from '../../studio/refusal.ts';
import { type EngineEntry, isEmbedded, type RemoteEntry } from './engine-entry.ts';
import type { Engines } from './engines.ts';
import { writeEnginesFile } from './engines-file.ts';

interface CatalogueParts {
  db: Database;
  engines: Engines;
  /** Where `engines.json` is written. */
  file: string;
  env?: NodeJS.ProcessEnv;
}

/** Only variables with such names can be named on the page: no other secret of the environment is ever sent to an address. */
const KEY_VARIABLE = 'PALIMPSEST_ENGINE_KEY';

export class EngineCatalogue {
  readonly #parts: CatalogueParts;

  constructor(parts: CatalogueParts) {
    this.#parts = parts;
  }

  /** Adds an engine. Throws {@link Refusal} for a name that is taken, a folder that is none, a key that cannot be had. */
  add(asked: EngineEntry): void {
    const { engines } = this.#parts;
    if (engines.entryOf(asked.name))
      throw new Refusal('bad_request.engine_name_taken', { name: asked.name }, { field: 'name' });
    // As it was sent: where the server stands is nobody's business.
    if (isEmbedded(asked)) checkFolder(asked.folder);
    else this.#checkKey(asked);
    const entry = isEmbedded(asked) ? { ...asked, folder: resolve(asked.folder) } : asked;
    try {
      engines.add(entry);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const about = { path: error.field ?? 'addresses', problem: error.message };
      throw new Refusal('bad_request.form', about, { field: error.field, cause: error });
    }
    this.#write(engines.entries, engines.default);
  }

  /** Takes an engine out; what it drew stays. Throws {@link Refusal} for the default, and while jobs are to be drawn by it. */
  remove(name: string): void {
    const { db, engines } = this.#parts;
    this.#require(name);
    if (name === engines.default) throw new Refusal('not_now.default_engine', { engine: name });
    const count = countJobsOfEngine(db, name);
    if (count > 0) throw new Refusal('not_now.engine_in_use', { engine: name, count });
    this.#write(
      engines.entries.filter((entry) => entry.name !== name),
      engines.default,
    );
    engines.remove(name);
  }

  /** From now on an engine draws where none is named. Throws {@link Refusal} `model_not_found`. */
  setDefault(name: string): void {
    const { engines } = this.#parts;
    this.#require(name);
    this.#write(engines.entries, name);
    engines.setDefault(name);
  }

  #require(name: string): void {
    const { engines } = this.#parts;
    if (!engines.entryOf(name))
      throw new Refusal('model_not_found', { model: name, loaded: engines.names.join(', ') });
  }

  #checkKey({ keyEnv, addresses }: RemoteEntry): void {
    const { engines, env = process.env } = this.#parts;
    if (keyEnv === undefined) return;
    const about = { field: 'keyEnv' };
    if (!keyEnv.startsWith(KEY_VARIABLE))
      throw new Refusal('bad_request.key_variable', { variable: keyEnv, allowed: KEY_VARIABLE }, about);
    if (!env[keyEnv]) throw new Refusal('bad_request.key_not_set', { variable: keyEnv }, about);
    const hosts = addresses.map(hostOf);
    const other = engines.entries.find(
      (entry) =>
        !isEmbedded(entry) &&
        entry.keyEnv === keyEnv &&
        !hosts.every((host) => entry.addresses.map(hostOf).includes(host)),
    );
    if (other) throw new Refusal('bad_request.key_of_other', { variable: keyEnv, engine: other.name }, about);
  }

  #write(entries: EngineEntry[], chosen: string): void {
    writeEnginesFile(this.#parts.file, { default: chosen, engines: entries });
  }
}

const hostOf = (address: string): string => new URL(address).host;

function checkFolder(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new Refusal('bad_request.no_folder', { folder }, { field: 'folder' });
}
