/** Those who wait for a job over the APIs: what they are told after a retry, while they wait, and when they leave. */
import OpenAI from 'openai';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Database } from '../../db/database.ts';
import { createApp } from '../../server/http/app.ts';
import { DRAWING_TOOLS } from '../../server/http/mcp/draw.ts';
import type { Extra } from '../../server/http/mcp/tool.ts';
import type { QueueView } from '../../studio/protocol.ts';
import { type Client, freshFolders, serveFaulty } from './harness.ts';
import { HELD_ENGINE, hold } from './held-engine.ts';

const ASKED = { prompt: 'a fox', size: '64x64' } as const;

/** A server whose engine waits after each event of a type until it is released. */
async function heldServer(after: 'stage' | 'picture') {
  const folders = freshFolders();
  const release = hold(folders.modelDir, after);
  const engine = { engineModule: HELD_ENGINE, restartDelayMs: 10 };
  return { client: await (await serveFaulty({ ...folders, engine })).ready(), release };
}

/** The API itself, so that the answer is read, and the request left, where the test says. */
async function ask({ runtime }: Client, body: object, signal?: AbortSignal): Promise<Response> {
  const init = { method: 'POST', body: JSON.stringify({ ...ASKED, ...body }), signal: signal ?? null };
  return createApp(runtime).request('http://127.0.0.1/v1/images/generations', init);
}

/** How many listen to the database from now on. */
function listeners(db: Database): () => number {
  let count = 0;
  const onEvents = db.onEvents.bind(db);
  db.onEvents = (listener) => {
    const stop = onEvents(listener);
    count += 1;
    return () => {
      count -= 1;
      stop();
    };
  };
  return () => count;
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
  const { client, release } = await heldServer('picture');
  const send = () =>
    client.call('POST', '/v1/images/generations', { ...ASKED, n: 2 }, { 'Idempotency-Key': 'a key' });
  const stopped = send();
  const { job, sessionId } = await runningJob(client);
  await client.until(sessionId, ({ type }) => type === 'picture.saved');
  await client.call('POST', `/api/jobs/${job.id}/cancel`);
  release();
  expect(await stopped).toMatchObject({ status: 409, body: { error: { code: 'cancelled' } } });
  expect((await send()).status).toBe(409);

  await client.call('POST', `/api/jobs/${job.id}/retry`);
  const one = { b64_json: expect.any(String) };
  expect(await send()).toMatchObject({ status: 200, body: { data: [one, one] } });
});

it('streams of a job that was tried again end with its last run', async () => {
  const { client, release } = await heldServer('stage');
  const openai = new OpenAI({ baseURL: `${client.server.url}/v1`, apiKey: 'none', maxRetries: 0 });
  const asked = { ...ASKED, stream: true } as const;
  const key = { headers: { 'Idempotency-Key': 'a key' } };
  const stopped = await openai.images.generate(asked, key);
  const { job } = await runningJob(client);
  await client.call('POST', `/api/jobs/${job.id}/cancel`);
  release();
  await expect(Array.fromAsync(stopped)).rejects.toMatchObject({ code: 'cancelled' });

  await client.call('POST', `/api/jobs/${job.id}/retry`);
  const events = await Array.fromAsync(await openai.images.generate(asked, key));
  expect(events.at(-1)!.type).toBe('image_generation.completed');
});

it('a stream speaks at once and every 15 s, and leaves nothing behind when its reader goes', async () => {
  const { client } = await heldServer('stage');
  const listening = listeners(client.runtime.db);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { body } = await ask(client, { stream: true });
  const reader = body!.getReader();
  for (let beat = 0; beat < 3; beat += 1) {
    expect(Buffer.from((await reader.read()).value!).toString()).toBe(':\n\n');
    await vi.advanceTimersByTimeAsync(15_000);
  }
  await runningJob(client);
  await expect.poll(listening).toBe(1);
  await reader.cancel();
  expect([listening(), vi.getTimerCount()]).toEqual([0, 0]);
  await runningJob(client);
});

it('a request whose client leaves waits no more, and its job goes on', async () => {
  const { client, release } = await heldServer('stage');
  const listening = listeners(client.runtime.db);
  const leaving = new AbortController();
  const answer = ask(client, {}, leaving.signal);
  const { sessionId } = await runningJob(client);
  await expect.poll(listening).toBe(1);
  leaving.abort();
  expect((await answer).status).toBe(499);
  expect(listening()).toBe(0);
  await runningJob(client);
  release();
  await client.until(sessionId, ({ type }) => type === 'job.done');
});

it('a tool call that is cancelled waits no more, and its job goes on', async () => {
  const { client } = await heldServer('stage');
  const listening = listeners(client.runtime.db);
  const leaving = new AbortController();
  const draw = DRAWING_TOOLS.find(({ name }) => name === 'draw_picture')!;
  const asked = draw.inputSchema.parse({ prompt: 'a fox' });
  const answer = draw.call({ ...client.runtime, origin: '' }, asked, { signal: leaving.signal } as Extra);
  await runningJob(client);
  await expect.poll(listening).toBe(1);
  leaving.abort();
  expect(await answer).toMatchObject({
    isError: true,
    structuredContent: { error: { code: 'client_left' } },
  });
  expect(listening()).toBe(0);
  await runningJob(client);
});
