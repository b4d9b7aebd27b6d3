/** Sessions going out and coming in as bundles. Knows no format. */

import type { BlobStore } from '../../db/blobs.ts';
import { insertBundle } from '../../db/bundle/insert-bundle.ts';
import { readBundle } from '../../db/bundle/read-bundle.ts';
import { writeBundle } from '../../db/bundle/write-bundle.ts';
import type { Database } from '../../db/database.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { findSession } from '../../db/sessions.ts';
import type { SessionView } from '../../studio/protocol.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { sessionView } from '../views/views.ts';
import { requireSession } from './sessions.ts';

const MAX_NAME_LENGTH = 60;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The bytes of a session's bundle, and a name for the file. Throws {@link Refusal} `unknown_session`, `blob_missing`. */
export function exportSession(
  parts: Runtime,
  sessionId: string,
): { name: string; bytes: AsyncGenerator<Uint8Array> } {
  const session = requireSession(parts, sessionId);
  return { name: fileNameOf(session.title), bytes: writeBundle(parts.db, parts.blobs, sessionId) };
}

/** A title as the name of a file: without what no file system takes, and short enough for each, cut between characters. */
function fileNameOf(title: string): string {
  const name = title.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '');
  let end = 0;
  for (const { index, segment } of graphemes.segment(name))
    if (index + segment.length <= MAX_NAME_LENGTH) end = index + segment.length;
    else break;
  return `${name.slice(0, end) || 'session'}.palimpsest`;
}

/** Takes a bundle in as a new session. Throws {@link Refusal} `bad_bundle`. */
export async function importBundle(
  { db, blobs, owner }: { db: Database; blobs: BlobStore; owner: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<SessionView> {
  const bundle = await readBundle(bytes, blobs);
  return keepBlobs(db, blobs, bundle.staged, () => {
    const id = insertBundle(db, owner, bundle.manifest);
    const session = sessionView(findSession(db, id)!);
    appendEvent(db, { sessionId: id, jobId: null, type: 'session.created', payload: { session } });
    return session;
  });
}
