/**
 * Sessions: a graph compiled for a device, run by names. Inputs are read where they lie, and an output may be written into
 * memory of the caller's: neither is copied on the CPU. It does not know what a graph is for.
 */
import * as ort from 'onnxruntime-node';
import { type Device, defaultThreads, resolveDevice } from './device.ts';
import type { Graph, TensorInfo } from './graph.ts';
import { serialize } from './serialize.ts';
import { checkInputs, checkOutputs } from './signature.ts';
import type { Tensor, Tensors } from './tensor.ts';

const SPIN_US = 20;

export interface CompileOptions {
  /** `auto` picks what exists. */
  device?: Device | 'auto';
  /** Threads inside one operator; default: one for each core. Another count may round differently. */
  threads?: number;
  /**
   * How long a thread that waits for the next operator spins before it sleeps, in microseconds; 0 sleeps at once. The
   * default, 20, spans the gaps within a graph: 10 to 20 % faster on an idle machine, 0 to 8 % slower beside other load,
   * where longer spinning costs half. Between runs no thread spins.
   */
  spinUs?: number;
}

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
  const { spinUs = SPIN_US } = options;
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
          intra_op: { allow_spinning: spinUs > 0 ? '1' : '0', spin_duration_us: String(spinUs) },
          force_spinning_stop: '1',
          ...(weightsFolder && { model_external_initializers_file_folder_path: weightsFolder }),
        },
      },
    });
    return new Session(graph, device, runtime);
  } catch (cause) {
    throw new Error(`Graph '${graph.name}' was refused on ${device}: ${messageOf(cause)}`, { cause });
  }
}

export interface RunOptions {
  /** Outputs that are written into memory of the caller's. */
  into?: Tensors;
  /** Names of the outputs to fetch; default: all. */
  only?: readonly string[];
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
   * Runs the graph and returns its outputs, or those named in `only`. Outputs named in `into` are written to the given
   * tensors in place; the others are allocated.
   * Throws: TypeError naming the input or output that is missing, unknown, or of the wrong dtype or shape.
   */
  async run(inputs: Tensors, { into = {}, only }: RunOptions = {}): Promise<Tensors> {
    if (!this.#runtime)
      throw new TypeError(`Expected session '${this.graph.name}' to be open, got a disposed one`);
    const sizes = checkInputs(this.graph, inputs);
    checkOutputs(this.graph, into, sizes);
    const wanted = wantedOutputs(this.graph, only);
    const fetches = wanted.map(({ name }) => [name, into[name] ? toOrt(into[name]) : null]);
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toOrt(value)]));
    const results = await this.#runtime.run(feeds, Object.fromEntries(fetches));
    return Object.fromEntries(
      wanted.map(({ name, dtype }) => {
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
}

/** Node-API has no name for Float16Array yet, so the binding is shown its bits. */
function toOrt({ dtype, shape, data }: Tensor): ort.Tensor {
  const runtimeTensor = new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
  if (dtype !== 'float16') return runtimeTensor;
  const bits = new Uint16Array(data.buffer, data.byteOffset, data.length);
  return Object.defineProperty(runtimeTensor, 'data', { value: bits });
}

function wantedOutputs(graph: Graph, only: readonly string[] | undefined): readonly TensorInfo[] {
  if (!only) return graph.outputs;
  const names = graph.outputs.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`Session '${graph.name}': Expected outputs of ${names.join(', ')}, got '${unknown}'`);
  return graph.outputs.filter(({ name }) => only.includes(name));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
