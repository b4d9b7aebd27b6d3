/** Turns over HTTP and their events, on a real server with a real engine. */
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../studio/protocol.ts';
import { LiveServer, QUICK } from './live-server.ts';

let server: LiveServer;
beforeAll(async () => {
  server = await LiveServer.start(mkdtempSync(join(tmpdir(), 'palimpsest-server-')));
});
afterAll(() => server.kill());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function finishedTurn(prompt = 'a fox', options: object = QUICK) {
  const { id: session } = await server.newSession();
  const { body } = await server.turn(session, { prompt, mode: 'new', options });
  return { session, turn: await server.finished(session, body.turn.id) };
}

test('a sentence becomes a picture, served under its hash, and the next sentence edits it', async () => {
  const { session, turn } = await finishedTurn();
  expect(turn.job.state).toBe('done');
  const [picture] = turn.pictures;
  const { bytes, headers } = await server.picture(picture!.hash);
  expect(sha256(bytes)).toBe(picture!.hash);
  expect(headers.get('cache-control')).toContain('immutable');
  expect((await sharp(bytes).stats()).channels.some(({ stdev }) => stdev > 0)).toBe(true);

  const { body } = await server.turn(session, { prompt: 'now at night', mode: 'edit', options: QUICK });
  const edit = await server.finished(session, body.turn.id);
  expect(edit.job.state).toBe('done');
  expect(edit.inputs).toMatchObject([{ pictureId: picture!.id, role: 'target' }]);
});

test('the same recipe gives the same bytes', async () => {
  const [first, second] = [await finishedTurn(), await finishedTurn()];
  expect(first.turn.pictures[0]!.hash).toBe(second.turn.pictures[0]!.hash);
});

test('a key sent again replays its answer; with another body it is refused', async () => {
  const { id: session } = await server.newSession();
  const turn = { prompt: 'a castle', mode: 'new' as const, options: QUICK };
  const [first, again] = [await server.turn(session, turn, 'one'), await server.turn(session, turn, 'one')];
  expect(again.body.turn.id).toBe(first.body.turn.id);
  expect((await server.turn(session, { ...turn, prompt: 'a boat' }, 'one')).status).toBe(409);
  await server.finished(session, first.body.turn.id);
  expect((await server.open(session)).turns).toHaveLength(1);
});

describe('a bad turn is refused by field and leaves nothing behind', () => {
  test.each([
    ['an empty prompt', { prompt: '  ' }, 'prompt'],
    ['a prompt over the limit', { prompt: 'x'.repeat(100_001) }, 'prompt'],
    ['a size that is no multiple of 32', { options: { widthPx: 100, heightPx: 128 } }, 'options.widthPx'],
    ['an unknown picture', { inputs: [{ pictureId: 'nobody', role: 'reference' as const }] }, undefined],
    ['no steps', { options: { steps: 0 } }, 'options.steps'],
  ])('%s', async (_, change, field) => {
    const { id: session } = await server.newSession();
    const answer = await server.turn(session, { prompt: 'a fox', mode: 'new', ...change });
    expect(answer.status).toBe(400);
    if (field) expect(answer.body.error?.field).toBe(field);
    expect((await server.open(session)).turns).toEqual([]);
  });

  test('an unknown session', async () => {
    expect((await server.turn('nowhere', { prompt: 'a fox', mode: 'new' })).status).toBe(404);
  });
});

test('an upload becomes a picture to edit; what is no picture is refused with a reason', async () => {
  const { id: session } = await server.newSession();
  const png = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#3377aa' } })
    .png()
    .toBuffer();
  const good = await server.upload(session, png);
  expect(good.status).toBe(201);
  expect(good.body.turn!.pictures[0]).toMatchObject({ widthPx: 96, heightPx: 64 });
  for (const bad of [Buffer.from('hello'), png.subarray(0, png.length / 2)]) {
    const refused = await server.upload(session, bad);
    expect(refused.status).toBe(400);
    expect(refused.body.error!.message).toMatch(/picture/i);
  }
  expect((await server.open(session)).turns).toHaveLength(1);
});

test('stop ends a running turn and leaves the next one alone', async () => {
  const { id: session } = await server.newSession();
  const long = await server.turn(session, {
    prompt: 'a long one',
    mode: 'new',
    options: { ...QUICK, steps: 200, count: 4 },
  });
  const next = await server.turn(session, { prompt: 'a short one', mode: 'new', options: QUICK });
  await server.working(session, long.body.turn.id);
  expect((await server.call('POST', `/api/jobs/${long.body.job.id}/cancel`, {})).status).toBe(202);
  expect((await server.finished(session, long.body.turn.id)).job.state).toBe('cancelled');
  expect((await server.finished(session, next.body.turn.id)).job.state).toBe('done');
});

test('a socket that breaks and asks again from its cursor sees every event once, in order', async () => {
  const { session } = await finishedTurn('a fox for two readers');
  const isDone = ({ type }: SessionEvent) => type === 'job.done';
  const whole = (await server.until(session, isDone)).map(({ seq }) => seq);
  const last = whole.at(-1)!;
  expect(whole).toEqual([...new Set(whole)].sort((a, b) => a - b));
  for (const breakAfter of [1, 2, 3, 5, 8]) {
    const seen: number[] = [];
    while ((seen.at(-1) ?? 0) < last) {
      let taken = 0;
      const isEnough = (event: SessionEvent) => ++taken >= breakAfter || isDone(event);
      seen.push(...(await server.until(session, isEnough, seen.at(-1) ?? 0)).map(({ seq }) => seq));
    }
    expect(seen).toEqual(whole);
  }
});
