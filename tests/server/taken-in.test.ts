/** A picture that cannot be taken in after all leaves no bytes behind. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { BlobStore } from '../../db/blobs.ts';
import { removeSession } from '../../server/turns/sessions.ts';
import { type Client, freshFolders, isEnd, QUICK, serve } from './harness.ts';

/** Lets something happen while a file is staged, before anyone hears that it is. */
function whileStaging({ runtime: { blobs } }: Client, happen: (nth: number) => void): void {
  const stage = blobs.stage.bind(blobs);
  let nth = 0;
  const spy = vi.spyOn(blobs, 'stage').mockImplementation(async (...args: Parameters<BlobStore['stage']>) => {
    nth += 1;
    const mine = nth;
    const staged = await stage(...args);
    try {
      happen(mine);
    } catch (error) {
      blobs.discard(staged);
      throw error;
    }
    return staged;
  });
  onTestFinished(() => spy.mockRestore());
}

async function served() {
  const { dataDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  return { client, id, staged: () => readdirSync(join(dataDir, 'blobs/staging')) };
}

const picture = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: '#f00' } })
    .jpeg()
    .toBuffer();

const upload = (client: Client, id: string, file: Uint8Array) =>
  client.call('POST', `/api/sessions/${id}/uploads`, file);

/** A disk that is full for the second file that is written to it. */
function fullForSecond(nth: number): void {
  if (nth === 2) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
}

it('an upload into a session that is deleted meanwhile', async () => {
  const { client, id, staged } = await served();
  whileStaging(client, (nth) => nth === 1 && removeSession(client.runtime, id));
  expect(await upload(client, id, await picture())).toMatchObject({
    status: 404,
    body: { error: { code: 'deleted_session' } },
  });
  expect([staged(), [...client.runtime.blobs.all()]]).toEqual([[], []]);
});

it('a picture of ours that is dropped into a session that is deleted meanwhile', async () => {
  const { client, id, staged } = await served();
  await client.turn(id, { options: QUICK });
  await client.until(id, isEnd);
  const { hash } = (await client.open(id)).turns[0]!.pictures[0]!;
  const file = await (await fetch(`${client.server.url}/images/${hash}?download=fox.png`)).arrayBuffer();
  const other = (await client.newSession()).id;
  whileStaging(client, () => removeSession(client.runtime, other));
  expect((await upload(client, other, new Uint8Array(file))).status).toBe(404);
  expect(staged()).toEqual([]);
});

it('an upload of which one file does not fit', async () => {
  const { client, id, staged } = await served();
  whileStaging(client, fullForSecond);
  expect(await upload(client, id, await picture())).toMatchObject({
    status: 507,
    body: { error: { code: 'disk_full' } },
  });
  expect(staged()).toEqual([]);
});

it('a drawn picture of which one file does not fit', async () => {
  const { client, id, staged } = await served();
  whileStaging(client, fullForSecond);
  await client.turn(id, { options: QUICK });
  const end = (await client.until(id, isEnd)).at(-1)!;
  expect(end).toMatchObject({ type: 'job.failed', payload: { job: { error: { code: 'disk_full' } } } });
  expect(staged()).toEqual([]);
});
