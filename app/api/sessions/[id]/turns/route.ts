/** `POST /api/sessions/:id/turns`: a message becomes a node with a job; the same Idempotency-Key never makes two. */
import { randomUUID } from 'node:crypto';
import { turnSchema } from '../../../../protocol.ts';
import { HttpError, readJson, route } from '../../../../server/http.ts';
import { runtime } from '../../../../server/runtime.ts';
import { takeTurn } from '../../../../server/turns.ts';

const MAX_KEY_LENGTH = 200;

export const POST = route(async (request, { id = '' }) => {
  const key = request.headers.get('idempotency-key') ?? randomUUID();
  if (key === '' || key.length > MAX_KEY_LENGTH)
    throw new HttpError(400, 'bad_request', `Expected 1 to ${MAX_KEY_LENGTH} characters.`, 'Idempotency-Key');
  const turn = await readJson(request, turnSchema);
  return Response.json(takeTurn(runtime(), id, key, turn), { status: 202 });
});
