/** Jobs under trouble: stopped, retried, engine killed, server restarted. Nothing that was made is lost or made twice. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '../../db/database.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { newId } from '../../db/ids.ts';
import { insertJob } from '../../db/jobs.ts';
import { insertSession } from '../../db/sessions.ts';
import { insertTurn } from '../../db/turns.ts';
import type { EngineClient } from '../../engine/index.ts';
import type { Access } from '../../server/accounts/access.ts';
import { RIGHTS } from '../../studio/people/people.ts';
import type { JobView, SessionEvent } from '../../studio/protocol.ts';
import { freshFolders, isEnd, QUICK, serve, serveFaulty } from './harness.ts';
import { Someone } from './someone.ts';

/** A turn that ends in no test by itself. */
const LONG = { prompt: 'a castle', options: { ...QUICK, steps: 1_000 } } as const;
const isStage = ({ type }: { type: string }) => type === 'stage';

it('stops within a unit, keeps what was made, and goes on by Retry', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { job } = (await client.turn(id, { prompt: 'a castle', options: { ...QUICK, steps: 40, count: 2 } }))
    .body;
  await client.until(id, (event) => event.type === 'picture.saved');
  expect((await client.call('POST', `/api/jobs/${job.id}/cancel`)).status).toBe(202);
  const events = await client.until(id, isEnd);
  expect(events.at(-1)!.type).toBe('job.cancelled');
  const before = (await client.open(id)).turns[0]!;
  expect(before.pictures).toHaveLength(1);

  expect((await client.call('POST', `/api/jobs/${job.id}/retry`)).status).toBe(202);
  await client.until(id, isEnd, events.at(-1)!.seq);
  const after = (await client.open(id)).turns[0]!;
  expect(after.job!.state).toBe('done');
  expect(after.pictures).toHaveLength(2);
  expect(after.pictures[0]).toEqual(before.pictures[0]);
  expect((await client.call('POST', `/api/jobs/${job.id}/retry`)).status).toBe(409);
  expect((await client.call('POST', '/api/jobs/nobody/cancel')).status).toBe(404);
});

it('stops one job and not the next; a waiting one never starts', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const [running, waiting] = [
    (await client.turn(id, LONG)).body.job,
    (await client.turn(id, { options: QUICK })).body.job,
  ];
  const last = (await client.turn(id, { prompt: 'last', options: QUICK })).body.job;
  await client.until(id, isStage);
  const cancelled = await client.call<{ job: JobView }>('POST', `/api/jobs/${waiting.id}/cancel`);
  expect(cancelled.body.job.state).toBe('cancelled');
  await client.call('POST', `/api/jobs/${running.id}/cancel`);
  const events = await client.untilEnds(id, 3);
  expect(events.filter((event) => event.type === 'job.started').map((event) => event.jobId)).toEqual([
    running.id,
    last.id,
  ]);
});

it('fails with the engine’s own words', async () => {
  const client = await (await serveFaulty()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'fail' });
  await client.until(id, isEnd);
  expect((await client.open(id)).turns[0]!.job).toMatchObject({
    state: 'failed',
    error: { code: 'bad_request', message: 'This prompt cannot be drawn.' },
  });
});

it('goes on by itself when the engine dies, and makes no picture twice', async () => {
  const client = await (await serveFaulty()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'die once', options: { count: 3 } });
  const events = await client.until(id, isEnd);
  const types = events.map((event) => event.type);
  expect(types.filter((type) => type === 'job.interrupted')).toHaveLength(1);
  expect(types.filter((type) => type === 'picture.saved')).toHaveLength(3);
  const { job, pictures } = (await client.open(id)).turns[0]!;
  expect(job).toMatchObject({ state: 'done', attempt: 2 });
  expect(pictures.map((picture) => picture.index)).toEqual([0, 1, 2]);
});

it('survives SIGKILL of the engine from outside; the server answers all the while', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { job } = (await client.turn(id, LONG)).body;
  await client.until(id, isStage);
  process.kill(
    (client.runtime.engines.running(client.runtime.engines.default) as EngineClient).processId!,
    'SIGKILL',
  );
  const interrupted = await client.until(id, (event) => event.type === 'job.interrupted');
  expect((await client.call('GET', '/api/sessions')).status).toBe(200);
  await client.until(id, isStage, interrupted.at(-1)!.seq);
  await client.call('POST', `/api/jobs/${job.id}/cancel`);
  expect((await client.until(id, isEnd)).at(-1)!.type).toBe('job.cancelled');
});

it('gives up after three deaths, says so, and takes the next job', async () => {
  const client = await (await serveFaulty()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'die always' });
  await client.turn(id, {});
  await client.untilEnds(id, 2);
  const [bad, good] = (await client.open(id)).turns;
  expect(bad!.job).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'engine_died' } });
  expect(good!.job!.state).toBe('done');
});

it('goes on after the server was stopped in the middle', async () => {
  const { dataDir } = freshFolders();
  const before = await (await serve({ dataDir })).ready();
  const { id } = await before.newSession();
  await before.turn(id, { prompt: 'a castle', options: { ...QUICK, steps: 60 } });
  await before.turn(id, { prompt: 'waiting', options: QUICK });
  await before.until(id, isStage);
  await before.close();

  const after = await serve({ dataDir });
  const jobs = (await after.open(id)).turns.map((turn) => turn.job!);
  expect(jobs.map((job) => job.state)).not.toContain('cancelled');
  await after.untilEnds(id, 2);
  const done = (await after.open(id)).turns.map((turn) => turn.job!);
  expect(done).toMatchObject([
    { state: 'done', attempt: 1 },
    { state: 'done', attempt: 1 },
  ]);
});

