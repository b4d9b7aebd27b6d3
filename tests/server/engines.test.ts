/** Engines by name: how they are configured, kept loaded, chosen by a turn, and changed while the server runs; with real checkpoints. */
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EngineClient, type WatchedEngine } from '../../engine/index.ts';
import type { EngineEntry } from '../../server/engines/engine-entry.ts';
import { Engines } from '../../server/engines/engines.ts';
import { readEnginesFile } from '../../server/engines/engines-file.ts';
import type { EngineList, EngineTrial, EngineView } from '../../studio/protocol.ts';
import { poll } from './api-client.ts';
import { type Client, FAULTY_ENGINE, freshFolders, QUICK, SMALL, serve } from './harness.ts';

const listOf = async (client: Client) => (await client.call<EngineList>('GET', '/api/engines')).body;
const viewOf = async (client: Client, name: string) =>
  (await listOf(client)).engines.find((engine) => engine.name === name)!;

/** A server with a file of these engines. */
function serveEngines(engines: object[], options: Parameters<typeof serve>[0] = {}): Promise<Client> {
  const { dataDir } = freshFolders();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'engines.json'), JSON.stringify({ engines }));
  return serve({ dataDir, ...options });
}

const embedded = (name: string, folder = SMALL) => ({ name, kind: 'embedded', folder });

it('without a file, the environment names the one engine, and all is as it was', async () => {
  const client = await (await serve()).ready();
  const { engines, mayChange } = await listOf(client);
  expect(mayChange).toBe(true);
  expect(engines).toMatchObject([
    { name: SMALL.split('/').at(-1), kind: 'embedded', standing: 'ready', isDefault: true, jobs: 0 },
  ]);
  expect(engines[0]!.residentBytes).toBeGreaterThan(20_000_000);
});

it('names the field of a malformed file, and the start stops', async () => {
  const { dataDir } = freshFolders();
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'engines.json');
  const key = join(dataDir, 'key');
  writeFileSync(key, 'secret');
  chmodSync(key, 0o644);
  const elsewhere = { name: 'gpu', kind: 'sglang', addresses: ['http://127.0.0.1:9'] };
  const cases: [unknown, RegExp][] = [
    ['not json', /the whole file: it is no JSON/],
    [{ engines: [] }, /engines: /],
    [{ engines: [{ name: 'a', kind: 'embedded' }] }, /engines\.0\.folder: /],
    [{ engines: [{ name: 'a b', kind: 'embedded', folder: SMALL }] }, /engines\.0\.name: Expected a name/],
    [{ engines: [{ ...elsewhere, kind: 'other' }] }, /engines\.0\.kind: /],
    [
      { engines: [{ ...elsewhere, addresses: ['http://me:pw@host'] }] },
      /engines\.0\.addresses\.0: Expected an address/,
    ],
    [{ engines: [embedded('a'), embedded('a')] }, /engines\.1\.name: there are two engines of the name a/],
    [{ default: 'b', engines: [embedded('a')] }, /default: there is no engine of the name b; there are a/],
    [
      { engines: [{ ...elsewhere, keyEnv: 'NOT_SET_HERE' }] },
      /engines\.0\.keyEnv: .*NOT_SET_HERE is not set/,
    ],
    [{ engines: [{ ...elsewhere, keyFile: key }] }, /engines\.0\.keyFile: .*chmod 600/],
  ];
  for (const [content, problem] of cases) {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    await expect(serve({ dataDir })).rejects.toThrow(problem);
  }
  expect(readFileSync(key, 'utf8')).toBe('secret');
});

it('a turn names its engine, a session goes on with it, and each picture says who drew it', async () => {
  const other = join(freshFolders().modelDir, 'other');
  cpSync(SMALL, other, { recursive: true });
  const client = await (
    await serveEngines([embedded('first'), { ...embedded('second', other), precision: 'int8' }])
  ).ready();
  expect((await viewOf(client, 'second')).standing).toBe('idle');
  const { id } = await client.newSession();
  const made = async (turn: object) =>
    client.finished(id, (await client.turn(id, { options: QUICK, ...turn })).body.turn.id);

  const first = await made({});
  expect(first.job.engine).toBe('first');

  // It is loaded when it is asked for.
  const refused = await client.turn(id, { options: QUICK, model: 'second' });
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'engine_unavailable' } } });
  await poll('the second engine', async () =>
    (await viewOf(client, 'second')).standing === 'ready' ? true : undefined,
  );
  const second = await made({ model: 'second', mode: 'edit', prompt: 'at night' });
  expect(second).toMatchObject({ job: { state: 'done', engine: 'second' }, recipe: { modelName: 'other' } });
  expect(second.recipe!.numerics).not.toBe(first.recipe!.numerics);

  const third = await made({ mode: 'edit', prompt: 'in the snow' });
  expect(third.job.engine).toBe('second');
  const repeated = await client.call<typeof refused.body>('POST', `/api/turns/${first.id}/repeat`, {});
  expect(repeated.body.job.engine).toBe('first');
  const unknown = await client.turn(id, { model: 'third' });
  expect(unknown).toMatchObject({
    status: 404,
    body: { error: { code: 'model_not_found', field: 'model', params: { loaded: 'first, second' } } },
  });
  expect((await viewOf(client, 'second')).meanPictureMs).toBeGreaterThan(0);

  // The layout of one model means nothing to another.
  const kept = await client.call('POST', `/api/turns/${first.id}/repeat`, {
    sameLayoutAs: first.pictures[0]!.id,
    model: 'second',
  });
  if (first.recipe!.modelDigest !== second.recipe!.modelDigest)
    expect(kept.body.error).toMatchObject({ code: 'unsupported', reason: 'other_layout' });
  const { body } = await client.call<{ data: { id: string; palimpsest: object | null }[] }>(
    'GET',
    '/v1/models',
  );
  expect(body.data.map((model) => model.id)).toEqual(['first', 'second']);
  expect(body.data[1]!.palimpsest).toMatchObject({ name: 'other' });
});

