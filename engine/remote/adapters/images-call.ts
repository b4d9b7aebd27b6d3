/**
 * One call of OpenAI's images API, which several servers speak: a picture, or an edit as a form, answered at once or as a stream of
 * partial pictures. Some answer a stream with plain JSON.
 * Source: openai-openapi, `ImageGenStreamEvent`, `ImageEditStreamEvent`, `ImagesResponse`; `openai` 7.59.0.
 */
import { type DrawWait, formOf, type PictureRequest, pictureOf } from '../adapter.ts';
import type { Endpoint } from '../http.ts';
import { transparentMask } from '../pictures.ts';
import { EventStream } from './event-stream.ts';

export interface ImagesCall {
  /** Beside model, prompt, size and number. */
  fields: Readonly<Record<string, unknown>>;
  headers?: Record<string, string>;
  /** Pictures on the way to the finished one; 0 asks for no stream. */
  partials: number;
}

/** A picture, and all else that was said with it. */
export interface Made {
  file: Uint8Array;
  said: Record<string, unknown>;
}

/** Draws one picture. Throws as {@link Endpoint.json}. */
export async function draw(
  endpoint: Endpoint,
  request: PictureRequest,
  { fields: more, headers, partials }: ImagesCall,
  { key: _key, onSteps: _onSteps, onPreview, ...wait }: DrawWait,
): Promise<Made> {
  const { prompt, references, mask, widthPx, heightPx } = request;
  const fields = {
    ...more,
    ...{ prompt, size: `${widthPx}x${heightPx}`, n: 1 },
    ...(partials > 0 && { stream: true, partial_images: partials }),
  };
  const masks = mask ? [await transparentMask(mask)] : [];
  const isEdit = references.length > 0;
  let said: Record<string, unknown> = {};
  const events = new EventStream((event) => {
    const type = String(event.type ?? '');
    if (type.endsWith('.partial_image')) onPreview?.(Buffer.from(String(event.b64_json), 'base64'));
    else said = event;
  });
  const answer = await endpoint.answer(isEdit ? 'images/edits' : 'images/generations', {
    method: 'POST',
    body: isEdit ? formOf(fields, { 'image[]': references, mask: masks }) : fields,
    headers,
    ...wait,
    onPiece: partials > 0 ? (piece) => events.add(piece) : undefined,
  });
  if (!answer.contentType.startsWith('text/event-stream')) said = endpoint.jsonOf(answer);
  else events.end();
  return { file: await finished(endpoint, said, wait), said };
}

/** The picture of the last event, or of a whole answer. */
function finished(
  endpoint: Endpoint,
  said: Record<string, unknown>,
  wait: Parameters<typeof pictureOf>[2],
): Promise<Uint8Array> {
  return pictureOf(endpoint, said.data === undefined ? { ...said, data: [said] } : said, wait);
}
