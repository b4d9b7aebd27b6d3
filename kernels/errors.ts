/**
 * The errors of kernels/: a class for each kind of fault, thrown where the fault is made.
 * Messages read "Expected X to be Y, got Z" and carry the operator, the file or the input by name.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(fileURLToPath(import.meta.url));

/** A value of the wrong shape or dtype was given to an operator; its stack starts at the caller's own line. */
export class ShapeError extends TypeError {
  override name = 'ShapeError';

  constructor(message: string) {
    super(message);
    this.stack = withoutFramesOf(home, this.stack);
  }
}

/** A `.safetensors` file is not what its format promises; the message names the file and the fault. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
  readonly path: string;

  constructor(path: string, fault: string, options?: ErrorOptions) {
    super(`${path}: ${fault}`, options);
    this.path = path;
  }
}

/** A device that was asked for cannot be used on this machine; the message says what to install. */
export class DeviceError extends Error {
  override name = 'DeviceError';
}

/** Drops the frames down to the last one inside the folder, so that the first one left is its caller's. */
function withoutFramesOf(folder: string, stack: string | undefined): string | undefined {
  const lines = stack?.split('\n') ?? [];
  const first = lines.findIndex((line) => line.trimStart().startsWith('at '));
  const last = lines.findLastIndex((line) => line.includes(`${folder}/`));
  if (first < 0 || last < first) return stack;
  return [...lines.slice(0, first), ...lines.slice(last + 1)].join('\n');
}
