/**
 * Memory: how much this machine has, and whether the weights of a checkpoint fit into it. Judged by the headers of its files, so
 * that a checkpoint too large is refused at once instead of by a killed process.
 */
import { totalmem } from 'node:os';
import { DeviceError, resolveDevice } from '../../kernels/index.ts';
import { EngineError } from '../request/errors.ts';
import type { EngineOptions, Precision } from '../request/request.ts';
import { FLOAT_BYTES } from '../request/sizes.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Bytes of a weight in 8 bits, with its share of the scales. */
const INT8_BYTES = 1.1;
const GIB = 2 ** 30;

/** Memory of the machine, or of the container where that may use less. */
export const machineBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity);

/** Memory that the weights of a checkpoint take, beside that of the machine. */
export interface Fit {
  parameters: number;
  /** Memory of the loaded weights, about. */
  weightBytes: number;
  machineBytes: number;
}

/** The figures of a checkpoint in a precision. On a device with memory of its own the weights lie there instead. */
export function fitOf(
  { visionLanguage, textEncoder, transformer, vae }: Checkpoint,
  precision: Precision,
  machine = machineBytes(),
): Fit {
  const narrow = visionLanguage.parameters + transformer.parameters;
  const rest = textEncoder.parameters + vae.parameters;
  const narrowBytes = precision === 'int8' ? INT8_BYTES : FLOAT_BYTES;
  return {
    parameters: narrow + rest,
    weightBytes: narrow * narrowBytes + rest * FLOAT_BYTES,
    machineBytes: machine,
  };
}

/** Throws `device_unavailable` where the weights are more than the whole memory of a machine that computes on its CPU. */
export function checkFit(
  checkpoint: Checkpoint,
  asked: EngineOptions['device'],
  precision: Precision,
  machine?: number,
): void {
  const { weightBytes, machineBytes } = fitOf(checkpoint, precision, machine);
  if (weightBytes < machineBytes || deviceOf(asked) !== 'cpu') return;
  const gib = (bytes: number) => `${Math.round(bytes / GIB)} GiB`;
  const advice = precision === 'fp32' ? 'Use int8, or a machine with more.' : 'Use a machine with more.';
  throw new EngineError(
    'device_unavailable',
    `${checkpoint.name} takes about ${gib(weightBytes)} of memory in ${precision}; this machine has ${gib(machineBytes)}. ${advice}`,
    { field: 'modelDir' },
  );
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
