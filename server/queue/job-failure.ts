/** The failure of a run: a code, and an English sentence for its user. Knows no table. */
import { storageFaultOf } from '../../db/folder/storage-fault.ts';
import { EngineError } from '../../engine/index.ts';
import { Refusal } from '../../studio/refusal.ts';
import { failureSentence, refusalText } from '../refusal-text.ts';

export interface JobFailure {
  code: string;
  message: string;
}

/** A job ended without its pictures; thrown to a client that waits for them. */
export class JobFailed extends Error {
  readonly code: string;
  readonly attempts: number;

  constructor({ code, message }: JobFailure, attempts: number) {
    super(message);
    this.name = 'JobFailed';
    this.code = code;
    this.attempts = attempts;
  }
}

/** The code and message of an error that ended a run. */
export function failureOf(error: unknown): JobFailure {
  if (error instanceof EngineError) return { code: error.code, message: error.message };
  const fault = storageFaultOf(error);
  const refused = error instanceof Refusal ? error : fault && new Refusal(fault, {});
  if (refused) return { code: refused.code, message: refusalText(refused) };
  return { code: 'internal', message: failureSentence('internal') };
}
