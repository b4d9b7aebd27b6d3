/** Errors of a server elsewhere, with what is known of the work: whether it may have begun there, and whose fault it was. */
import { EngineError, type EngineErrorCode } from '../request/errors.ts';

/**
 * - `unreached`: not a byte of the request went to the server, or it said that it takes none now; the work did not begin.
 * - `broken`: the connection broke after that; the work may have begun, and has most likely ended with the server.
 * - `silent`: no answer in time; the work may still go on.
 * - `refused`: the server does not want this request, or its answer is of no use; others may do well.
 * - `failed`: the server failed.
 */
export type Fault = 'unreached' | 'broken' | 'silent' | 'refused' | 'failed';

const CODES: Record<Fault, EngineErrorCode> = {
  unreached: 'unreachable',
  broken: 'unreachable',
  silent: 'timed_out',
  refused: 'rejected',
  failed: 'rejected',
};

export class ServerError extends EngineError {
  readonly fault: Fault;
  /** Of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(fault: Fault, message: string, cause?: unknown, status?: number) {
    super(CODES[fault], message, { cause });
    this.name = 'ServerError';
    this.fault = fault;
    this.status = status;
  }
}

/** The status of the answer that an error is about; undefined: there was no answer. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof ServerError ? error.status : undefined;

/** The fault that an error shows; undefined: none of a server. */
export const faultOf = (error: unknown): Fault | undefined =>
  error instanceof ServerError ? error.fault : undefined;
