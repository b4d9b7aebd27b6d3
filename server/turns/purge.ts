/**
 * Deleted sessions, deleted for good after their time. How long a session has been deleted is added up from sweep to sweep, not
 * read off a clock: a clock that stood years ahead once neither keeps everything for years nor takes everything at once.
 */

import { blobsOfSession, deleteUnreferencedBlobs, unusedBlobs } from '../../db/blob-rows.ts';
import { dropEventsOfSession } from '../../db/events.ts';
import { deletedSessions, deleteSession, type SessionRow } from '../../db/sessions.ts';
import { readSetting, writeSetting } from '../../db/settings.ts';
import { dropThumbnails, trimThumbnails } from '../files/thumbnails.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { sessionView } from '../views/views.ts';

type Parts = Pick<Runtime, 'db' | 'blobs'>;

/** How long a file that no row names is kept: a mask that was painted for a message that was never sent. */
const UNUSED_MS = 7 * 24 * 60 * 60 * 1000;
/** How long a deleted session can be restored. */
export const GRACE_MS = 24 * 60 * 60 * 1000;
const SWEEP_INTERVAL_MS = 60 * 60 * 1000;
/** The most that one sweep adds: the time that a server was away counts, a clock that leapt hardly does. */
const MAX_STEP_MS = 6 * 60 * 60 * 1000;

/** What the last sweep left: when it was by the clock, and how long each session had been deleted. */
interface Sweep {
  at: number;
  /** By id; `deletedAt` tells a session that was restored and deleted again. */
  ages: Record<string, { deletedAt: number; ms: number }>;
  /** How long each file has been named by no row, by its hash. Absent in what earlier versions left. */
  unused?: Record<string, number>;
}

const SWEEP = 'purge.sweep';

/**
 * Deletes for good what has been deleted for `graceMs` or longer: rows, events, and bytes that nothing else names; and files that no
 * row has named for `unusedMs`. Answers how many sessions that were.
 */
export function purgeSessions(parts: Parts, graceMs = GRACE_MS, unusedMs = UNUSED_MS): number {
  const { db } = parts;
  const deleted = deletedSessions(db);
  const { ages, unused = {} } = sweep(parts, deleted);
  const forgotten = Object.keys(unused).filter((sha256) => unused[sha256]! >= unusedMs);
  if (forgotten.length > 0) parts.blobs.drop(db.writeOnReserve(() => deleteUnreferencedBlobs(db, forgotten)));
  const due = deleted.filter(({ id }) => ages[id]!.ms >= graceMs);
  for (const row of due) purge(parts, row);
  db.reserve.keep();
  return due.length;
}

/** Purges now and then what has been deleted for long enough; the answer stops it with `clearInterval`. */
export function startPurging(parts: Pick<Runtime, 'db' | 'blobs' | 'log'>): NodeJS.Timeout {
  const purgeAll = () => {
    try {
      purgeSessions(parts);
      trimThumbnails(parts.blobs);
    } catch (error) {
      parts.log.error({ err: error }, 'deleted sessions could not be purged');
    }
  };
  purgeAll();
  return setInterval(purgeAll, SWEEP_INTERVAL_MS).unref();
}

/** Adds the time since the last sweep to the ages of those that were deleted by then, and stores them. */
function sweep({ db }: Parts, deleted: readonly SessionRow[]): Sweep {
  const before = readSetting<Sweep | null>(db, SWEEP, null);
  const at = Date.now();
  const step = before ? Math.min(Math.max(at - before.at, 0), MAX_STEP_MS) : 0;
  const ages = Object.fromEntries(
    deleted.map(({ id, deletedAt }) => {
      const known = before?.ages[id];
      const ms = known?.deletedAt === deletedAt ? known.ms + step : 0;
      return [id, { deletedAt: deletedAt!, ms }];
    }),
  );
  const unused = Object.fromEntries(
    unusedBlobs(db).map((sha256) => {
      const known = before?.unused?.[sha256];
      return [sha256, known === undefined ? 0 : known + step];
    }),
  );
  const after: Sweep = { at, ages, unused };
  const isEmpty = ({ ages, unused = {} }: Omit<Sweep, 'at'>) =>
    Object.keys(ages).length + Object.keys(unused).length === 0;
  const isNews = !isEmpty(after) || (before !== null && !isEmpty(before));
  if (isNews) db.writeOnReserve(() => writeSetting(db, SWEEP, after));
  return after;
}

function purge({ db, blobs }: Parts, row: SessionRow): void {
  const session = sessionView(row);
  const dropped = db.writeOnReserve(() => {
    const candidates = blobsOfSession(db, row.id);
    deleteSession(db, row.id);
    dropEventsOfSession(db, row.id);
    const event = { sessionId: row.id, jobId: null, type: 'session.purged', payload: { session } } as const;
    appendEvent(db, event, row.owner);
    return deleteUnreferencedBlobs(db, candidates);
  });
  blobs.drop(dropped);
  dropThumbnails(blobs, dropped);
}
