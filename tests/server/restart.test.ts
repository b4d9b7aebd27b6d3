/** What outlives what: the engine's death, the server's, a second server, and values that cannot be used. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fractionAt } from '../seed.ts';
import { LiveServer, QUICK } from './live-server.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'palimpsest-restart-'));
const SERVER_KILLS = 6;
const LONG = { ...QUICK, steps: 40 };

test('a killed engine costs a turn nothing but time; a killed server neither; both end in the same bytes', async () => {
  const folder = newFolder();
  let server = await LiveServer.start(folder);
  try {
    const { id: session } = await server.newSession();
    const ask = async () =>
      (await server.turn(session, { prompt: 'a fox', mode: 'new', options: LONG })).body.turn.id;
    const undisturbed = await server.finished(session, await ask());

    const first = await ask();
    await server.working(session, first);
    server.killEngine();
    const afterEngine = await server.finished(session, first);
    expect(afterEngine.job).toMatchObject({ state: 'done', attempt: 2 });

    const second = await ask();
    await server.working(session, second);
    await server.kill('SIGKILL');
    server = await LiveServer.start(folder);
    const afterServer = await server.finished(session, second);
    expect(afterServer.job.state).toBe('done');

    const hashes = [undisturbed, afterEngine, afterServer].map(({ pictures }) =>
      pictures.map(({ hash }) => hash),
    );
    expect(new Set(hashes.map(String)).size).toBe(1);
    expect(hashes[0]).toHaveLength(1);
  } finally {
    await server.kill();
  }
});

test('a server and its engine killed again and again: one output, the same bytes, and nothing left behind', async () => {
  const folder = newFolder();
  const start = () => LiveServer.start(folder, {}, 'tests/server/pageless-server.ts');
  let server = await start();
  try {
    const { id: session } = await server.newSession();
    const ask = async () => {
      const turn = { prompt: 'a fox', mode: 'new', options: { ...LONG, count: 2 } } as const;
      return (await server.turn(session, turn)).body.turn.id;
    };
    const from = performance.now();
    const undisturbed = await server.finished(session, await ask());
    const wholeMs = performance.now() - from;
    const turnId = await ask();
    // What is kept of each run adds up, so that the job may end before the last kill; the first always meets it at work.
    expect(await server.working(session, turnId)).toBe(true);
    for (let kill = 0; kill < SERVER_KILLS && (await server.working(session, turnId)); kill++) {
      await new Promise((next) => setTimeout(next, (fractionAt(kill) * wholeMs) / SERVER_KILLS));
      await server.kill('SIGKILL');
      server = await start();
    }
    const { job, pictures } = await server.finished(session, turnId);
    expect(job.state).toBe('done');
    expect(pictures.map(({ hash }) => hash)).toEqual(undisturbed.pictures.map(({ hash }) => hash));
  } finally {
    await server.kill();
  }
});

test('a second server on the same folder refuses and says why', async () => {
  const folder = newFolder();
  const server = await LiveServer.start(folder);
  try {
    await expect(LiveServer.start(folder)).rejects.toThrow(/in use by another Palimpsest/);
  } finally {
    await server.kill();
  }
});

test.each([
  ['PORT', 'many'],
  ['PALIMPSEST_MODEL', '/nowhere'],
  ['PALIMPSEST_DEVICE', 'abacus'],
])('a bad %s stops the start with its name', async (name, value) => {
  await expect(LiveServer.start(newFolder(), { [name]: value })).rejects.toThrow(name);
});
