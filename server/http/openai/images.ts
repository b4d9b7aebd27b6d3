/** The routes of OpenAI's images API: from what was asked to the answer. */
import type { Context } from 'hono';
import type { Runtime, Shared } from '../../runtime.ts';
import { imagesResponse, imagesStream } from './answer.ts';
import type { ImagesRequest } from './request.ts';
import { takeImagesTurn } from './turn.ts';

/** The engines, as the clients list models. `palimpsest` is ours: the facts of a model that was loaded once. */
export function modelList({ engines }: Shared) {
  const data = engines.names.map((id) => ({
    ...{ id, object: 'model', created: 0, owned_by: 'palimpsest' },
    palimpsest: engines.infoOf(id) ?? null,
  }));
  return { object: 'list', data };
}

/**
 * Stores a turn and answers with its pictures. Throws {@link Refusal}, {@link JobFailed}; an error while a stream runs is its
 * last event.
 */
export async function imagesAnswer(
  c: Context,
  runtime: Runtime,
  key: string,
  origin: string,
  asked: ImagesRequest,
): Promise<Response> {
  const turn = await takeImagesTurn(runtime, key, asked);
  if (asked.stream) return imagesStream(c, runtime, asked, turn);
  return c.json(await imagesResponse(runtime, asked, turn, origin, c.req.raw.signal));
}
