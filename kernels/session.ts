/**
 * Sessions: a graph compiled for a device, run by names. Inputs are read where they lie, and an output may be written into
 * memory of the caller's: neither is copied on the CPU. It does not know what a graph is for.
 */
import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import * as ort from 'onnxruntime-node';
import { type Device, defaultThreads, resolveDevice } from './device.ts';
import type { Graph, TensorInfo } from './graph.ts';
import { serialize } from './serialize.ts';
import { checkInputs, checkOutputs } from './signature.ts';
import type { Tensor, Tensors } from './tensor.ts';

const SPIN_US = 20;
/** Weights of a saved session that are copied into its model. */
const INLINE_BYTES = 1 << 20;
/**
 * Constants of a saved session that lie in the file beside it. The runtime puts those above 1 MiB at the beginning of a page there, and
 * smaller ones anywhere, where the kernels that read them packed find other numbers.
 */
const SAVED_APART_BYTES = 1 << 21;

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
  /**
   * Where weights are while the session lives, on the CPU. `packed`, the default: copied into the order that operators read fastest.
   * `mapped`: in their files, of which the system keeps in memory what is used and can drop it again; what is not stored as an operator
   * needs it is cast at each run. Many rows at once cost the same in both; few rows take several times as long.
   */
  weights?: 'packed' | 'mapped';
  /**
   * A file for the session with its packed weights: read where it is there, else written. Loaded from it, packed weights are mapped too,
   * and few rows are as fast as from copies. Whoever names it sees to it that it belongs to this graph.
   */
  saved?: string;
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
  const device = resolveDevice(options.device);
  try {
    return new Session(graph, device, await createRuntime(graph, device, options));
  } catch (cause) {
    throw new Error(`Graph '${graph.name}' was refused on ${device}: ${messageOf(cause)}`, { cause });
  }
}

async function createRuntime(
  graph: Graph,
  device: Device,
  { spinUs = SPIN_US, threads = defaultThreads(), weights, saved }: CompileOptions,
): Promise<ort.InferenceSession> {
  const session: Record<string, unknown> = {
    intra_op: { allow_spinning: spinUs > 0 ? '1' : '0', spin_duration_us: String(spinUs) },
    force_spinning_stop: '1',
  };
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: { session },
  };
  if (saved && existsSync(saved)) return ort.InferenceSession.create(saved, options);
  // While it saves a session, the runtime takes the folder of the weights for that of the session.
  const { bytes, weightsFolder } = serialize(graph, { inlineBytes: saved ? INLINE_BYTES : 0 });
  if (weightsFolder) session.model_external_initializers_file_folder_path = weightsFolder;
  if (weights === 'mapped' && device === 'cpu') {
    session.disable_prepacking = '1';
    options.extra = { session, optimization: { disable_specified_optimizers: 'ConstantFolding' } };
  }
  if (!saved) return ort.InferenceSession.create(bytes, options);
  return createSaved(bytes, saved, options, session);
}

/** Writes the session beside its place, and moves it there when it is whole. */
async function createSaved(
  bytes: Uint8Array,
  saved: string,
  options: ort.InferenceSession.SessionOptions,
  session: Record<string, unknown>,
): Promise<ort.InferenceSession> {
  const data = `${basename(saved)}.data`;
  const making = `${saved}.making`;
  const writing = await ort.InferenceSession.create(bytes, {
    ...options,
    optimizedModelFilePath: making,
    extra: {
      session: {
        ...session,
        save_external_prepacked_constant_initializers: '1',
        optimized_model_external_initializers_file_name: data,
        optimized_model_external_initializers_min_size_in_bytes: String(SAVED_APART_BYTES),
      },
    },
  });
  await writing.release();
  renameSync(making, saved);
  return ort.InferenceSession.create(saved, options);
}

/** What rounding and packed weights depend on beside the device and its threads. */
export const runtimeVersion = (): string => ort.env.versions.node ?? 'unknown';

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