it('a job of an engine that is away waits, and keeps no job of another back', async () => {
  const client = await (
    await serveEngines([
      embedded('here'),
      { name: 'gone', kind: 'openai', addresses: ['http://127.0.0.1:9/v1'] },
    ])
  ).ready();
  await poll('the state', async () =>
    (await viewOf(client, 'gone')).standing === 'away' ? true : undefined,
  );
  const { db, engines, queue } = client.runtime;
  const { id } = await client.newSession();
  const { body: waiting } = await client.turn(id, { options: QUICK });
  await client.finished(id, waiting.turn.id);
  const { body: again } = await client.call<typeof waiting>(
    'POST',
    `/api/turns/${waiting.turn.id}/repeat`,
    {},
  );
  // As a job that was asked for while that engine was there.
  queue.setPaused(true);
  const moved = await client.turn(id, { options: QUICK });
  const { updateJob } = await import('../../db/jobs.ts');
  db.write(() => updateJob(db, moved.body.job.id, { engine: 'gone' }));
  queue.setPaused(false);
  const later = await client.turn(id, { options: QUICK, model: 'here' });
  await client.finished(id, again.turn.id);
  await client.finished(id, later.body.turn.id);
  const stuck = (await client.open(id)).turns.find((turn) => turn.id === moved.body.turn.id)!;
  expect(stuck.job).toMatchObject({ state: 'queued', engine: 'gone' });
  expect((await viewOf(client, 'gone')).reason).toMatch(/127\.0\.0\.1:9 does not answer/);

  const removal = await client.call('DELETE', '/api/engines/gone');
  expect(removal.body.error).toMatchObject({
    code: 'not_now',
    reason: 'engine_in_use',
    params: { count: 1 },
  });
  await client.call('POST', `/api/jobs/${stuck.job!.id}/cancel`);
  expect((await client.call('DELETE', '/api/engines/gone')).status).toBe(204);
  expect(engines.names).toEqual(['here']);
});

it('engines are added, tried, made the default and taken out, and the file has what there is', async () => {
  const { dataDir, modelDir } = freshFolders();
  const client = await (await serve({ dataDir })).ready();
  const [{ name: first }] = (await listOf(client)).engines as [EngineView];
  const add = (entry: object) => client.call<{ engine: EngineView }>('POST', '/api/engines', entry);
  expect(await add(embedded(first))).toMatchObject({ status: 409 });
  expect(await add(embedded('none', join(modelDir, 'nowhere')))).toMatchObject({
    status: 400,
    body: { error: { field: 'folder' } },
  });
  const gpu = { name: 'gpu', kind: 'openai', addresses: ['http://127.0.0.1:9/v1'] };
  for (const [keyEnv, reason] of [
    ['PATH', 'key_variable'],
    ['PALIMPSEST_ENGINE_KEY_GPU', 'key_not_set'],
  ] as const)
    expect(await add({ ...gpu, keyEnv })).toMatchObject({
      status: 400,
      body: { error: { reason, field: 'keyEnv' } },
    });
  expect(await add({ ...gpu, keyFile: '/etc/passwd' })).toMatchObject({ status: 400 });

  expect((await add(embedded('again'))).status).toBe(201);
  const trial = await client.call<EngineTrial>('POST', '/api/engines/again/test');
  expect(trial).toMatchObject({
    status: 200,
    body: { dataUrl: expect.stringMatching(/^data:image\/webp;base64,/) },
  });
  expect((await add(embedded('broken', modelDir))).status).toBe(201);
  const failure = await client.call('POST', '/api/engines/broken/test');
  expect(failure).toMatchObject({ status: 500, body: { error: { code: 'bad_checkpoint' } } });
  expect((await add(gpu)).status).toBe(201);
  const away = await client.call('POST', '/api/engines/gpu/test');
  expect(away).toMatchObject({ status: 500, body: { error: { code: 'unreachable' } } });
  // Nothing of it is stored.
  expect((await client.call<{ sessions: object[] }>('GET', '/api/sessions')).body.sessions).toEqual([]);

  expect((await client.call('DELETE', `/api/engines/${first}`)).body.error).toMatchObject({
    reason: 'default_engine',
  });
  expect((await client.call('PATCH', '/api/engines/again', { default: true })).status).toBe(200);
  expect((await client.call('DELETE', `/api/engines/${first}`)).status).toBe(204);
  const file = join(dataDir, 'engines.json');
  expect(readEnginesFile(file)).toMatchObject({
    default: 'again',
    engines: [{ name: 'again', folder: SMALL }, { name: 'broken' }, { name: 'gpu' }],
  });
  await client.close();
  const next = await (await serve({ dataDir })).ready();
  expect((await listOf(next)).engines.map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ['again', true],
    ['broken', false],
    ['gpu', false],
  ]);
});

