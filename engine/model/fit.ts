/**
 * Memory: how much this machine has, and whether a checkpoint fits into it. Judged by the headers of its files, so that one that is too
 * large is refused at once, with what would fit, instead of by a killed process.
 */
import { totalmem } from 'node:os';
import { DeviceError, resolveDevice } from '../../kernels/index.ts';
import { EngineError } from '../request/errors.ts';
import { type EngineOptions, PRECISIONS, type Precision } from '../request/request.ts';
import { FLOAT_BYTES } from '../request/sizes.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Part } from './graphs.ts';
import { layoutOf } from './layout.ts';

/** Bytes of a packed weight with its share of the scales, of the language model and of the DiT. */
const CODED_BYTES = { fp32: [4, 4], int8: [1.2, 1.05], int4: [0.8, 1.05] } as const;
/** Bytes of a stored weight that is cast at each run. */
const STORED_BYTES = 2;
/** The program itself, and the largest operator of a run beside its weights. */
const BASE_BYTES = 1.5 * 2 ** 30;
const GIB = 2 ** 30;

/** Memory of the machine, or of the container where that may use less. */
export const machineBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/** Memory that a checkpoint takes, beside what there is. */
export interface Fit {
  parameters: number;
  /** Memory of all weights together, about. */
  weightBytes: number;
  /** Least memory in which it runs: all weights, or those of its largest part where the others can be dropped meanwhile. */
  leastBytes: number;
  machineBytes: number;
}

/** The figures of a checkpoint in a precision. On a device with memory of its own the weights lie there instead. */
export function fitOf(checkpoint: Checkpoint, precision: Precision, machine = machineBytes()): Fit {
  const { visionLanguage, textEncoder, transformer, vae } = checkpoint;
  const [language, dit] = CODED_BYTES[precision];
  const vision =
    visionLanguage.parametersUnder('model.visual') + visionLanguage.parametersUnder('model.vqmodel');
  const { mapped } = layoutOf(checkpoint, precision);
  const stages = [
    vision * (mapped ? STORED_BYTES : FLOAT_BYTES),
    (visionLanguage.parameters - vision) * language,
    transformer.parameters * dit,
    textEncoder.parameters * FLOAT_BYTES,
    vae.parameters * FLOAT_BYTES,
  ];
  const weightBytes = stages.reduce((sum, bytes) => sum + bytes, 0);
  return {
    parameters: visionLanguage.parameters + textEncoder.parameters + transformer.parameters + vae.parameters,
    weightBytes,
    leastBytes: mapped ? Math.max(...stages) + BASE_BYTES : weightBytes,
    machineBytes: machine,
  };
}

/**
 * Throws `device_unavailable` where a checkpoint does not fit into the memory of a machine that computes on its CPU, with the precisions
 * that do. `memoryBytes` is what it may take: by default what the machine or the container has; `requestBytes` what a request holds
 * beside the weights.
 */
export function checkFit(
  checkpoint: Checkpoint,
  asked: EngineOptions['device'],
  precision: Precision,
  memoryBytes = machineBytes(),
  requestBytes = 0,
): void {
  const leastOf = (each: Precision) => fitOf(checkpoint, each).leastBytes + requestBytes;
  if (leastOf(precision) < memoryBytes || deviceOf(asked) !== 'cpu') return;
  const fitting = PRECISIONS.filter((each) => leastOf(each) < memoryBytes);
  const smaller = requestBytes > 0 ? ', a smaller picture, fewer references' : '';
  const advice =
    fitting.length > 0
      ? `Use ${fitting.join(' or ')} (--precision)${smaller}, or more memory.`
      : `It needs at least ${gibText(Math.min(...PRECISIONS.map(leastOf)))} in any precision${smaller && '; try a smaller picture or fewer references'}.`;
  const request = requestBytes > 0 ? `, ${gibText(requestBytes)} of them for this picture` : '';
  throw new EngineError(
    'device_unavailable',
    `${checkpoint.name} takes about ${gibText(leastOf(precision))} of memory in ${precision}${request}; there are ${gibText(memoryBytes)}. ${advice}`,
    { field: requestBytes > 0 ? 'widthPx' : 'modelDir' },
  );
}

const gibText = (bytes: number): string =>
  bytes < GIB ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;

/** Memory of the weights of some graphs while they are loaded, with what casting them at a run takes. */
export function weightBytes(parts: readonly Part[]): number {
  return parts.reduce((sum, { graph, weights }) => {
    let stored = 0;
    let cast = 0;
    for (const { source } of graph.initializers.values()) {
      if (source.kind !== 'weight') continue;
      const { dtype, shape, length } = source.ref;
      stored += length;
      if (dtype === 'bfloat16' || dtype === 'float16') cast += shape.reduce((a, b) => a * b, 1) * FLOAT_BYTES;
    }
    return sum + (weights === 'packed' ? Math.max(stored, cast) : stored);
  }, 0);
}

/** Undefined for a device that this machine lacks: compiling says why. */
function deviceOf(asked: EngineOptions['device']): string | undefined {
  try {
    return resolveDevice(asked);
  } catch (error) {
    if (error instanceof DeviceError) return undefined;
    throw error;
  }
}
