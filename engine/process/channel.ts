/**
 * The messages between the two sides of the engine process, and how an error crosses.
 * Plain data over one message channel; knows neither how the process is started nor what it computes.
 */
import { EngineError, type EngineErrorCode } from '../request/errors.ts';
import type {
  EngineEvent,
  EngineOptions,
  GenerationRequest,
  ModelInfo,
  WarmReferences,
} from '../request/request.ts';

/** Events that a request may have on their way before its reader has taken one; more wait in the engine. */
export const EVENTS_IN_FLIGHT = 8;

/** The pipe on which the process says that it lives, and the time between two beats. */
export const HEARTBEAT_FD = 4;
export const BEAT_MS = 1_000;

/** Options of the process; its one argument, as JSON. */
export interface ProcessOptions extends EngineOptions {
  /** Module that exports `loadEngine`. */
  engineModule: string;
}

export type ToProcess =
  | { type: 'generate'; id: number; request: GenerationRequest }
  | { type: 'warm'; id: number; references: WarmReferences }
  | { type: 'taken'; id: number }
  | { type: 'cancel'; id: number }
  | { type: 'close' };

export type FromProcess =
  | { type: 'ready'; info: ModelInfo }
  | { type: 'load-failed'; error: ErrorFacts }
  /** Memory that the process holds, again and again. */
  | { type: 'memory'; residentBytes: number }
  | { type: 'event'; id: number; event: EngineEvent }
  | { type: 'end'; id: number }
  | { type: 'error'; id: number; error: ErrorFacts };

export interface ErrorFacts {
  code: EngineErrorCode;
  message: string;
  field?: string;
}

/** The facts of an error that may leave the process; any error but EngineError is `internal`. */
export function factsOf(error: unknown): ErrorFacts {
  if (error instanceof EngineError) return { code: error.code, message: error.message, field: error.field };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The error that these facts describe. */
export function errorOf({ code, message, field }: ErrorFacts): EngineError {
  return new EngineError(code, message, { field });
}
