/** Why a run failed, as a code and a sentence for the person who waits for the picture. Knows no table. */
import { EngineError } from '../../engine/index.ts';

export interface JobFailure {
  code: string;
  message: string;
}

const FULL_DISK = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'];

/** The code and message of an error that ended a run. */
export function causeOf(error: unknown): JobFailure {
  if (error instanceof EngineError) return { code: error.code, message: error.message };
  if (FULL_DISK.includes((error as NodeJS.ErrnoException).code ?? ''))
    return {
      code: 'disk_full',
      message: 'The disk is full. Free some space, then retry; pictures already made are kept.',
    };
  if (error instanceof Error && error.name === 'BlobMissingError')
    return { code: 'blob_missing', message: error.message };
  return { code: 'internal', message: 'The server failed at this. Its log says why; retry tries again.' };
}
