/** Why a run failed, as a code and a sentence for the person who waits for the picture. Knows no table. */
import { FAULT_MESSAGES, storageFaultOf } from '../../db/storage-fault.ts';
import { EngineError } from '../../engine/index.ts';

export interface JobFailure {
  code: string;
  message: string;
}

/** A job that cannot be done as it stands. */
export class JobError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'JobError';
    this.code = code;
  }
}

/** The code and message of an error that ended a run. */
export function causeOf(error: unknown): JobFailure {
  if (error instanceof EngineError || error instanceof JobError)
    return { code: error.code, message: error.message };
  const fault = storageFaultOf(error);
  if (fault) return { code: fault, message: FAULT_MESSAGES[fault] };
  if (error instanceof Error && error.name === 'BlobMissingError')
    return { code: 'blob_missing', message: error.message };
  return { code: 'internal', message: 'The server failed at this. Its log says why; retry tries again.' };
}
