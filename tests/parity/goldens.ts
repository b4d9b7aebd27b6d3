/**
 * A goldens folder: `index.json` and the tensors and tables of its cases, as upstream made them.
 * Knows neither the engine nor what the numbers mean. Format: the README beside the fixtures.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSafetensors, readTensor, type SafetensorsFile, type Tensor } from '../../kernels/index.ts';

export interface OutputInfo {
  shape: number[];
  dtype: string;
  atol: number;
}

export interface GoldenCase {
  name: string;
  kind: string;
  file: string;
  what: string;
  params: Record<string, unknown>;
  outputs?: Record<string, OutputInfo>;
}

/** One stored tensor with its numbers. */
export type Golden = Tensor & { data: Float32Array | Int32Array | Uint8Array };

export class Goldens {
  readonly dir: string;
  readonly cases: GoldenCase[];

  constructor(dir: string) {
    this.dir = dir;
    this.cases = (JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')) as { cases: GoldenCase[] }).cases;
  }

  /** Throws where there is no case of that name. */
  case(name: string): GoldenCase {
    const found = this.cases.find((entry) => entry.name === name);
    if (!found) throw new Error(`Expected a case named ${name} in ${this.dir}`);
    return found;
  }

  table<T>(entry: GoldenCase): T {
    return JSON.parse(readFileSync(join(this.dir, entry.file), 'utf8')) as T;
  }

  tensors(entry: GoldenCase): CaseTensors {
    return new CaseTensors(openSafetensors(join(this.dir, entry.file)));
  }

  /** Bytes of a reference picture. */
  reference(name: string): Uint8Array {
    return readFileSync(join(this.dir, 'refs', `${name}.png`));
  }

  /** Bytes of a resulting picture. */
  png(path: string): Uint8Array {
    return readFileSync(join(this.dir, path));
  }
}

export class CaseTensors {
  readonly #file: SafetensorsFile;

  constructor(file: SafetensorsFile) {
    this.#file = file;
  }

  input(name: string): Golden {
    return this.#get(`in.${name}`);
  }

  output(name: string): Golden {
    return this.#get(`out.${name}`);
  }

  hasInput(name: string): boolean {
    return this.#file.tensors.has(`in.${name}`);
  }

  outputNames(): string[] {
    return [...this.#file.tensors.keys()]
      .filter((name) => name.startsWith('out.'))
      .map((name) => name.slice(4));
  }

  #get(name: string): Golden {
    const ref = this.#file.tensors.get(name);
    if (!ref) throw new Error(`Expected tensor ${name} in ${this.#file.path}`);
    return { dtype: ref.dtype, shape: [...ref.shape], data: readTensor(ref) as Golden['data'] };
  }
}
