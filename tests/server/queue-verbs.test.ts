/** Verbs on jobs at bad moments: the last word counts, every job ends, and the panel hears of each change. */
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { BlobStore } from '../../db/blobs.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { findJob } from '../../db/jobs.ts';
import { EngineClient } from '../../engine/index.ts';
import { JobQueue } from '../../server/queue/queue.ts';
import type { JobView, QueueView } from '../../studio/protocol.ts';
import { type Client, freshFolders, isEnd, serveFaulty } from './harness.ts';
import { HELD_ENGINE, hold } from './held-engine.ts';
import { oneEngine } from './one-engine.ts';
import { storedJob } from './stored-job.ts';

const isStop = (event: { type: string }) => event.type === 'job.paused' || event.type === 'job.cancelled';

/** A job whose engine waits in the middle of its first picture, or after it, until it is released. */
async function heldJob(after: 'stage' | 'picture' = 'stage') {
  const folders = freshFolders();
  const release = hold(folders.modelDir, after);
  const engine = { engineModule: HELD_ENGINE, restartDelayMs: 10 };
  const client = await (await serveFaulty({ ...folders, engine })).ready();
  const { id } = await client.newSession();
  const { job } = (await client.turn(id, { options: { count: 2 } })).body;
  await client.until(id, ({ type }) => type === (after === 'picture' ? 'picture.saved' : after));
  return { client, id, job, release, folders };
}

const queueOf = async (client: Client) => (await client.call<QueueView>('GET', '/api/queue')).body.entries;

it.each([
  ['pause', 'cancel'],
  ['cancel', 'pause'],
])('a job that is asked to %s and to %s within one unit is cancelled', async (first, second) => {
  const { client, id, job, release } = await heldJob();
  for (const verb of [first, second])
    expect((await client.call('POST', `/api/jobs/${job.id}/${verb}`)).status).toBe(202);
  release();
  expect((await client.until(id, isStop)).at(-1)!.type).toBe('job.cancelled');
});

it('a session deleted in the unit in which its job was paused leaves nothing in the queue', async () => {
  const { client, id, job, release } = await heldJob();
  await client.call('POST', `/api/jobs/${job.id}/pause`);
  expect((await client.call('DELETE', `/api/sessions/${id}`)).status).toBe(204);
  release();
  expect((await client.until(id, isStop)).at(-1)!.type).toBe('job.cancelled');
  expect(await queueOf(client)).toEqual([]);
});

it('a job that is paused in the unit in which the server goes down is paused in the next one', async () => {
  const { client, id, job, release, folders } = await heldJob();
  await client.call('POST', `/api/jobs/${job.id}/pause`);
  const closed = client.close();
  release();
  await closed;
  const next = await serveFaulty(folders);
  expect((await next.open(id)).turns[0]!.job!.state).toBe('paused');
});

it('tells the panel that the running job is paused now, though no place changed', async () => {
  const { client, job, release } = await heldJob();
  await client.call('POST', `/api/jobs/${job.id}/pause`);
  release();
  await client.until('queue', ({ type, payload }) => {
    if (type !== 'queue.updated') return false;
    return payload.queue.entries[0]?.job.state === 'paused';
  });
});

it('puts a resumed job back to its place in line, whoever changed places meanwhile', async () => {
  const client = await (await serveFaulty()).ready();
  await client.call('POST', '/api/queue', { paused: true });
  const { id } = await client.newSession();
  const jobs: JobView[] = [];
  for (const prompt of ['a', 'b', 'c']) jobs.push((await client.turn(id, { prompt })).body.job);
  const [a, b, c] = jobs.map((job) => job.id);
  await client.call('POST', `/api/jobs/${a}/pause`);
  await client.call('POST', `/api/jobs/${c}/move`, { before: b });
  await client.call('POST', `/api/jobs/${a}/resume`);
  expect((await queueOf(client)).map(({ job }) => job.id)).toEqual([a, c, b]);
});

