/**
 * Deleted sessions, deleted for good after their time. How long a session has been deleted is added up from sweep to sweep, not
 * read off a clock: a clock that stood years ahead once neither keeps everything for years nor takes everything at once.
 */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { blobsOfSession, deleteUnreferencedBlobs, unusedBlobsOf } from '../../../db/blob-rows.ts';
import { dropHalfImported, halfImported } from '../../../db/bundle/insert-bundle.ts';
import { dropEventsOfSession } from '../../../db/events.ts';
import { dropLabels } from '../../../db/folder/labels.ts';
import { deletedSessions, deleteSession, type SessionRow } from '../../../db/sessions.ts';
import { readSetting, writeSetting } from '../../../db/settings.ts';
import { dropThumbnails, trimThumbnails } from '../../files/thumbnails.ts';
import { appendEvent } from '../../log/event-log.ts';
import type { Runtime } from '../../runtime.ts';
import { sessionView } from '../../views/views.ts';

type Parts = Pick<Runtime, 'db' | 'blobs'>;

/** How long a deleted session can be restored. */
export const GRACE_MS = 24 * 60 * 60 * 1000;
const SWEEP_INTERVAL_MS = 60 * 60 * 1000;
/** The most that one sweep adds: the time that a server was away counts, a clock that leapt hardly does. */
const MAX_STEP_MS = 6 * 60 * 60 * 1000;

/** What waits to be deleted for good, since when by the clock: a session, or bytes that nothing names. */
interface Waiting {
  id: string;
  deletedAt: number | null;
}

/** What the last sweep left: when it was by the clock, and how long each session had been deleted. */
interface Sweep {
  at: number;
  /** By id; `deletedAt` tells a session that was restored and deleted again. */
  ages: Record<string, { deletedAt: number; ms: number }>;
}

const SWEEP = 'purge.sweep';

/**
 * Deletes for good what has been deleted for `graceMs` or longer: rows, events, and bytes that nothing else names. Answers how
 * many sessions that were.
 */
export function purgeSessions(parts: Parts, graceMs = GRACE_MS): number {
  const { db } = parts;
  const deleted = deletedSessions(db);
  const ahead = unusedAhead(parts);
  const { ages } = sweep(parts, [...deleted, ...ahead]);
  const due = deleted.filter(({ id }) => ages[id]!.ms >= graceMs);
  for (const row of due) purge(parts, row);
  if (due.length > 0) forget(parts);
  dropUnused(
    parts,
    ahead.map(({ id }) => id).filter((id) => ages[id]!.ms >= graceMs),
  );
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
  for (const { id } of halfImported(parts.db)) dropHalfImported(parts.db, parts.blobs, id);
  return setInterval(purgeAll, SWEEP_INTERVAL_MS).unref();
}

/** Adds the time since the last sweep to the ages of those that were deleted by then, and stores them. */
function sweep({ db }: Parts, deleted: readonly Waiting[]): Sweep {
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
  const after: Sweep = { at, ages };
  const isNews = deleted.length > 0 || Object.keys(before?.ages ?? {}).length > 0;
  if (isNews) db.writeOnReserve(() => writeSetting(db, SWEEP, after));
  return after;
}

function purge({ db, blobs }: Parts, row: SessionRow): void {
  // Its title was made of its first message.
  const session = { ...sessionView(row), title: '' };
  const dropped = db.writeOnReserve(() => {
    const candidates = blobsOfSession(db, row.id);
    deleteSession(db, row.id);
    dropEventsOfSession(db, row.id);
    const event = { sessionId: row.id, jobId: null, type: 'session.purged', payload: { session } } as const;
    appendEvent(db, event, row.owner);
    return deleteUnreferencedBlobs(db, candidates);
  });
  blobs.drop(dropped);
  dropLabels(blobs.dataFolder, row.id);
  dropThumbnails(blobs, dropped);
}

/** Unused bytes of a time that is not yet: a clock was ahead, and the times of what is stored never go back. Their age is added up too. */
function unusedAhead({ db }: Parts): Waiting[] {
  const from = Date.now() + GRACE_MS;
  return unusedBlobsOf(db, from, Number.MAX_SAFE_INTEGER).map((id) => ({ id, deletedAt: 0 }));
}

/** Masks that were painted and not sent within a day, as long after as a server may have been away, and `due` ones. */
function dropUnused({ db, blobs }: Parts, due: readonly string[]): void {
  const to = Date.now() - GRACE_MS;
  const unused = [...unusedBlobsOf(db, to - UNUSED_SPAN_MS, to), ...due];
  if (unused.length === 0) return;
  const dropped = db.writeOnReserve(() => deleteUnreferencedBlobs(db, unused));
  blobs.drop(dropped);
  dropThumbnails(blobs, dropped);
}

const UNUSED_SPAN_MS = 30 * 24 * 60 * 60 * 1000;

/** Of what was deleted nothing stays in the log of the database, nor in what the engines keep on the disk of pictures that they read. */
function forget({ db, blobs }: Parts): void {
  db.emptyLog();
  for (const cache of CACHES) {
    const root = join(blobs.dataFolder, cache);
    if (!existsSync(root)) continue;
    // The folders stay: engines write there, and take a file that is gone for one that was never kept.
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) rmSync(join(entry.parentPath, entry.name), { force: true });
  }
}

const CACHES = ['cache', 'caches'];
