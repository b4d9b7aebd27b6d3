/** Staged bytes and the rows that name them, in one go: all of it is there afterwards, or none. */

import { findBlob, insertBlob } from './blob-rows.ts';
import type { BlobStore, StagedBlob } from './blobs.ts';
import type { Database } from './database.ts';

/**
 * Places staged bytes and runs `work` as one transaction, with their rows written. Synchronous, as is every other place that
 * does so: no other caller's bytes are without a row meanwhile. Throws what `work` throws, after removing what no row names.
 */
export function keepBlobs<Result>(
  db: Database,
  store: BlobStore,
  staged: readonly StagedBlob[],
  work: () => Result,
): Result {
  try {
    for (const blob of staged) store.place(blob);
    return db.write(() => {
      for (const blob of staged) insertBlob(db, blob);
      return work();
    });
  } catch (error) {
    for (const blob of staged) store.discard(blob);
    // Bytes may have been known before, and a listener may have thrown after the commit.
    store.drop(staged.map(({ sha256 }) => sha256).filter((sha256) => !findBlob(db, sha256)));
    throw error;
  }
}
