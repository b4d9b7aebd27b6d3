/** One request of OpenAI's images API from body to answer. */

import { runtime } from '../../runtime.ts';
import { idempotencyKey } from '../../turns/keys.ts';
import { originOf } from '../http.ts';
import { imagesResponse, imagesStream } from './answer.ts';
import type { ImagesRequest } from './request.ts';
import { takeImagesTurn } from './turn.ts';

/** Throws {@link Refusal}, {@link JobFailed}; a stream tells what goes wrong later as its last event. */
export async function imagesAnswer(request: Request, asked: ImagesRequest): Promise<Response> {
  const parts = runtime();
  const turn = await takeImagesTurn(parts, idempotencyKey(request), asked);
  if (asked.stream) return imagesStream(parts, asked, turn);
  return imagesResponse(parts, asked, turn, originOf(request), request.signal);
}
