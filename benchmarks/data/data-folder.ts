/** The folder of a benchmark's data, which its user fills: finds files by the names that they are published under. Knows no benchmark. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Where the data of a benchmark is published, and under which terms, for whoever has to fetch it. */
export interface Source {
  /** Repository or dataset. */
  where: string;
  licence: string;
}

/** Data that is not there or cannot be read; the message says where it is published. */
export class DataError extends Error {
  override name = 'DataError';
}

export class DataFolder {
  readonly #folder: string;
  readonly #source: Source;

  /** Throws {@link DataError} where there is no such folder. */
  constructor(folder: string, source: Source) {
    this.#folder = folder;
    this.#source = source;
    if (!existsSync(folder) || !statSync(folder).isDirectory())
      throw new DataError(`There is no folder ${folder}. ${this.#published()}`);
  }

  /** The first of the names that is there, as a path; undefined where none is. */
  find(...names: string[]): string | undefined {
    return names.map((name) => join(this.#folder, name)).find((path) => existsSync(path));
  }

  /** As {@link find}. Throws {@link DataError} with where the file is published. */
  need(...names: string[]): string {
    const found = this.find(...names);
    if (found === undefined)
      throw new DataError(`${this.#folder} has no ${names.join(' or ')}. ${this.#published()}`);
    return found;
  }

  /** Paths of the files of a folder that a pattern matches, in the order of their names. */
  list(pattern: string): string[] {
    return globSync(pattern, { cwd: this.#folder })
      .sort()
      .map((name) => join(this.#folder, name));
  }

  #published(): string {
    const { where, licence } = this.#source;
    return `Its data is published at ${where} (${licence}); put it into a folder and name that with --data.`;
  }
}

/** A file of JSON. Throws {@link DataError}. */
export function readJson(path: string): unknown {
  return parsed(path, readFileSync(path, 'utf8'));
}

/** A file with one line of JSON a row; empty lines are left out. Throws {@link DataError} with the line. */
export function readJsonLines(path: string): unknown[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line, at) => ({ line, at: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, at }) => parsed(`${path}, line ${at}`, line));
}

/** The rows of a CSV file by the names in its first row. Throws {@link DataError}. */
export function readCsv(path: string): Record<string, string>[] {
  try {
    return parse(readFileSync(path), { columns: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new DataError(`${path} cannot be read as CSV: ${(error as Error).message}`);
  }
}

function parsed(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(`${place} is no JSON: ${(error as Error).message}`);
  }
}
