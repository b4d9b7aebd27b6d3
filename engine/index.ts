/**
 * The whole surface of the engine: everything outside `engine/` imports from here and from nowhere deeper; tests and benches
 * alone look inside. Importing it loads neither the runtime nor weights.
 */

export type { PrepareOptions } from './model/prepared/prepared-weights.ts';
export { checkShape, openPicture, PictureError, readPixels } from './picture/picture-file.ts';
export {
  decodeLatents,
  decodePriorTokens,
  encodeLatents,
  encodePriorTokens,
  SAFETENSORS_TYPE,
} from './picture/stored-arrays.ts';
export type { Inspection, Prospect } from './pipeline/inspect.ts';
export type { Outlook, OutlookRequest } from './pipeline/outlook.ts';
export { type ClientOptions, EngineClient, startEngine } from './process/client.ts';
export { REMOTE_KINDS, type RemoteKind } from './remote/adapters/kinds.ts';
export {
  connectEngine,
  RemoteEngine,
  type RemoteOptions,
  type ServerState,
} from './remote/remote.ts';
export { isElsewhere } from './request/elsewhere.ts';
export { EngineError, type EngineErrorCode } from './request/errors.ts';
export {
  type Abilities,
  CACHES,
  type CacheName,
  type CacheOptions,
  type CacheUse,
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type GenerationRequest,
  type MadePicture,
  type ModelInfo,
  PRECISIONS,
  type SecondLook,
  STAGES,
  type Stage,
  type TokenCounts,
  type WarmReferences,
} from './request/request.ts';
export { TOKEN_PX } from './request/sizes.ts';
export type { EngineState, WatchedEngine } from './request/watched.ts';

import type { PrepareOptions } from './model/prepared/prepared-weights.ts';
import type { Inspection, Prospect } from './pipeline/inspect.ts';
import type { Outlook, OutlookRequest } from './pipeline/outlook.ts';
import type { Engine, EngineOptions } from './request/request.ts';

/**
 * Loads a checkpoint in this process; of a large one in few bits, its weights are made ready first where they are not yet, which `preparing`
 * hears of and may stop. Throws `bad_checkpoint`, `device_unavailable`.
 */
export async function loadEngine(options: EngineOptions, preparing?: PrepareOptions): Promise<Engine> {
  return (await import('./pipeline/engine.ts')).loadEngine(options, preparing);
}

/** Devices of this machine, and the memory that a checkpoint takes of it; loads no weight. Throws `bad_checkpoint`. */
export async function inspect(modelDir: string): Promise<Inspection> {
  return (await import('./pipeline/inspect.ts')).inspect(modelDir);
}

/** What an engine of these options will be able to draw, and the check of a request; loads no weight. Throws as {@link loadEngine}. */
export async function prospectOf(options: EngineOptions): Promise<Prospect> {
  return (await import('./pipeline/inspect.ts')).prospectOf(options);
}

/** How long a picture will take on this machine in each precision, from two seconds of measuring; loads no weight. Throws `bad_checkpoint`. */
export async function outlooks(modelDir: string, request: OutlookRequest): Promise<Outlook[]> {
  return (await import('./pipeline/outlook.ts')).outlooks(modelDir, request);
}
