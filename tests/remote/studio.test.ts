/**
 * A studio that draws elsewhere, end to end and in real processes: the engine is another Palimpsest. It draws, edits, is stopped
 * between pictures, loses its engine and has it back, and goes on with the embedded one; nothing is lost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verify } from '../../command/verify.ts';
import type { Engine } from '../../engine/index.ts';
import type { Health, SessionPage, TurnView } from '../../studio/protocol.ts';
import { poll } from '../server/api-client.ts';
import { LiveServer, QUICK } from '../server/live-server.ts';

const SCRIPT = 'tests/server/pageless-server.ts';
const KEY = 'a-key-that-nobody-may-see';

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-remote-'));
let elsewhere: LiveServer;
let studio: LiveServer;

const startElsewhere = (port = '0') =>
  LiveServer.start(join(folder, 'elsewhere'), { PORT: port, CHECKPOINT_MS: '1000' }, SCRIPT);
const startStudio = (env: Record<string, string>) => LiveServer.start(join(folder, 'studio'), env, SCRIPT);

beforeAll(async () => {
  elsewhere = await startElsewhere();
  studio = await startStudio({
    ...{ PALIMPSEST_ENGINE: `openai:${elsewhere.url}/v1`, PALIMPSEST_ENGINE_KEY: KEY },
    // Nothing is drawn by a checkpoint that is not there.
    PALIMPSEST_MODEL: folder,
  });
});
afterAll(async () => {
  await studio?.kill();
  await elsewhere?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const health = async () => (await studio.call<Health>('GET', '/api/health')).body;
const repeat = (turnId: string, sameLayoutAs: string) =>
  studio.call(
    'POST',
    `/api/turns/${turnId}/repeat`,
    { options: {}, sameLayoutAs },
    { 'Idempotency-Key': crypto.randomUUID() },
  );
const made = async (sessionId: string, turn: Parameters<LiveServer['turn']>[1]) => {
  const { body } = await studio.turn(sessionId, turn);
  return studio.finished(sessionId, body.turn.id);
};
const turnOf = async (sessionId: string, turnId: string): Promise<TurnView> =>
  (await studio.open(sessionId)).turns.find(({ id }) => id === turnId)!;
/** Sends a message for several pictures and waits for the first. */
const begun = async (sessionId: string, seed: number) => {
  const { body } = await studio.turn(sessionId, {
    prompt: 'a boat',
    options: { ...QUICK, steps: 6, seed, count: 4 },
  });
  const first = await poll(
    'the first picture',
    async () => (await turnOf(sessionId, body.turn.id)).pictures[0],
  );
  return { turnId: body.turn.id, jobId: body.job.id, first };
};

let sessionId: string;
let first: TurnView;

test('it draws, and says what draws and what that cannot do; its key is nowhere to be seen', async () => {
  sessionId = (await studio.newSession()).id;
  first = await made(sessionId, { prompt: 'a fox at sea', options: QUICK });
  expect(first).toMatchObject({
    job: { state: 'done' },
    pictures: [{ hasLayout: false, widthPx: QUICK.widthPx }],
  });
  expect(first.recipe!.numerics).toMatch(/^elsewhere: /);
  const state = await health();
  expect(state.model!.can).toMatchObject({
    sameLayout: false,
    masks: true,
    abort: 'picture',
    previews: true,
  });
  expect(JSON.stringify([state, await studio.open(sessionId)])).not.toContain(KEY);
});

test('it edits from pixels, and the drift of the edit is measured', async () => {
  const edit = await made(sessionId, { mode: 'edit', prompt: 'at night', options: { steps: 2 } });
  expect(edit).toMatchObject({
    job: { state: 'done' },
    inputs: [{ role: 'target', pictureId: first.pictures[0]!.id }],
  });
  const drift = await poll(
    'the drift',
    async () => (await turnOf(sessionId, edit.id)).pictures[0]!.drift ?? undefined,
  );
  expect(drift.parent).toMatchObject({ changedTokenShare: null });
});

test('a layout cannot be kept nor shared, which is said before anything is drawn', async () => {
  const kept = await repeat(first.id, first.pictures[0]!.id);
  expect(kept).toMatchObject({ status: 400, body: { error: { code: 'unsupported', reason: 'no_tokens' } } });
  const options = { ...QUICK, count: 2, layout: 'shared' } as const;
  const shared = await studio.turn(sessionId, { prompt: 'two foxes', options });
  expect(shared).toMatchObject({
    status: 400,
    body: { error: { code: 'unsupported', reason: 'same_layout' } },
  });
});

test('verify says that it was made elsewhere', async () => {
  const response = await fetch(`${studio.url}/images/${first.pictures[0]!.hash}?download`);
  const file = new Uint8Array(await response.arrayBuffer());
  const verdict = await verify(file, { info: { digest: '' } } as Engine, async () => undefined);
  expect(verdict).toMatchObject({ outcome: 'missing', message: expect.stringContaining('made elsewhere') });
});

test('a stop between pictures keeps those that are there; Retry makes the others', async () => {
  const { turnId, jobId, first: kept } = await begun(sessionId, 21);
  await studio.call('POST', `/api/jobs/${jobId}/cancel`);
  const stopped = await studio.finished(sessionId, turnId);
  expect(stopped.job.state).toBe('cancelled');
  expect(stopped.pictures.length).toBeLessThan(4);
  await studio.call('POST', `/api/jobs/${jobId}/retry`);
  const whole = await studio.finished(sessionId, turnId);
  expect(whole.job.state).toBe('done');
  expect(whole.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(whole.pictures[0]).toEqual(kept);
});

test('its engine is killed midway and comes back: the job goes on by itself, and nothing is lost or stored twice', async () => {
  const { turnId, first: kept } = await begun(sessionId, 22);
  const { port } = new URL(elsewhere.url);
  await elsewhere.kill('SIGKILL');
  await poll('the loss', async () => ((await health()).state === 'restarting' ? true : undefined));
  expect((await turnOf(sessionId, turnId)).job!.state).toBe('interrupted');
  elsewhere = await startElsewhere(port);
  const whole = await studio.finished(sessionId, turnId);
  expect(whole.job.state).toBe('done');
  expect(whole.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(whole.pictures[0]).toEqual(kept);
});

test('over there its sessions are put away', async () => {
  const { sessions } = (await elsewhere.call<SessionPage>('GET', '/api/sessions?state=archived')).body;
  expect(sessions.length).toBeGreaterThan(0);
});

test('the embedded engine goes on from the pixels of what was made elsewhere', async () => {
  await studio.kill();
  studio = await startStudio({});
  const before = (await studio.open(sessionId)).turns.flatMap(({ pictures }) => pictures);
  expect(before).toHaveLength(10);
  const edit = await made(sessionId, {
    ...{ mode: 'edit', prompt: 'in the snow', options: { steps: 2 } },
    inputs: [{ pictureId: first.pictures[0]!.id, role: 'target' }],
  });
  expect(edit).toMatchObject({ job: { state: 'done' }, pictures: [{ hasLayout: true }] });
  const answer = await repeat(first.id, first.pictures[0]!.id);
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { code: 'unsupported', reason: 'no_tokens' } },
  });
});
