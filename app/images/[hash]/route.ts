/** `GET /images/:hash`: the bytes of a picture, for ever the same. `?download=name` saves it under that name. */
import { createReadStream, statSync } from 'node:fs';
import { ReadableStream } from 'node:stream/web';
import { findBlob } from '../../../db/pictures.ts';
import { attachment, route } from '../../../server/http/http.ts';
import { runtime } from '../../../server/runtime.ts';
import { markedForSaving } from '../../../server/turns/restore.ts';

// Shown in place; anything else (an SVG may hold scripts) is only ever saved.
const SHOWN = ['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif'];

export const GET = route(async (request, { hash = '' }) => {
  const { db, blobs } = runtime();
  const blob = findBlob(db, hash);
  if (!blob) return notFound(`There is no picture ${hash}.`);
  const etag = `"${hash}"`;
  const headers = new Headers({ 'Cache-Control': 'public, max-age=31536000, immutable', ETag: etag });
  if (request.headers.get('if-none-match')?.includes(etag))
    return new Response(null, { status: 304, headers });
  const file = blobs.fileOf(hash);
  if (!statSync(file, { throwIfNoEntry: false })) {
    runtime().log.error({ hash, file }, 'a blob is missing');
    return notFound(`The bytes of picture ${hash} are missing from the data folder.`);
  }
  headers.set('Content-Type', blob.mediaType);
  headers.set('Content-Length', String(blob.sizeBytes));
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Content-Security-Policy', "default-src 'none'; sandbox");
  const name = new URL(request.url).searchParams.get('download');
  if (name !== null || !SHOWN.includes(blob.mediaType))
    headers.set('Content-Disposition', attachment(name ?? hash));
  const marked = name === null ? undefined : await markedForSaving(runtime(), hash);
  if (marked) {
    // Not the bytes that the hash stands for, so they are not kept under it.
    headers.delete('ETag');
    headers.set('Cache-Control', 'no-store');
    headers.set('Content-Length', String(marked.byteLength));
    return new Response(marked as BodyInit, { headers });
  }
  return new Response(ReadableStream.from(bytesOf(file)) as BodyInit, { headers });
});

/** The bytes of a file, which is opened when the first are asked for: who asks for the head alone never does. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file);
}

function notFound(message: string): Response {
  return new Response(`${message}\n`, {
    status: 404,
    headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  });
}
