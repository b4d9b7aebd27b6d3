/** The routes of OpenAI's images API: from what was asked to the answer. */
import type { Context } from 'hono';
import type { Runtime } from '../../runtime.ts';
import { modelInfo } from '../../turns/take-turn.ts';
import { originOf } from '../http.ts';
import { imagesResponse, imagesStream } from './answer.ts';
import type { ImagesRequest } from './request.ts';
import { takeImagesTurn } from './turn.ts';

/** The loaded model, as the clients list it. Throws {@link Refusal} `engine_unavailable` until there is one. */
export function modelList({ engine }: Runtime) {
  const { name } = modelInfo(engine);
  return { object: 'list', data: [{ id: name, object: 'model', created: 0, owned_by: 'palimpsest' }] };
}

/**
 * Stores a turn and answers with its pictures. Throws {@link Refusal}, {@link JobFailed}; an error while a stream runs is its
 * last event.
 */
export async function imagesAnswer(
  c: Context,
  runtime: Runtime,
  key: string,
  asked: ImagesRequest,
): Promise<Response> {
  const turn = await takeImagesTurn(runtime, key, asked);
  if (asked.stream) return imagesStream(c, runtime, asked, turn);
  return c.json(await imagesResponse(runtime, asked, turn, originOf(c.req.raw), c.req.raw.signal));
}
