/** The bytes of pictures by their hash; they never change. */
import { createReadStream, statSync } from 'node:fs';
import { ReadableStream } from 'node:stream/web';
import type { Context } from 'hono';
import { findOwnBlob } from '../../../db/blob-rows.ts';
import type { Download } from '../../../studio/requests.ts';
import type { ThumbnailWidth } from '../../../studio/vocabulary.ts';
import { bareBytesOf, savedBytesOf } from '../../files/saved-picture.ts';
import { thumbnailOf } from '../../files/thumbnails.ts';
import type { Runtime } from '../../runtime.ts';
import { attachment } from '../http.ts';

// Shown in place; anything else (an SVG may hold scripts) is only ever saved.
const SHOWN = ['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif'];

/**
 * Answers the bytes of a hash, once they are known to be those; with `download`, as a file of that name, which carries the receipt of a
 * made picture unless it is to be without its history; with `width`, as a small view. Throws {@link Refusal} `blob_damaged`.
 */
export async function pictureAnswer(
  c: Context,
  runtime: Runtime,
  hash: string,
  { download, history, width }: Download,
): Promise<Response> {
  const blob = findOwnBlob(runtime.db, runtime.owner, hash);
  if (!blob) return c.text(`There is no picture ${hash}.\n`, 404);
  const etag = width === undefined ? `"${hash}"` : `"${hash}-${width}"`;
  const headers = new Headers({ 'Cache-Control': 'private, max-age=31536000, immutable', ETag: etag });
  if (history !== 'none' && c.req.header('If-None-Match')?.includes(etag))
    return new Response(null, { status: 304, headers });
  const file = runtime.blobs.fileOf(hash);
  if (!statSync(file, { throwIfNoEntry: false })) {
    runtime.log.error({ hash, file }, 'a blob is missing');
    return c.text(`The bytes of picture ${hash} are missing from the data folder.\n`, 404, {
      'Cache-Control': 'no-store',
    });
  }
  await verified(runtime, hash);
  if (width !== undefined) return thumbnailAnswer(runtime, hash, width, headers);
  headers.set('Content-Type', blob.mediaType);
  headers.set('Content-Length', String(blob.sizeBytes));
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Content-Security-Policy', "default-src 'none'; sandbox");
  if (download !== undefined || !SHOWN.includes(blob.mediaType))
    headers.set('Content-Disposition', attachment(download ?? hash));
  const marked = await (history === 'none'
    ? bareBytesOf(runtime, hash)
    : download === undefined
      ? undefined
      : savedBytesOf(runtime, hash));
  if (marked) {
    // Not the bytes that the hash stands for, so they are not kept under it.
    headers.delete('ETag');
    headers.set('Cache-Control', 'no-store');
    headers.set('Content-Length', String(marked.byteLength));
    return new Response(marked, { headers });
  }
  return new Response(ReadableStream.from(bytesOf(file)), { headers });
}

async function thumbnailAnswer(
  { blobs }: Runtime,
  hash: string,
  width: ThumbnailWidth,
  headers: Headers,
): Promise<Response> {
  const bytes = await thumbnailOf(blobs, hash, width);
  headers.set('Content-Type', 'image/webp');
  headers.set('Content-Length', String(bytes.byteLength));
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
}

/** Nothing that is damaged is handed out under a hash as bytes that never change. Throws {@link Refusal} `blob_damaged`, `blob_missing`. */
async function verified({ blobs, log }: Runtime, hash: string): Promise<void> {
  try {
    await blobs.verify(hash);
  } catch (error) {
    log.error({ hash, file: blobs.fileOf(hash), err: error }, 'a blob is missing or damaged');
    throw error;
  }
}

/** The bytes of a file, which is opened when the first are asked for: a request for the head alone never opens it. */
async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file);
}
