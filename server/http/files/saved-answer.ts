/** Pictures as files that leave the server: shown in place under a name to save them by, saved, or several in a zip. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { findBlob } from '../../../db/blob-rows.ts';
import { listPictures } from '../../../db/gallery.ts';
import { findPicture, type PictureRow } from '../../../db/pictures.ts';
import { fileWords } from '../../../studio/mentions/file-name.ts';
import { Refusal } from '../../../studio/refusal.ts';
import type { Download, savedQuery, zipQuery } from '../../../studio/requests.ts';
import { EXTENSIONS, SAVED_FORMATS, type SavedFormat } from '../../../studio/vocabulary.ts';
import { picturesZip } from '../../files/pictures-zip.ts';
import { savedBytes, savedName } from '../../files/saved-picture.ts';
import { sessionPageHtml } from '../../files/session-page.ts';
import type { Runtime } from '../../runtime.ts';
import { requireSession } from '../../turns/sessions.ts';
import { localeOf } from '../edge.ts';
import { attachment, shownAs } from '../http.ts';
import { pictureAnswer } from './picture-answer.ts';

/** What stands for the format of a file as it came. */
const ORIGINAL = 'original';

type Query<Schema extends { _zod: { output: unknown } }> = Schema['_zod']['output'];

/**
 * Answers `ID.EXTENSION`: the picture in the format of that extension, with its receipt, or as `ID.original` the file as it came. Throws {@link Refusal} `unknown_picture`,
 * `blob_missing`, `blob_damaged`.
 */
export async function savedAnswer(
  c: Context,
  runtime: Runtime,
  file: string,
  { download, quality, history }: Query<typeof savedQuery>,
): Promise<Response> {
  const [, pictureId = file, ending = ''] = /^(.*)\.([^.]*)$/.exec(file) ?? [];
  const extension = ending.toLowerCase();
  const format = formatOf(extension);
  const picture = findPicture(runtime.db, runtime.owner, pictureId);
  if (picture && extension === ORIGINAL) return originalAnswer(c, runtime, picture, history);
  if (!picture || !format) throw new Refusal('unknown_picture.none', { pictureId });
  const isBare = history === 'none';
  const headers = headersOf(runtime, picture, format, download !== undefined);
  // The pixels and the recipe of a picture never change; its name may, with the session's.
  const etag = `"${picture.pixelsBlob}.${format}${quality ?? ''}${isBare ? '-bare' : ''}"`;
  headers.set('ETag', etag);
  if (c.req.header('If-None-Match')?.includes(etag)) return new Response(null, { status: 304, headers });
  const bytes = await savedBytes(runtime, picture, { format, quality, isBare });
  headers.set('Content-Length', String(bytes.byteLength));
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
}

/** Saves the file of a picture that was added, as it came. */
function originalAnswer(
  c: Context,
  runtime: Runtime,
  picture: PictureRow,
  history: Download['history'],
): Promise<Response> {
  const hash = picture.originalBlob ?? picture.pixelsBlob;
  const mediaType = findBlob(runtime.db, hash)?.mediaType ?? 'image/png';
  const extension =
    mediaType === 'image/jpeg' ? EXTENSIONS.jpeg : mediaType.slice(mediaType.indexOf('/') + 1);
  return pictureAnswer(c, runtime, hash, {
    download: `${savedName(runtime, picture)}.${extension}`,
    history,
  });
}

function formatOf(extension: string): SavedFormat | undefined {
  const name = extension === 'jpeg' ? EXTENSIONS.jpeg : extension;
  return SAVED_FORMATS.find((format) => EXTENSIONS[format] === name);
}

function headersOf(runtime: Runtime, picture: PictureRow, format: SavedFormat, isSaved: boolean): Headers {
  const name = `${savedName(runtime, picture)}.${EXTENSIONS[format]}`;
  return new Headers({
    'Cache-Control': 'private, max-age=31536000, immutable',
    'Content-Type': `image/${format}`,
    'Content-Disposition': isSaved ? attachment(name) : shownAs(name),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
}

/** Answers a session as a page of HTML that needs nothing else, to be saved. Throws {@link Refusal} `unknown_session`, `deleted_session`. */
export function sessionPageAnswer(c: Context, runtime: Runtime, sessionId: string): Response {
  const session = requireSession(runtime, sessionId);
  const html = sessionPageHtml(runtime, session, localeOf(c.req.raw.headers));
  const bytes = Readable.toWeb(Readable.from(html)) as ReadableStream<Uint8Array>;
  return new Response(bytes, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Disposition': attachment(`${fileWords(session.title, 60) || 'Session'}.html`),
      'Cache-Control': 'no-store',
    },
  });
}

/** Answers the pictures of a turn, of a session, or of a selection, as a zip. Throws {@link Refusal} `unknown_session`, `unknown_picture`. */
export function zipAnswer(runtime: Runtime, query: Query<typeof zipQuery>): Response {
  const { sessionId, turnId, ids, format = 'png', history } = query;
  const session = sessionId === undefined ? undefined : requireSession(runtime, sessionId);
  const part = { sessionId, turnId, pictureIds: ids?.split(','), limit: -1 };
  const rows = listPictures(runtime.db, runtime.owner, part).reverse();
  if (rows.length === 0) throw new Refusal('unknown_picture.none', { pictureId: ids ?? turnId ?? '' });
  const title = session?.title ?? rows[0]!.sessionTitle;
  const name = `${fileWords(title, 60) || 'Pictures'}, ${rows.length}.zip`;
  return new Response(picturesZip(runtime, rows, { format, isBare: history === 'none' }), {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': attachment(name),
      'Cache-Control': 'no-store',
    },
  });
}
