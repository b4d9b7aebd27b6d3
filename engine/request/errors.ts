/** The error class of the engine: callers act by the code; the message says what to do next. */

export type EngineErrorCode =
  | 'bad_request'
  | 'bad_image'
  | 'bad_checkpoint'
  | 'device_unavailable'
  | 'cancelled'
  | 'engine_died'
  /** A field that this engine cannot honour; found before anything is drawn. */
  | 'unsupported'
  /** An engine elsewhere does not answer, or broke off: nothing came of the request there. */
  | 'unreachable'
  /** An engine elsewhere was silent for too long; it may still be drawing. */
  | 'timed_out'
  /** An engine elsewhere refused or failed; the message has its words. */
  | 'rejected'
  | 'internal';

/** A failed operation. `field` names the request field, or the file and key of a checkpoint, where there is one. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly field: string | undefined;

  constructor(code: EngineErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'EngineError';
    this.code = code;
    this.field = options.field;
  }
}