it('shows a reloading page where a running job stands', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  const { job } = (await client.turn(id, LONG)).body;
  await client.until(id, isStage);
  const { progress, seq } = await client.open(id);
  expect(progress!.map((event) => event.type)).toContain('stage');
  expect(progress!.every((event) => event.seq <= seq && event.jobId === job.id)).toBe(true);
  expect((await client.call('DELETE', `/api/sessions/${id}`)).status).toBe(204);
});

it('reports a checkpoint that cannot be loaded, and keeps answering', async () => {
  const folders = freshFolders();
  writeFileSync(`${folders.modelDir}/broken`, '');
  const client = await serveFaulty(folders);
  await expect(client.ready()).rejects.toMatchObject({ code: 'bad_checkpoint', field: 'a.b' });
  const health = await client.call('GET', '/api/health');
  expect(health).toMatchObject({
    status: 503,
    body: { state: 'failed', model: null, error: { code: 'bad_checkpoint', field: 'a.b' } },
  });
  const { id } = await client.newSession();
  expect(await client.turn(id, {})).toMatchObject({
    status: 503,
    body: { error: { code: 'engine_unavailable' } },
  });
});

it('lets owners take turns, whoever asked for more', async () => {
  const { dataDir } = freshFolders();
  const db = openDatabase(dataDir);
  const sessions = db.write(() => ['a', 'a', 'a', 'b', 'b'].map((owner) => sessionWithJob(db, owner)));
  db.close();
  const access: Access = {
    hasAccounts: false,
    callerOf: async ({ headers }) => ({ owner: String(headers['x-owner']), rights: RIGHTS, by: 'local' }),
  };
  const client = await (await serve({ dataDir, access })).ready();
  const follow = (index: number, wanted: (event: SessionEvent) => boolean) =>
    new Someone(client.url, { 'x-owner': index < 3 ? 'a' : 'b' }).until(sessions[index]!, wanted);
  for (const index of sessions.keys()) await follow(index, isEnd);
  const events = await Promise.all(
    [...sessions.keys()].map((index) => follow(index, (event) => event.type === 'job.started')),
  );
  const starts = events.map((seen, index) => ({ owner: index < 3 ? 'a' : 'b', seq: seen.at(-1)!.seq }));
  const order = starts.sort((one, other) => one.seq - other.seq).map((start) => start.owner);
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a']);
});

it('names what really draws a turn that waited for another model; one that is half made is not finished by another', async () => {
  const folders = freshFolders();
  const before = await (await serveFaulty(folders)).ready();
  const [half, waiting] = [await before.newSession(), await before.newSession()];
  await before.turn(half.id, { prompt: 'slow', options: { steps: 300, count: 2 } });
  await before.turn(waiting.id, { prompt: 'a fox' });
  await before.until(half.id, (event) => event.type === 'picture.saved');
  await before.close();
  writeFileSync(join(folders.modelDir, 'digest'), 'cd'.repeat(32));
  const after = await (await serveFaulty(folders)).ready();
  await after.until(half.id, isEnd);
  await after.until(waiting.id, isEnd);
  const [failed, drawn] = [await after.open(half.id), await after.open(waiting.id)].map(
    ({ turns }) => turns[0]!,
  );
  expect(failed!.job).toMatchObject({ state: 'failed', error: { code: 'other_model' } });
  expect(failed!.recipe!.modelDigest).toBe('ab'.repeat(32));
  expect(failed!.pictures).toHaveLength(1);
  expect(drawn!.job!.state).toBe('done');
  expect(drawn!.recipe!.modelDigest).toBe('cd'.repeat(32));
});

it('reads a picture that another model made from its pixels, since tokens mean something else there', async () => {
  const folders = freshFolders();
  const before = await (await serveFaulty(folders)).ready();
  const { id } = await before.newSession();
  const edit = { prompt: 'at night', mode: 'edit', options: { seed: 5 } } as const;
  await before.turn(id, { prompt: 'a fox', mode: 'new' });
  await before.until(id, isEnd);
  const [fox] = (await before.open(id)).turns[0]!.pictures;
  const of = { inputs: [{ pictureId: fox!.id, role: 'target' as const }] };
  await before.turn(id, { ...edit, ...of });
  await before.untilEnds(id, 2);
  await before.close();
  writeFileSync(join(folders.modelDir, 'digest'), 'cd'.repeat(32));
  const after = await (await serveFaulty(folders)).ready();
  await after.turn(id, { ...edit, ...of });
  await after.turn(id, { ...edit, ...of, options: { ...edit.options, chain: 'pixels' } });
  await after.untilEnds(id, 4);
  const [exact, other, pixels] = (await after.open(id)).turns
    .slice(1)
    .map(({ pictures }) => pictures[0]!.hash);
  expect(other).toBe(pixels);
  expect(other).not.toBe(exact);
});

/** A stored turn that waits for its first run. */
function sessionWithJob(db: Database, owner: string): string {
  const { id: sessionId } = insertSession(db, owner, '');
  const size = { widthPx: 64, heightPx: 64 };
  const recipe = {
    ...size,
    seed: 1,
    steps: 1,
    guidanceScale: 1,
    count: 1,
    layout: 'shared',
    modelName: '',
    modelDigest: '',
  } as const;
  const { id: turnId } = insertTurn(
    db,
    { id: newId(), sessionId, kind: 'generate', prompt: 'x', recipe },
    [],
  );
  insertJob(db, { id: newId(), turnId, owner, idempotencyKey: turnId, fingerprint: '' });
  return sessionId;
}
