/** Sessions as downloads: one as its bundle, all of them as an archive of bundles. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { BUNDLE_TYPE } from '../../../db/bundle/bundle.ts';
import { namesOf } from '../../../db/bundle/leave-out.ts';
import { bundleSizeOf, TAR_END, tarHeader, tarPadding } from '../../../db/bundle/tar.ts';
import { listSessions } from '../../../db/sessions.ts';
import type { Runtime } from '../../runtime.ts';
import { exportSession } from '../../turns/bundles.ts';
import { attachment } from '../http.ts';

/** Answers the bundle as a stream; a header names what had to be left out. Throws {@link Refusal} `unknown_session`, `deleted_session`. */
export async function bundleAnswer(
  c: Context,
  runtime: Runtime,
  sessionId: string,
  keepTraces: boolean,
): Promise<Response> {
  const { name, bytes, leftOut } = await exportSession(runtime, sessionId, keepTraces);
  c.header('Content-Type', BUNDLE_TYPE);
  c.header('Content-Disposition', attachment(name));
  if (leftOut.length > 0) c.header('Palimpsest-Left-Out', headerOf(namesOf(leftOut)));
  return c.body(Readable.toWeb(Readable.from(bytes)) as ReadableStream);
}

const MAX_NAMED = 100;

/** The first ones by name, and how many more there are: a header has to stay short. */
function headerOf(names: readonly string[]): string {
  const others = names.length - MAX_NAMED;
  return [...names.slice(0, MAX_NAMED), ...(others > 0 ? [`${others} more`] : [])].join(', ');
}

/** Answers all sessions, each as its bundle, in one tar file: any tar program opens it, and each bundle can be imported. */
export function allBundlesAnswer(c: Context, runtime: Runtime, keepTraces: boolean): Response {
  c.header('Content-Type', 'application/x-tar');
  c.header('Content-Disposition', attachment('palimpsest-sessions.tar'));
  return c.body(Readable.toWeb(Readable.from(allBundles(runtime, keepTraces))) as ReadableStream);
}

const MOST_NAME_BYTES = 90;

/** The bytes of a tar file of bundles, archived sessions included and deleted ones not, written as they are read. */
async function* allBundles(runtime: Runtime, keepTraces: boolean): AsyncGenerator<Uint8Array> {
  let number = 0;
  for (const sessionId of sessionIds(runtime)) {
    number += 1;
    const { name, bytes } = await exportSession(runtime, sessionId, keepTraces);
    // A header tells the size, so a bundle is read twice; the same session is the same bytes.
    const sizeBytes = await bundleSizeOf(bytes);
    const title = `${String(number).padStart(4, '0')} ${name}`;
    const fits = Buffer.byteLength(title) <= MOST_NAME_BYTES;
    yield tarHeader(fits ? title : `${String(number).padStart(4, '0')}.palimpsest`, sizeBytes);
    yield* exactly(sizeBytes, (await exportSession(runtime, sessionId, keepTraces)).bytes);
    yield tarPadding(sizeBytes);
  }
  yield TAR_END;
}

/** Bytes of a known size; a session that was changed meanwhile ends the download, which then is no whole file. */
async function* exactly(sizeBytes: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = sizeBytes;
  for await (const chunk of bytes) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0) throw new Error('A session was changed while it was exported; export once more.');
}

function sessionIds({ db, owner }: Runtime): string[] {
  const states = ['active', 'archived'] as const;
  return states.flatMap((state) => listSessions(db, owner, { state })).map(({ id }) => id);
}
