/** Sessions going out and coming in as bundles. Knows no format. */

import type { BlobStore } from '../../db/blobs.ts';
import type { LeftOut } from '../../db/bundle/bundle.ts';
import { insertBundle } from '../../db/bundle/insert-bundle.ts';
import { namesOf } from '../../db/bundle/leave-out.ts';
import { readBundle } from '../../db/bundle/read-bundle.ts';
import { type WrittenBundle, writeBundle } from '../../db/bundle/write-bundle.ts';
import type { Database } from '../../db/database.ts';
import { findSession } from '../../db/sessions.ts';
import { fileWords } from '../../studio/mentions/file-name.ts';
import type { SessionView } from '../../studio/protocol.ts';
import { requireDiskRoom } from '../accounts/limits.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { sessionView } from '../views/views.ts';
import { requireSession } from './sessions.ts';

const MAX_NAME_LENGTH = 60;

/** A session's bundle, a name for its file, and what had to be left out of it. Throws {@link Refusal} `unknown_session`. */
export async function exportSession(
  parts: Runtime,
  sessionId: string,
  keepTraces: boolean,
): Promise<WrittenBundle & { name: string }> {
  const session = requireSession(parts, sessionId);
  const bundle = await writeBundle(parts.db, parts.blobs, sessionId, { keepTraces });
  if (bundle.leftOut.length > 0)
    parts.log.error(
      { session: sessionId, leftOut: bundle.leftOut },
      'files of a session are missing or damaged',
    );
  return { name: fileNameOf(session.title, bundle.leftOut), ...bundle };
}

/** With what was left out, which whoever saves it would not see elsewhere. */
function fileNameOf(title: string, leftOut: readonly LeftOut[]): string {
  const names = namesOf(leftOut);
  const without = [...names.slice(0, 3), ...(names.length > 3 ? [`${names.length - 3} more`] : [])].join(
    ', ',
  );
  return `${fileWords(title, MAX_NAME_LENGTH) || 'session'}${without && ` (without ${without})`}.palimpsest`;
}

/** Takes a bundle in as a new session. Throws {@link Refusal} `bad_bundle`. */
export async function importBundle(
  { db, blobs, owner }: { db: Database; blobs: BlobStore; owner: string },
  bytes: AsyncIterable<Uint8Array>,
): Promise<SessionView> {
  requireDiskRoom(db, owner, 0);
  const bundle = await readBundle(bytes, blobs);
  const sizeBytes = [...bundle.staged.values()].reduce((sum, blob) => sum + blob.sizeBytes, 0);
  try {
    requireDiskRoom(db, owner, sizeBytes);
    return await insertBundle(db, blobs, owner, bundle, (id) => {
      const session = sessionView(findSession(db, id)!);
      appendEvent(db, { sessionId: id, jobId: null, type: 'session.created', payload: { session } });
      return session;
    });
  } finally {
    for (const blob of bundle.staged.values()) blobs.discard(blob);
    await bundle.graph.close();
  }
}
