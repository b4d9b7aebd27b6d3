/** Deleting works on a full disk, and what was deleted is purged after its time whatever the clock was once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findBlob, insertMask } from '../../db/blob-rows.ts';
import { BlobStore } from '../../db/blobs.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { keepBlobs } from '../../db/keep-blobs.ts';
import { findSession, insertSession, markDeleted } from '../../db/sessions.ts';
import { GRACE_MS, purgeSessions } from '../../server/turns/deleting/purge.ts';
import { freshFolders, serve } from './harness.ts';
import { smallDisk } from './small-disk.ts';

/** Takes what room is left, to the last byte. */
function fillUp(disk: string): void {
  for (const [place, size] of [1 << 16, 1 << 12, 1].entries())
    for (let count = 0; count < 2_000; count += 1)
      try {
        writeFileSync(join(disk, `filler-${place}-${count}`), Buffer.alloc(size));
      } catch {
        break;
      }
}

test('sessions can be deleted and purged on a full disk', async (context) => {
  const disk = smallDisk('size=8m');
  if (!disk) return context.skip();
  const client = await serve({ dataDir: join(disk, 'data') });
  const ids: string[] = [];
  const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
  for (let count = 0; count < 3; count += 1) {
    const { id } = await client.newSession();
    const create = { width: 256, height: 256, channels: 3, background: '#000', noise } as const;
    await client.upload(id, await sharp({ create }).png().toBuffer());
    ids.push(id);
  }
  fillUp(disk);
  const refused = await client.upload(
    ids[0]!,
    await sharp({
      create: { width: 256, height: 256, channels: 3, background: '#00f', noise },
    })
      .png()
      .toBuffer(),
  );
  expect([refused.status, refused.body.error.code]).toEqual([507, 'disk_full']);
  for (const id of ids) expect((await client.call('DELETE', `/api/sessions/${id}`)).status).toBe(204);
  expect(purgeSessions(client.runtime, 0)).toBe(3);
  // What was kept for this is kept again once there is room.
  const { id } = await client.newSession();
  fillUp(disk);
  expect((await client.call('DELETE', `/api/sessions/${id}`)).status).toBe(204);
});

const HOUR_MS = 60 * 60 * 1000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** A data folder with a deleted session, and a clock to be set. */
function deleted() {
  const { dataDir } = freshFolders();
  let time = Date.now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => time);
  let db = openDatabase(dataDir);
  const blobs = new BlobStore(dataDir);
  onTestFinished(() => {
    db.close();
    clock.mockRestore();
  });
  return {
    remove(): string {
      return db.write(() => {
        const { id } = insertSession(db, 'local', 'deleted');
        markDeleted(db, id, db.now());
        return id;
      });
    },
    /** Keeps a mask that no message uses. */
    async paint(name: string): Promise<string> {
      const staged = await blobs.stage(Buffer.from(name), 'image/png');
      keepBlobs(db, blobs, [staged], () => insertMask(db, 'local', staged.sha256));
      return staged.sha256;
    },
    isKept: (sha256: string) => findBlob(db, sha256) !== undefined && blobs.has(sha256),
    pass(ms: number): void {
      time += ms;
    },
    /** Sweeps every hour of the time that passes. */
    run(ms: number): void {
      for (let left = ms; left > 0; left -= HOUR_MS) {
        time += HOUR_MS;
        purgeSessions({ db, blobs });
      }
    },
    sweep: () => purgeSessions({ db, blobs }),
    restart(): void {
      db.close();
      db = openDatabase(dataDir);
    },
    has: (id: string) => findSession(db, id) !== undefined,
  };
}

test('a clock ten years ahead once delays no purge, and hastens none by more than a part of a day', () => {
  const folder = deleted();
  const before = folder.remove();
  folder.sweep();
  folder.pass(10 * YEAR_MS);
  folder.restart();
  folder.sweep();
  const during = folder.remove();
  folder.sweep();
  expect([folder.has(before), folder.has(during)]).toEqual([true, true]);
  folder.pass(-10 * YEAR_MS);
  folder.restart();
  const after = folder.remove();
  folder.run(GRACE_MS / 2);
  expect(folder.has(after)).toBe(true);
  folder.run(GRACE_MS);
  expect([before, during, after].map(folder.has)).toEqual([false, false, false]);
});

test('masks that were not sent go after their time, whatever the clock was once', async () => {
  const folder = deleted();
  const before = await folder.paint('before');
  folder.pass(70 * YEAR_MS);
  const during = await folder.paint('during');
  folder.remove();
  folder.pass(-70 * YEAR_MS);
  folder.restart();
  const after = await folder.paint('after');
  folder.run(GRACE_MS / 2);
  expect([before, during, after].map(folder.isKept)).toEqual([true, true, true]);
  folder.run(GRACE_MS);
  expect([before, during, after].map(folder.isKept)).toEqual([false, false, false]);
});

test('a session that was restored and deleted again waits its whole time again; days without a server count', () => {
  const folder = deleted();
  const id = folder.remove();
  folder.run(GRACE_MS - 2 * HOUR_MS);
  expect(folder.has(id)).toBe(true);
  folder.run(3 * HOUR_MS);
  expect(folder.has(id)).toBe(false);
  const other = folder.remove();
  folder.sweep();
  for (let starts = 0; starts < 4; starts += 1) {
    folder.pass(3 * GRACE_MS);
    folder.restart();
    folder.sweep();
  }
  expect(folder.has(other)).toBe(false);
});
