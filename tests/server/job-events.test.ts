/** Those who wait for a job over the APIs: what they are told after a retry, while they wait, and when they leave. */
import { expect, it } from 'vitest';
import type { QueueView } from '../../app/protocol.ts';
import { type Client, freshFolders, serve } from './harness.ts';
import { HELD_ENGINE, hold } from './held-engine.ts';

const ASKED = { prompt: 'a fox', size: '64x64' } as const;

/** A server whose engine waits after each event of a type until it is released. */
async function heldServer(after: 'stage' | 'image') {
  const folders = freshFolders();
  const release = hold(folders.modelDir, after);
  const engine = { engineModule: HELD_ENGINE, restartDelayMs: 10 };
  return { client: await (await serve({ ...folders, engine })).ready(), release };
}

async function runningJob(client: Client) {
  const running = async () => {
    const { entries } = (await client.call<QueueView>('GET', '/api/queue')).body;
    return entries.find(({ job }) => job.state === 'running');
  };
  await expect.poll(running).toBeDefined();
  return (await running())!;
}

it('gives a key whose job was stopped and tried again the pictures of both runs', async () => {
  const { client, release } = await heldServer('image');
  const send = () =>
    client.call('POST', '/v1/images/generations', { ...ASKED, n: 2 }, { 'Idempotency-Key': 'a key' });
  const stopped = send();
  const { job, sessionId } = await runningJob(client);
  await client.until(sessionId, ({ type }) => type === 'image.saved');
  await client.call('POST', `/api/jobs/${job.id}/cancel`);
  release();
  expect(await stopped).toMatchObject({ status: 409, body: { error: { code: 'cancelled' } } });
  expect((await send()).status).toBe(409);

  await client.call('POST', `/api/jobs/${job.id}/retry`);
  const one = { b64_json: expect.any(String) };
  expect(await send()).toMatchObject({ status: 200, body: { data: [one, one] } });
});
