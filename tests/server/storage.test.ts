/** What the data folder holds and what of it is given back; and everything out as one archive. */
import { expect, it } from 'vitest';
import { tarFiles } from '../../db/bundle/tar.ts';
import type { StorageView } from '../../studio/protocol.ts';
import { QUICK, serve } from './harness.ts';

it('space is told by what holds it, and only what nothing needs is given back', async () => {
  const client = await (await serve()).ready();
  const storage = async () => (await client.call<StorageView>('GET', '/api/storage')).body;
  const kept = await client.newSession();
  const gone = await client.newSession();
  for (const { id } of [kept, gone]) {
    await client.turn(id, { prompt: `a fox of ${id}`, options: QUICK });
    await client.until(id, ({ type }) => type === 'job.done');
  }
  const before = await storage();
  expect(before.keptBytes).toBeGreaterThan(0);
  expect(before.freeable.deleted).toBe(0);
  await client.call('DELETE', `/api/sessions/${gone.id}`);
  const deleted = await storage();
  expect(deleted.deletedSessions).toBe(1);
  expect(deleted.freeable.deleted).toBeGreaterThan(0);
  expect(deleted.keptBytes + deleted.freeable.deleted).toBe(before.keptBytes);
  for (const what of ['unused', 'caches', 'deleted'])
    expect((await client.call('POST', '/api/storage/free', { what })).status).toBe(200);
  const after = await storage();
  expect(after.freeable).toMatchObject({ deleted: 0, caches: 0 });
  expect(after.keptBytes).toBe(deleted.keptBytes);
  expect((await client.call('POST', `/api/sessions/${gone.id}/restore`)).status).toBe(404);
  expect((await client.open(kept.id)).turns).toHaveLength(1);
  expect((await client.call('POST', '/api/storage/free', { what: 'everything' })).status).toBe(400);
});

it('all sessions leave as one tar file of bundles, each of which comes in again', async () => {
  const client = await (await serve()).ready();
  for (const prompt of ['a fox', 'a castle']) {
    const { id } = await client.newSession();
    await client.turn(id, { prompt, options: QUICK });
    await client.until(id, ({ type }) => type === 'job.done');
  }
  const answer = await fetch(`${client.url}/api/export`);
  const names: string[] = [];
  for await (const file of tarFiles(answer.body!)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.body) chunks.push(chunk);
    names.push(file.name);
    const bundle = Buffer.concat(chunks);
    expect(bundle.length).toBe(file.sizeBytes);
    expect((await client.call('POST', '/api/sessions/import', bundle)).status).toBe(201);
  }
  expect(names).toHaveLength(2);
  expect(names[0]).toMatch(/^0001 .*\.palimpsest$/);
});
