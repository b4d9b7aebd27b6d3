/** Sessions going out and coming in as bundles. Knows no format. */

import type { BlobStore } from '../../db/blobs.ts';
import { BundleError } from '../../db/bundle.ts';
import type { Database } from '../../db/database.ts';
import { insertBundle } from '../../db/insert-bundle.ts';
import { readBundle } from '../../db/read-bundle.ts';
import { findSession } from '../../db/sessions.ts';
import { writeBundle } from '../../db/write-bundle.ts';
import type { SessionView } from '../protocol.ts';
import { appendEvent } from './event-log.ts';
import { HttpError } from './http.ts';
import type { Runtime } from './runtime.ts';
import { requireSession } from './sessions.ts';
import { sessionView } from './views.ts';

/** The bytes of a session's bundle, and a name for the file. Throws {@link HttpError} 404, 409 `blob_missing`. */
export function exportSession(
  parts: Runtime,
  sessionId: string,
): { name: string; bytes: AsyncGenerator<Uint8Array> } {
  const session = requireSession(parts, sessionId);
  const name = `${session.title.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '').slice(0, 60) || 'session'}.palimpsest`;
  try {
    return { name, bytes: writeBundle(parts.db, parts.blobs, sessionId) };
  } catch (error) {
    if ((error as Error).name === 'BlobMissingError')
      throw new HttpError(409, 'blob_missing', (error as Error).message);
    throw error;
  }
}

/** Takes a bundle in as a new session. Throws {@link BundleError}. */
export async function importBundle(
  { db, blobs, owner }: { db: Database; blobs: BlobStore; owner: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<SessionView> {
  const bundle = await readBundle(bytes, blobs);
  for (const blob of bundle.staged) blobs.place(blob);
  return db.write(() => {
    const id = insertBundle(db, owner, bundle);
    const session = sessionView(findSession(db, id)!);
    appendEvent(db, { sessionId: id, jobId: null, type: 'session.created', payload: { session } });
    return session;
  });
}

/** As {@link importBundle}, for a request. Throws {@link HttpError} 400 `bad_bundle`. */
export async function importSession(parts: Runtime, bytes: AsyncIterable<Uint8Array>): Promise<SessionView> {
  try {
    return await importBundle(parts, bytes);
  } catch (error) {
    if (error instanceof BundleError) throw new HttpError(400, 'bad_bundle', error.message, 'file');
    throw error;
  }
}
