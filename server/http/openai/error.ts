/** Errors in the form that clients of OpenAI's API read. */
import type { ErrorAnswer } from '../edge.ts';

/** An error as the clients of OpenAI's API read it. */
export function openAiError({ status, code, message, field }: ErrorAnswer) {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type, param: field ?? null, code } };
}
