/** Verbs on jobs at bad moments: the last word counts, every job ends, and the panel hears of each change. */
import { expect, it } from 'vitest';
import type { QueueView } from '../../app/protocol.ts';
import { type Client, freshFolders, serve } from './harness.ts';
import { HELD_ENGINE, hold, release } from './held-engine.ts';

const isStop = (event: { type: string }) => event.type === 'job.paused' || event.type === 'job.cancelled';

/** A job whose engine is in the middle of a unit, and stays there until it is released. */
async function heldJob() {
  const folders = freshFolders();
  hold(folders.modelDir);
  const engine = { engineModule: HELD_ENGINE, restartDelayMs: 10 };
  const client = await (await serve({ ...folders, engine })).ready();
  const { id } = await client.newSession();
  const { job } = (await client.turn(id, { prompt: 'slow', options: { count: 2 } })).body;
  await client.until(id, ({ type }) => type === 'stage');
  return { client, id, job, release: () => release(folders.modelDir) };
}

const queueOf = async (client: Client) => (await client.call<QueueView>('GET', '/api/queue')).body.entries;

it.each([
  ['pause', 'cancel'],
  ['cancel', 'pause'],
])('a job that is asked to %s and to %s within one unit is cancelled', async (first, second) => {
  const { client, id, job, release } = await heldJob();
  for (const verb of [first, second])
    expect((await client.call('POST', `/api/jobs/${job.id}/${verb}`)).status).toBe(202);
  release();
  expect((await client.until(id, isStop)).at(-1)!.type).toBe('job.cancelled');
});

it('a session deleted in the unit in which its job was paused leaves nothing in the queue', async () => {
  const { client, id, job, release } = await heldJob();
  await client.call('POST', `/api/jobs/${job.id}/pause`);
  expect((await client.call('DELETE', `/api/sessions/${id}`)).status).toBe(204);
  release();
  expect((await client.until(id, isStop)).at(-1)!.type).toBe('job.cancelled');
  expect(await queueOf(client)).toEqual([]);
});
