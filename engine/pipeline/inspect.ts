/** The devices of this machine, and the memory that a checkpoint takes of it. Loads no weight. */
import { type Device, defaultThreads, knownDevices } from '../../kernels/index.ts';
import { openCheckpoint } from '../model/checkpoint.ts';
import { type Fit, fitOf } from '../model/fit.ts';

export interface Inspection {
  devices: { device: Device; missing: string | undefined }[];
  threads: number;
  fp32: Fit;
  int8: Fit;
}

/** Throws `bad_checkpoint` for a folder that is no checkpoint. */
export function inspect(modelDir: string): Inspection {
  const checkpoint = openCheckpoint(modelDir);
  return {
    devices: knownDevices(),
    threads: defaultThreads(),
    fp32: fitOf(checkpoint, 'fp32'),
    int8: fitOf(checkpoint, 'int8'),
  };
}