it('only who sits at the machine changes engines, unless the operator says otherwise', async () => {
  const local = await serve();
  const entry = embedded('more');
  const from = (client: Client, headers: Record<string, string>) =>
    client.call('POST', '/api/engines', entry, headers);
  const proxies: Record<string, string>[] = [{ 'x-forwarded-for': '10.0.0.1' }, { via: '1.1 proxy' }];
  for (const headers of proxies) {
    expect(await from(local, headers)).toMatchObject({
      status: 403,
      body: { error: { code: 'settings_closed' } },
    });
    const { body } = await local.call<EngineList>('GET', '/api/engines', undefined, headers);
    expect(body).toMatchObject({ mayChange: false, engines: [{ source: null }] });
  }
  const nobody = await serve({ settings: 'nobody' });
  expect((await from(nobody, {})).status).toBe(403);
  for (const [method, path] of [
    ['PATCH', '/api/engines/tiny'],
    ['DELETE', '/api/engines/tiny'],
    ['POST', '/api/engines/tiny/test'],
  ] as const)
    expect((await nobody.call(method, path, method === 'PATCH' ? { default: true } : undefined)).status).toBe(
      403,
    );
  const everyone = await serve({ settings: 'everyone' });
  expect((await from(everyone, { 'x-forwarded-for': '10.0.0.1' })).status).toBe(201);
});

it('a job that names an engine of several that is gone ends and says so; where one is left, that one draws it', async () => {
  const { dataDir } = freshFolders();
  mkdirSync(dataDir, { recursive: true });
  const write = (...names: string[]) =>
    writeFileSync(
      join(dataDir, 'engines.json'),
      JSON.stringify({ engines: names.map((name) => embedded(name)) }),
    );
  write('one', 'two');
  let client = await (await serve({ dataDir })).ready();
  const { id } = await client.newSession();
  client.runtime.queue.setPaused(true);
  const { body } = await client.turn(id, { options: QUICK });
  await client.close();
  write('two', 'three');
  client = await (await serve({ dataDir })).ready();
  const gone = await client.finished(id, body.turn.id);
  expect(gone.job).toMatchObject({ state: 'failed', error: { code: 'engine_removed' } });
  const next = await client.turn(id, { options: QUICK });
  expect(next.body.job.engine).toBe('two');
  await client.close();
  write('four');
  client = await (await serve({ dataDir })).ready();
  client.runtime.queue.setPaused(false);
  expect((await client.finished(id, next.body.turn.id)).job).toMatchObject({ state: 'done', engine: 'four' });
});

it('where memory is short, one checkpoint beside the default stays loaded, once nothing is drawn by it', async () => {
  const { modelDir } = freshFolders();
  const entries = ['main', 'a', 'b'].map(
    (name): EngineEntry => ({ name, kind: 'embedded', folder: modelDir }),
  );
  const open = (): WatchedEngine =>
    new EngineClient({ modelDir, device: 'cpu', engineModule: FAULTY_ENGINE });
  const engines = new Engines({ entries, open, isShort: () => true });
  const standings = () => Object.fromEntries(engines.names.map((name) => [name, engines.standingOf(name)]));
  await engines.running('main')!.ready();
  await engines.start('a')!.ready();
  const release = engines.hold('a');
  expect(engines.start('b')).toBeUndefined();
  expect(standings()).toEqual({ main: 'ready', a: 'ready', b: 'starting' });
  release();
  await engines.running('b')!.ready();
  expect(standings()).toEqual({ main: 'ready', a: 'idle', b: 'ready' });
  expect(engines.infoOf('a')).toBeDefined();
  await engines.close();
});
