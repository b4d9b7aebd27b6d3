/** What the studio keeps of an owner, in numbers, and who signs its receipts: for the page that says so. Reads only. */
import { sql } from 'drizzle-orm';
import { fingerprintOf } from '../../db/folder/studio-key.ts';
import type { Stored } from '../../studio/protocol.ts';
import type { Runtime } from '../runtime.ts';

type Sum = { count: number; bytes: number };

export function storedView({ db, owner, studioKey }: Runtime): Stored {
  const ofOwner = sql`pictures JOIN turns ON turns.id = pictures.turn_id
    JOIN sessions ON sessions.id = turns.session_id WHERE sessions.owner = ${owner}`;
  // The same bytes count once, however many pictures have them.
  const sum = (column: string): Sum =>
    db.orm.get<Sum>(sql`
      SELECT count(*) AS count, coalesce(sum(size_bytes), 0) AS bytes FROM blobs
      WHERE sha256 IN (SELECT ${sql.raw(`pictures.${column}`)} FROM ${ofOwner})`)!;
  const count = (of: string, which = sql`1`): number =>
    db.orm.get<{ count: number }>(sql`
      SELECT count(*) AS count FROM ${sql.raw(of)} WHERE sessions.owner = ${owner} AND ${which}`)!.count;
  const arrays = [sum('latent_blob'), sum('prior_blob')];
  return {
    sessions: count('sessions', sql`deleted_at IS NULL`),
    deletedSessions: count('sessions', sql`deleted_at IS NOT NULL`),
    messages: count('turns JOIN sessions ON sessions.id = turns.session_id', sql`turns.kind <> 'upload'`),
    pictures: sum('pixels_blob'),
    originals: sum('original_blob'),
    arrays: {
      count: arrays.reduce((total, each) => total + each.count, 0),
      bytes: arrays.reduce((total, each) => total + each.bytes, 0),
    },
    signedBy: fingerprintOf(studioKey.publicKey),
  };
}
