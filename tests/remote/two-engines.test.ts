/**
 * A studio with two engines, end to end and in real processes: the embedded one, and another Palimpsest. A session goes from one to
 * the other; the one elsewhere is killed midway and comes back, and keeps nobody else back; its key is nowhere to be seen.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineList, TurnView } from '../../studio/protocol.ts';
import { poll } from '../server/api-client.ts';
import { LiveServer, MODEL, QUICK } from '../server/live-server.ts';

const SCRIPT = 'tests/server/pageless-server.ts';
/** The machine may train a model beside the tests. */
const PATIENT = { timeout: 600_000 };
const KEY = 'a-key-that-nobody-may-see';

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-engines-'));
const dataDir = join(folder, 'studio');
const seen: string[] = [];
let elsewhere: LiveServer;
let studio: LiveServer;
let sessionId: string;

const startElsewhere = (port = '0') =>
  LiveServer.start(join(folder, 'elsewhere'), { PORT: port, CHECKPOINT_MS: '1000' }, SCRIPT);

beforeAll(async () => {
  elsewhere = await startElsewhere();
  mkdirSync(dataDir);
  const engines = [
    { name: 'here', kind: 'embedded', folder: MODEL },
    { name: 'gpu', kind: 'openai', addresses: [`${elsewhere.url}/v1`], keyEnv: 'PALIMPSEST_ENGINE_KEY_GPU' },
  ];
  writeFileSync(join(dataDir, 'engines.json'), JSON.stringify({ default: 'here', engines }));
  studio = await LiveServer.start(
    dataDir,
    { PALIMPSEST_ENGINE_KEY_GPU: KEY, PALIMPSEST_LOG: 'trace' },
    SCRIPT,
  );
  const socket = studio.socket();
  socket.on('message', (data) => seen.push(String(data)));
  await new Promise((resolve) => socket.on('open', resolve));
  sessionId = (await studio.newSession()).id;
  for (const feed of ['*', 'queue', sessionId]) socket.send(JSON.stringify({ subscribe: feed, after: 0 }));
  await poll('the engine elsewhere', async () => ((await standingOf('gpu')) === 'ready' ? true : undefined));
});
afterAll(async () => {
  await studio?.kill();
  await elsewhere?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const enginesOf = async () => (await studio.call<EngineList>('GET', '/api/engines')).body.engines;
const standingOf = async (name: string) =>
  (await enginesOf()).find((engine) => engine.name === name)?.standing;
const turnOf = async (turnId: string): Promise<TurnView> =>
  (await studio.open(sessionId)).turns.find(({ id }) => id === turnId)!;
const made = async (turn: Parameters<LiveServer['turn']>[1]) =>
  studio.finished(sessionId, (await studio.turn(sessionId, turn)).body.turn.id);

test('it draws by the one elsewhere, and edits by the embedded one, from pixels', async () => {
  const first = await made({ prompt: 'a fox at sea', model: 'gpu', options: QUICK });
  expect(first).toMatchObject({ job: { state: 'done', engine: 'gpu' }, pictures: [{ hasLayout: false }] });
  expect(first.recipe!.numerics).toMatch(/^elsewhere: /);
  const edit = await made({ mode: 'edit', prompt: 'at night', model: 'here', options: { steps: 2 } });
  expect(edit).toMatchObject({
    job: { state: 'done', engine: 'here' },
    inputs: [{ role: 'target', pictureId: first.pictures[0]!.id }],
    pictures: [{ hasLayout: true }],
  });
});

test('one that is killed midway comes back and goes on; meanwhile the other draws', PATIENT, async () => {
  const options = { ...QUICK, steps: 6, seed: 22, count: 4 };
  const { body } = await studio.turn(sessionId, { prompt: 'a boat', model: 'gpu', options });
  const first = await poll('the first picture', async () => (await turnOf(body.turn.id)).pictures[0]);
  const { port } = new URL(elsewhere.url);
  await elsewhere.kill('SIGKILL');
  await poll('the loss', async () => ((await standingOf('gpu')) === 'away' ? true : undefined));
  const between = await made({ prompt: 'a cat', model: 'here', options: QUICK });
  expect(between.job.state).toBe('done');
  expect((await turnOf(body.turn.id)).job!.state).toBe('interrupted');
  elsewhere = await startElsewhere(port);
  const whole = await studio.finished(sessionId, body.turn.id);
  expect(whole.job.state).toBe('done');
  expect(whole.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(whole.pictures[0]).toEqual(first);
});

test('other programs name an engine as a model', async () => {
  const body = { prompt: 'a tree', size: `${QUICK.widthPx}x${QUICK.heightPx}`, num_inference_steps: 2 };
  const ask = (model: string) =>
    studio.call<{ palimpsest: { session_id: string } }>('POST', '/v1/images/generations', { ...body, model });
  for (const model of ['here', 'gpu']) {
    const { status, body: answer } = await ask(model);
    expect(status).toBe(200);
    const { turns } = await studio.open(answer.palimpsest.session_id);
    expect(turns.map(({ job }) => job!.engine)).toEqual([model]);
  }
  expect((await ask('other')).status).toBe(404);
});

test('the key is in no answer, no frame, no line of the log and no file', async () => {
  const { turns } = await studio.open(sessionId);
  const paths = [
    ...[
      '/api/engines',
      '/api/health',
      '/api/queue',
      '/api/sessions',
      '/api/openapi.json',
      '/v1/models',
      '/metrics',
    ],
    ...[`/api/sessions/${sessionId}`, `/api/pictures/${turns[0]!.pictures[0]!.id}`, '/api/search?q=fox'],
    `/images/${turns[0]!.pictures[0]!.hash}?download`,
  ];
  for (const path of paths) seen.push(await (await fetch(`${studio.url}${path}`)).text());
  const trial = await studio.call<{ dataUrl: string }>('POST', '/api/engines/gpu/test');
  expect(trial.body.dataUrl).toMatch(/^data:image\/webp/);
  await elsewhere.kill();
  seen.push(JSON.stringify(await studio.call('POST', '/api/engines/gpu/test')));
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  for (const file of files) seen.push(readFileSync(join(file.parentPath, file.name), 'latin1'));
  expect(studio.output.join('')).toContain('"engine":"gpu"');
  expect(seen.length).toBeGreaterThan(paths.length + 10);
  expect([...seen, ...studio.output].filter((text) => text.includes(KEY))).toEqual([]);
});
