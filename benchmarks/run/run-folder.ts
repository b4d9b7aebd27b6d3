/**
 * Where a run keeps what it made: `run.json` (what is drawn, and by what), `pictures/`, `answers/`, and for each judge a page and its
 * figures. A run that is started again with the same folder goes on; one of another engine or recipe is refused. Knows no engine.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JudgedPicture, Prompt } from '../benchmark.ts';
import { KeptAnswers } from '../judges/kept-answers.ts';

/** All that the pictures of a run depend on beside their prompts. */
export interface Drawn {
  benchmark: string;
  /** The seed of samples and pictures. */
  seed: number;
  engine: { model: string; digest: string; numerics: string };
  recipe: { widthPx: number; heightPx: number; steps: number; guidanceScale: number; secondLook: boolean };
}

/** A folder that holds another run. */
export class OtherRunError extends Error {
  override name = 'OtherRunError';
}

const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
/** Signs of a prompt's hash in the names of its pictures: another text under the same id is another picture. */
const HASH_SIGNS = 8;

export class RunFolder {
  readonly path: string;
  readonly answers: KeptAnswers;
  readonly #pictures: string;

  /** Makes the folder, or goes on in it. Throws {@link OtherRunError}. */
  constructor(folder: string, drawn: Drawn) {
    this.path = resolve(folder);
    this.#pictures = join(this.path, 'pictures');
    const file = join(this.path, 'run.json');
    if (existsSync(file)) refuseOther(this.path, JSON.parse(readFileSync(file, 'utf8')), drawn);
    else if (existsSync(this.path) && readdirSync(this.path).length > 0)
      throw new OtherRunError(
        `${this.path} holds other files. Name an empty folder, or that of the run to go on with: -o FOLDER.`,
      );
    mkdirSync(this.#pictures, { recursive: true });
    writeWhole(file, `${JSON.stringify(drawn, null, 1)}\n`);
    this.answers = new KeptAnswers(join(this.path, 'answers'));
  }

  /** Indices of a prompt's pictures that are not there yet. */
  missing(prompt: Prompt, count: number): number[] {
    return Array.from({ length: count }, (_, index) => index).filter(
      (index) => !existsSync(this.#file(prompt, index)),
    );
  }

  save(prompt: Prompt, index: number, png: Uint8Array): void {
    writeWhole(this.#file(prompt, index), png);
  }

  picture(prompt: Prompt, index: number): JudgedPicture {
    const png = readFileSync(this.#file(prompt, index));
    return { png, sha256: sha256Of(png) };
  }

  /** Writes a file beside the pictures and answers its path. */
  write(name: string, content: string): string {
    const file = join(this.path, name);
    writeWhole(file, content);
    return file;
  }

  #file({ id, prompt }: Prompt, index: number): string {
    return join(this.#pictures, `${id}.${sha256Of(prompt).slice(0, HASH_SIGNS)}-${index + 1}.png`);
  }
}

/** Writes a file in one step, so that one that is there is whole. */
function writeWhole(file: string, content: Uint8Array | string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

function refuseOther(folder: string, there: Drawn, now: Drawn): void {
  const flat = ({ benchmark, seed, engine, recipe }: Drawn): Record<string, unknown> => ({
    ...{ benchmark, seed },
    ...engine,
    ...recipe,
  });
  const before = flat(there);
  const other = Object.entries(flat(now)).find(([name, value]) => before[name] !== value);
  if (!other) return;
  const [name, value] = other;
  throw new OtherRunError(
    `${folder} holds a run with ${name} ${before[name]}, and this one has ${value}. Name another folder with -o, or the same ${name}.`,
  );
}
