/** The Idempotency-Key of a request. Knows no table. */
import { randomUUID } from 'node:crypto';
import { HttpError } from '../http/http.ts';

const MAX_KEY_LENGTH = 200;

/** The key that a client gave, or a new one. Throws {@link HttpError} 400 for one that cannot be kept. */
export function idempotencyKey(request: Request): string {
  const key = request.headers.get('idempotency-key') ?? randomUUID();
  if (key === '' || key.length > MAX_KEY_LENGTH)
    throw new HttpError(400, 'bad_request', `Expected 1 to ${MAX_KEY_LENGTH} characters.`, 'Idempotency-Key');
  return key;
}
