/** Requests with one key that come at one time are one request: one session, one upload, one turn. */
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { answerOnce } from '../../server/turns/answer-once.ts';
import { claimOf } from '../../server/turns/store-turn.ts';
import type { SessionPage } from '../../studio/protocol.ts';
import { type Client, serve } from './harness.ts';

const picture = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();

interface Edited {
  palimpsest: { session_id: string; image_ids: string[] };
}

async function edit(client: Client, key: string, image: Uint8Array, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.append('image', new Blob([image.slice()]), 'red.png');
  for (const [name, value] of Object.entries({ prompt: 'at night', num_inference_steps: '1', ...fields }))
    form.append(name, value);
  return client.call<Edited>('POST', '/v1/images/edits', form, { 'Idempotency-Key': key });
}

const sessionsOf = async (client: Client) =>
  (await client.call<SessionPage>('GET', '/api/sessions')).body.sessions;

it('makes one session for three edits of a file', async () => {
  const client = await (await serve()).ready();
  const file = await picture('#f00');
  const answers = await Promise.all([1, 2, 3].map(() => edit(client, 'one', file)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body.palimpsest.image_ids))).size).toBe(1);
  const sessions = await sessionsOf(client);
  expect(sessions.map(({ id }) => id)).toEqual([answers[0]!.body.palimpsest.session_id]);
  expect((await client.open(sessions[0]!.id)).turns.map(({ kind }) => kind)).toEqual(['upload', 'edit']);
});

it('takes a file once for two edits in a session', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const file = await picture('#f00');
  const answers = await Promise.all([1, 2].map(() => edit(client, 'two', file, { session_id: id })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await client.open(id)).turns.map(({ kind }) => kind)).toEqual(['upload', 'edit']);
});

it('refuses another request with the key of one under way, and takes nothing of it', async () => {
  const client = await (await serve()).ready();
  const [red, blue] = [await picture('#f00'), await picture('#00f')];
  const answers = await Promise.all([edit(client, 'three', red), edit(client, 'three', blue)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const sessions = await sessionsOf(client);
  expect(sessions).toHaveLength(1);
  expect((await client.open(sessions[0]!.id)).turns.map(({ kind }) => kind)).toEqual(['upload', 'edit']);
});

it('lets the next try where the first fails', async () => {
  const { runtime } = await serve();
  const claim = claimOf(runtime, 'four', 'a fox');
  const tried: string[] = [];
  const take = (name: string) => async () => {
    tried.push(name);
    await Promise.resolve();
    throw new Error(name);
  };
  const answers = [answerOnce(runtime, claim, take('first')), answerOnce(runtime, claim, take('second'))];
  expect(tried).toEqual(['first']);
  const reasons = (await Promise.allSettled(answers)).map((each) => 'reason' in each && each.reason.message);
  expect(reasons).toEqual(['first', 'second']);
});
