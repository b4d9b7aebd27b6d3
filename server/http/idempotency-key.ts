/** The Idempotency-Key of a request. Knows no table. */
import { randomUUID } from 'node:crypto';
import { Refusal } from '../../studio/refusal.ts';

export const MAX_KEY_LENGTH = 200;

/** The key that a client gave, or a new one. Throws {@link Refusal} `bad_request` for one that cannot be kept. */
export function idempotencyKey(request: Request): string {
  const key = request.headers.get('idempotency-key') ?? randomUUID();
  if (key === '' || key.length > MAX_KEY_LENGTH)
    throw new Refusal('bad_request.key_length', { most: MAX_KEY_LENGTH }, { field: 'Idempotency-Key' });
  return key;
}
