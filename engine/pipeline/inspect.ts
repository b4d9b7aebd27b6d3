/** What can be said of this machine, of a checkpoint and of a request before a weight is read. */
import { type Device, defaultThreads, knownDevices, resolveDevice } from '../../kernels/index.ts';
import { type Checkpoint, openCheckpoint } from '../model/checkpoint.ts';
import { checkFit, type Fit, fitOf, machineBytes } from '../model/fit.ts';
import { EngineError } from '../request/errors.ts';
import {
  type Abilities,
  type EngineOptions,
  type GenerationRequest,
  PRECISIONS,
  type Precision,
} from '../request/request.ts';
import { expectedBytes, referenceTokens } from './memory.ts';
import { checkRequest, type Limits, modelLimits } from './request-check.ts';

/** Everything: what the surface of an engine was made for. */
const ABILITIES: Abilities = {
  ...{ edits: true, references: 16, masks: true, sameLayout: true, previews: true, abort: 'unit' },
  ...{ seeds: true, steps: true, guidance: true, resume: true, warm: true },
};
/** Part of the memory that requests under way may hold, unless an option says otherwise. */
export const ACTIVE_SHARE = 0.25;

export interface Inspection {
  devices: { device: Device; missing: string | undefined }[];
  threads: number;
  fits: Record<Precision, Fit>;
  limits: Limits;
}

/** Throws `bad_checkpoint` for a folder that is no checkpoint. */
export function inspect(modelDir: string): Inspection {
  const checkpoint = openCheckpoint(modelDir);
  const fits = Object.fromEntries(PRECISIONS.map((each) => [each, fitOf(checkpoint, each)]));
  return {
    devices: knownDevices(),
    threads: defaultThreads(),
    fits: fits as Inspection['fits'],
    limits: modelLimits(checkpoint.config),
  };
}

/** Memory that an engine may take. */
export const memoryOf = ({ memoryBytes = machineBytes() }: Pick<EngineOptions, 'memoryBytes'>): number =>
  memoryBytes;

export const abilitiesOf = ({ letters }: Checkpoint): Abilities =>
  letters ? { ...ABILITIES, secondLook: true } : ABILITIES;

/** Throws `bad_request` for a precision that does not exist. */
export function checkPrecision(asked = 'fp32'): Precision {
  const precision = PRECISIONS.find((each) => each === asked);
  if (precision) return precision;
  throw new EngineError('bad_request', `Expected a precision of ${PRECISIONS.join(', ')}, got '${asked}'`, {
    field: 'precision',
  });
}

/** What a checkpoint can draw, as the loaded engine will say it too. */
export interface Prospect extends Limits {
  can: Abilities;
  /** Throws `bad_request`, `bad_image` or `device_unavailable` for a request that the engine could not serve. */
  check: (request: GenerationRequest) => Promise<void>;
}

/** Throws `bad_checkpoint`, `bad_request` for the options, and `device_unavailable` where the device or the memory is not there. */
export function prospectOf(options: EngineOptions): Prospect {
  const checkpoint = openCheckpoint(options.modelDir);
  const precision = checkPrecision(options.precision);
  const memoryBytes = memoryOf(options);
  resolveDevice(options.device);
  checkFit(checkpoint, options.device, precision, memoryBytes);
  const { config } = checkpoint;
  const facts = { ...modelLimits(config), can: abilitiesOf(checkpoint) };
  const check = async (request: GenerationRequest) => {
    checkRequest(request, facts);
    const tokens = await referenceTokens(request.references ?? [], config.referenceLimits);
    const needed = expectedBytes(config, request, tokens);
    checkFit(checkpoint, options.device, precision, memoryBytes, needed);
  };
  return { ...facts, check };
}
