/**
 * A studio that draws by two other Palimpsests at once, all of them real processes: variations are spread, one server is killed midway
 * and comes back, and nothing is lost or stored twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Health, SessionPage, TurnView } from '../../studio/protocol.ts';
import { poll } from '../server/api-client.ts';
import { LiveServer, QUICK } from '../server/live-server.ts';

const SCRIPT = 'tests/server/pageless-server.ts';
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-pool-'));
let servers: LiveServer[];
let studio: LiveServer;

const startServer = (at: number, port = '0') =>
  LiveServer.start(join(folder, `server-${at}`), { PORT: port, CHECKPOINT_MS: '1000' }, SCRIPT);

beforeAll(async () => {
  servers = [await startServer(0), await startServer(1)];
  const addresses = servers.map(({ url }) => `${url}/v1`).join(',');
  studio = await LiveServer.start(
    join(folder, 'studio'),
    { PALIMPSEST_ENGINE: `openai:${addresses}`, PALIMPSEST_MODEL: folder },
    SCRIPT,
  );
  // Ready means that one of them is there.
  await poll('both servers', async () => {
    const drawn = await Promise.all(servers.map(drawnThere));
    // A small picture and a small edit for trial.
    return drawn.every((count) => count >= 2) || undefined;
  });
});
afterAll(async () => {
  await studio?.kill();
  for (const server of servers ?? []) await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Pictures that a server has drawn for others: each in a session of its own, put away. */
async function drawnThere(server: LiveServer): Promise<number> {
  const { body } = await server.call<SessionPage>('GET', '/api/sessions?state=archived');
  return body.sessions.length;
}
const turnOf = async (sessionId: string, turnId: string): Promise<TurnView> =>
  (await studio.open(sessionId)).turns.find(({ id }) => id === turnId)!;

test('variations are spread over both, and each is the picture that it is alone', async () => {
  const before = await Promise.all(servers.map(drawnThere));
  const session = await studio.newSession();
  const options = { ...QUICK, count: 6 };
  const { body } = await studio.turn(session.id, { prompt: 'a fox', options });
  const made = await studio.finished(session.id, body.turn.id);
  expect(made.job.state).toBe('done');
  expect(made.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  const drawn = (await Promise.all(servers.map(drawnThere))).map((count, at) => count - before[at]!);
  expect(drawn[0]! + drawn[1]!).toBe(6);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(1);

  const { body: alone } = await studio.turn(session.id, {
    prompt: 'a fox',
    options: { ...QUICK, seed: QUICK.seed + 4 },
  });
  const one = await studio.finished(session.id, alone.turn.id);
  expect(one.pictures[0]!.hash).toBe(made.pictures[4]!.hash);
});

test('one is killed midway: the other goes on, the job ends whole, and the one that is back draws again', async () => {
  const session = await studio.newSession();
  const options = { ...QUICK, steps: 6, seed: 31, count: 8 };
  const { body } = await studio.turn(session.id, { prompt: 'a boat', options });
  const first = await poll('a picture', async () => (await turnOf(session.id, body.turn.id)).pictures[0]);
  const { port } = new URL(servers[0]!.url);
  await servers[0]!.kill('SIGKILL');
  const whole = await studio.finished(session.id, body.turn.id);
  expect(whole.job.state).toBe('done');
  expect(whole.pictures.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(whole.pictures.find(({ id }) => id === first.id)).toEqual(first);
  expect((await studio.call<Health>('GET', '/api/health')).body.state).toBe('ready');

  servers[0] = await startServer(0, port);
  const before = await drawnThere(servers[0]);
  await poll('a trial', async () => ((await drawnThere(servers[0]!)) > before ? true : undefined));
  const { body: next } = await studio.turn(session.id, {
    prompt: 'a ship',
    options: { ...QUICK, seed: 77, count: 8 },
  });
  const again = await studio.finished(session.id, next.turn.id);
  expect(again.job.state).toBe('done');
  expect(await drawnThere(servers[0])).toBeGreaterThan(before + 2);
});
