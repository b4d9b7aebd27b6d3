/**
 * Sessions: a graph compiled for a device, run by names. Checks what goes in before the runtime sees it, binds
 * symbolic dimensions consistently over all inputs, and lets the caller own the memory of outputs.
 * It does not know what a graph is for.
 */
import * as ort from 'onnxruntime-node';
import { type Device, defaultThreads, resolveDevice } from './device.ts';
import { dimEvaluate } from './dim.ts';
import { holds } from './dtype.ts';
import type { Graph, TensorInfo } from './graph.ts';
import { serialize } from './serialize.ts';
import { elementCount, evaluateShape, formatShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

export interface CompileOptions {
  /** `auto` picks what exists. */
  device?: Device | 'auto';
  /** Threads inside one operator; default: one for each core. Another count may round differently. */
  threads?: number;
  /**
   * Whether idle threads wait by spinning: faster for graphs of tiny operators on a machine that does nothing else
   * (0.4 instead of 0.7 ms), half as fast as soon as cores are shared. Default: false.
   */
  spinning?: boolean;
}

/** Tensors by name. */
export type Tensors = Record<string, Tensor>;

/**
 * Compiles a graph for a device.
 * Throws: DeviceError where the device is not there; Error with a cause where the runtime refuses the graph.
 */
export async function compile(graph: Graph, options: CompileOptions = {}): Promise<Session> {
  for (const { name, dtype } of [...graph.inputs, ...graph.outputs]) {
    if (dtype === 'bfloat16') {
      throw new TypeError(
        `Expected '${name}' of graph '${graph.name}' not to be bfloat16: cast it inside the graph`,
      );
    }
  }
  const device = resolveDevice(options.device);
  const { bytes, weightsFolder } = serialize(graph);
  try {
    const runtime = await ort.InferenceSession.create(bytes, {
      executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
      intraOpNumThreads: options.threads ?? defaultThreads(),
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      extra: {
        session: {
          intra_op: { allow_spinning: options.spinning ? '1' : '0' },
          ...(weightsFolder && { model_external_initializers_file_folder_path: weightsFolder }),
        },
      },
    });
    return new Session(graph, device, runtime);
  } catch (cause) {
    throw new Error(`Graph '${graph.name}' was refused on ${device}: ${messageOf(cause)}`, { cause });
  }
}

/** A compiled graph; owns native memory until it is disposed. */
export class Session {
  readonly graph: Graph;
  readonly device: Device;
  #runtime: ort.InferenceSession | undefined;

  constructor(graph: Graph, device: Device, runtime: ort.InferenceSession) {
    this.graph = graph;
    this.device = device;
    this.#runtime = runtime;
  }

  /**
   * Runs the graph. Outputs named in `into` are written to the given tensors in place; the others are allocated.
   * Throws: TypeError naming the input or output that is missing, unknown, or of the wrong dtype or shape.
   */
  async run(inputs: Tensors, { into = {} }: { into?: Tensors } = {}): Promise<Tensors> {
    if (!this.#runtime)
      throw new TypeError(`Expected session '${this.graph.name}' to be open, got a disposed one`);
    const sizes = this.#bind(inputs);
    const fetches = this.#fetches(into, sizes);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toOrt(value)]));
    const results = await this.#runtime.run(feeds, fetches);
    return Object.fromEntries(
      this.graph.outputs.map(({ name, dtype }) => {
        const { dims, data } = results[name]!;
        return [name, into[name] ?? { dtype, shape: dims, data: data as Tensor['data'] }];
      }),
    );
  }

  /** Frees the native memory; harmless when repeated. */
  async dispose(): Promise<void> {
    const runtime = this.#runtime;
    this.#runtime = undefined;
    await runtime?.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** Checks all inputs and returns the size of each symbolic dimension. */
  #bind(inputs: Tensors): Map<string, number> {
    this.#refuseUnknown('input', Object.keys(inputs), this.graph.inputs);
    const sizes = new Map<string, number>();
    for (const info of this.graph.inputs) this.#checkKind('input', info, inputs[info.name]);
    for (const { name, shape } of this.graph.inputs) {
      shape.forEach((dim, axis) => {
        const size = inputs[name]!.shape[axis]!;
        if (typeof dim === 'string' && /^\w+$/.test(dim) && !sizes.has(dim)) sizes.set(dim, size);
      });
    }
    for (const info of this.graph.inputs) this.#checkShape('input', info, inputs[info.name]!, sizes);
    return sizes;
  }

  #fetches(into: Tensors, sizes: ReadonlyMap<string, number>): Record<string, ort.Tensor | null> {
    this.#refuseUnknown('output', Object.keys(into), this.graph.outputs);
    return Object.fromEntries(
      this.graph.outputs.map((info) => {
        const target = into[info.name];
        if (!target) return [info.name, null];
        this.#checkKind('output', info, target);
        this.#checkShape('output', info, target, sizes);
        return [info.name, toOrt(target)];
      }),
    );
  }

  #refuseUnknown(role: string, names: string[], known: readonly TensorInfo[]): void {
    const expected = known.map(({ name }) => name);
    const unknown = names.find((name) => !expected.includes(name));
    if (unknown !== undefined) {
      throw this.#fault(`Expected ${role}s of ${expected.join(', ') || '(none)'}, got '${unknown}'`);
    }
  }

  #checkKind(role: string, { name, dtype, shape }: TensorInfo, given: Tensor | undefined): void {
    const expected = `Expected ${role} '${name}' to be ${dtype}${formatShape(shape)}, got`;
    if (!given) throw this.#fault(`${expected} nothing`);
    if (given.dtype !== dtype || given.shape.length !== shape.length) {
      throw this.#fault(`${expected} ${given.dtype}${formatShape(given.shape)}`);
    }
    if (!holds(dtype, given.data) || given.data.length !== elementCount(given.shape)) {
      throw this.#fault(
        `${expected} ${given.data.length} elements in a ${given.data.constructor.name} for ${formatShape(given.shape)}`,
      );
    }
  }

  #checkShape(
    role: string,
    { name, dtype, shape }: TensorInfo,
    given: Tensor,
    sizes: ReadonlyMap<string, number>,
  ): void {
    const fits = shape.every(
      (dim, axis) => (dimEvaluate(dim, sizes) ?? given.shape[axis]) === given.shape[axis],
    );
    if (fits) return;
    const known = evaluateShape(shape, sizes);
    const expected =
      dtype +
      formatShape(shape) +
      (known && shape.some((dim) => typeof dim === 'string') ? ` = ${formatShape(known)}` : '');
    throw this.#fault(`Expected ${role} '${name}' to be ${expected}, got ${formatShape(given.shape)}`);
  }

  #fault(message: string): TypeError {
    return new TypeError(`Session '${this.graph.name}': ${message}`);
  }
}

/** Node-API has no name for Float16Array yet, so the binding is shown its bits. */
function toOrt({ dtype, shape, data }: Tensor): ort.Tensor {
  const runtimeTensor = new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
  if (dtype !== 'float16') return runtimeTensor;
  const bits = new Uint16Array(data.buffer, data.byteOffset, data.length);
  return Object.defineProperty(runtimeTensor, 'data', { value: bits });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
