/**
 * The tensors of one component of a checkpoint: sharded or not, read in place, strictly checked.
 * A model file asks for each tensor by its stored name and the shape it must have; a stored tensor that no model file asks for
 * is an error. Source: the Hugging Face folder layout; docs/model.md, "Checkpoint folder".
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  openSafetensors,
  readTensor,
  type SafetensorsFile,
  type TensorRef,
  type Value,
  weight,
} from '../../kernels/index.ts';
import { EngineError } from '../request/errors.ts';
import { readJson } from './config.ts';

const FLOAT_DTYPES = new Set(['float32', 'float16', 'bfloat16']);
const shapeText = (shape: readonly (number | string)[]) => `[${shape.join(', ')}]`;

/** Looks tensors up under a prefix of the stored names. */
export interface WeightScope {
  /** The weight of that name; cast to float32 where stored otherwise. Throws `bad_checkpoint` on a wrong shape or dtype. */
  get(name: string, shape: readonly number[]): Value;
  /** The scope of names that begin with `prefix` and a dot. */
  scope(prefix: string): WeightScope;
}

/** Weight and bias of a stored linear layer. */
export function weightsOf(weights: WeightScope, name: string, from: number, to: number) {
  return { weight: weights.get(`${name}.weight`, [to, from]), bias: weights.get(`${name}.bias`, [to]) };
}

export class Weights implements WeightScope {
  readonly #folder: string;
  readonly #refs: Map<string, { ref: TensorRef; file: string }>;
  readonly #values = new Map<string, Value>();
  readonly #claimed = new Set<string>();

  private constructor(folder: string, refs: Map<string, { ref: TensorRef; file: string }>) {
    this.#folder = folder;
    this.#refs = refs;
  }

  /** Opens a component folder by its index or its one file. Throws `bad_checkpoint` naming the file. */
  static open(checkpointDir: string, folder: string, stem: string): Weights {
    const index = `${folder}/${stem}.safetensors.index.json`;
    const refs = existsSync(join(checkpointDir, index))
      ? openSharded(checkpointDir, folder, index)
      : openFile(checkpointDir, `${folder}/${stem}.safetensors`);
    return new Weights(folder, refs);
  }

  get(name: string, shape: readonly number[]): Value {
    const { ref, file } = this.#lookUp(name);
    if (ref.shape.length !== shape.length || ref.shape.some((size, i) => size !== shape[i]))
      throw this.#bad(
        file,
        name,
        `has shape ${shapeText(ref.shape)}, expected ${shapeText(shape)} from the configuration`,
      );
    if (!FLOAT_DTYPES.has(ref.dtype))
      throw this.#bad(file, name, `is stored as ${ref.dtype}, expected float32, float16 or bfloat16`);
    const value = this.#values.get(name) ?? weight(ref, { dtype: 'float32' });
    this.#values.set(name, value);
    this.#claimed.add(name);
    return value;
  }

  scope(prefix: string): WeightScope {
    return {
      get: (name, shape) => this.get(`${prefix}.${name}`, shape),
      scope: (inner) => this.scope(`${prefix}.${inner}`),
    };
  }

  /** Numbers that the files hold. */
  get parameters(): number {
    return [...this.#refs.values()].reduce((sum, { ref }) => sum + ref.shape.reduce((a, b) => a * b, 1), 0);
  }

  /** Numbers of the tensors whose names begin with `prefix` and a dot. */
  parametersUnder(prefix: string): number {
    return [...this.#refs]
      .filter(([name]) => name.startsWith(`${prefix}.`))
      .reduce((sum, [, { ref }]) => sum + ref.shape.reduce((a, b) => a * b, 1), 0);
  }

  has(name: string): boolean {
    return this.#refs.has(name);
  }

  /** Numbers of a tensor in host memory, as float32. */
  read(name: string): Float32Array {
    return readTensor(this.#lookUp(name).ref) as Float32Array;
  }

  /** Names a tensor that is stored but has no part in inference. */
  ignore(name: string): void {
    this.#claimed.add(name);
  }

  /** Throws `bad_checkpoint` when the files hold a tensor that no model file asked for. */
  checkAllUsed(): void {
    for (const [name, { file }] of this.#refs)
      if (!this.#claimed.has(name)) throw this.#bad(file, name, 'is not part of GLM-Image as configured');
  }

  #lookUp(name: string) {
    const found = this.#refs.get(name);
    if (!found) throw this.#bad(this.#folder, name, 'is missing');
    return found;
  }

  #bad(file: string, name: string, what: string): EngineError {
    return new EngineError('bad_checkpoint', `${file}: ${name} ${what}`, { field: `${file}:${name}` });
  }
}

function open(checkpointDir: string, file: string): SafetensorsFile {
  try {
    return openSafetensors(join(checkpointDir, file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('bad_checkpoint', `${file}: ${reason}`, { field: file, cause });
  }
}

function openFile(checkpointDir: string, file: string) {
  const { tensors } = open(checkpointDir, file);
  return new Map([...tensors].map(([name, ref]) => [name, { ref, file }]));
}

function openSharded(checkpointDir: string, folder: string, index: string) {
  const map = (readJson(checkpointDir, index) as { weight_map?: Record<string, string> } | null)?.weight_map;
  if (!map)
    throw new EngineError('bad_checkpoint', `${index}: weight_map is missing`, {
      field: `${index}:weight_map`,
    });
  const refs = new Map<string, { ref: TensorRef; file: string }>();
  for (const shard of new Set(Object.values(map)))
    for (const [name, entry] of openFile(checkpointDir, `${folder}/${shard}`)) {
      if (map[name] !== shard)
        throw new EngineError(
          'bad_checkpoint',
          `${folder}/${shard}: ${name} is not listed for this file in ${index}`,
          { field: `${index}:${name}` },
        );
      refs.set(name, entry);
    }
  const missing = Object.keys(map).find((name) => !refs.has(name));
  if (missing)
    throw new EngineError(
      'bad_checkpoint',
      `${folder}/${map[missing]}: ${missing} is listed in ${index} but missing`,
      { field: `${index}:${missing}` },
    );
  return refs;
}