it('learns no times from a run that went on from where another was stopped', async () => {
  const { client, id, job, release } = await heldJob('picture');
  await client.call('POST', `/api/jobs/${job.id}/cancel`);
  release();
  const stopped = (await client.until(id, isEnd)).at(-1)!;
  expect(stopped.type).toBe('job.cancelled');
  await client.call('POST', `/api/jobs/${job.id}/retry`);
  let after = (await client.until(id, isEnd, stopped.seq)).at(-1)!.seq;
  for (const knows of [false, true]) {
    await client.turn(id, { prompt: 'a cat', options: { count: 2 } });
    const events = await client.until(id, isEnd, after);
    const etas = events.flatMap(({ type, payload }) => (type === 'stage' ? [payload.eta] : []));
    expect(etas.length).toBeGreaterThan(0);
    expect(etas.every((eta) => (eta !== null) === knows)).toBe(true);
    after = events.at(-1)!.seq;
  }
});

/** A queue whose database can be made to refuse writes; `refusals` are the times that it was told so. */
async function faultyQueue() {
  const { dataDir, modelDir } = freshFolders();
  const release = hold(modelDir, 'stage');
  const db = openDatabase(dataDir);
  const refusals: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => refusals.push(line) });
  const engine = new EngineClient({ modelDir, device: 'cpu', engineModule: HELD_ENGINE });
  const queue = new JobQueue(
    { db, blobs: new BlobStore(dataDir), engines: oneEngine(engine), log },
    { faultPauseMs: 20 },
  );
  onTestFinished(async () => {
    await queue.stop();
    await engine.close();
    await queue.settled();
    db.close();
  });
  await engine.ready();
  const jobId = storedJob(db);
  queue.wake();
  const stateOf = () => findJob(db, jobId)!.state;
  return {
    ...{ queue, jobId, refusals, stateOf, release },
    refuse: (on: boolean) => db.orm.run(sql.raw(`PRAGMA query_only = ${on}`)),
  };
}

it('a job whose end could not be stored, also after a while, ends once writing works again', async () => {
  const { refuse, release, refusals, stateOf } = await faultyQueue();
  await expect.poll(stateOf).toBe('running');
  refuse(true);
  release();
  await expect.poll(() => refusals.length).toBeGreaterThan(4);
  expect(stateOf()).toBe('running');
  refuse(false);
  await expect.poll(stateOf).toBe('done');
});

it('a job that was cancelled while nothing could be stored does not go on', async () => {
  const { queue, jobId, refuse, release, refusals, stateOf } = await faultyQueue();
  await expect.poll(stateOf).toBe('running');
  queue.cancel(jobId);
  refuse(true);
  release();
  await expect.poll(() => refusals.length).toBeGreaterThan(4);
  expect(() => queue.cancel(jobId)).toThrow(/readonly/);
  refuse(false);
  await expect.poll(stateOf).toBe('cancelled');
});

it('an edit is never moved before what it builds on, and what waits in a paused queue has no time left', async () => {
  const { client, id, job, release } = await heldJob();
  const mode = 'edit';
  const edit = (await client.turn(id, { mode, inputs: [{ turnId: job.turnId, index: 0, role: 'target' }] }))
    .body.job;
  const next = (await client.turn(id, { mode, inputs: [{ turnId: edit.turnId, index: 0, role: 'target' }] }))
    .body.job;
  const move = (moved: JobView, before: JobView | null) =>
    client.call<{ error: { code: string; reason: string } }>('POST', `/api/jobs/${moved.id}/move`, {
      before: before?.id ?? null,
    });
  const refused = await move(next, edit);
  expect(refused.status).toBe(409);
  expect(refused.body.error).toMatchObject({ code: 'not_now', reason: 'builds_on' });
  expect((await move(edit, null)).status).toBe(409);
  await client.call('POST', '/api/queue', { paused: true });
  const waiting = (await queueOf(client)).filter((each) => each.job.state === 'queued');
  expect(waiting.map(({ eta }) => eta)).toEqual([null, null]);
  await client.call('POST', '/api/queue', { paused: false });
  release();
});
