/**
 * The queue when a part of it is wrong: only what is wrong with the disk is waited for; a programming error keeps its stack, ends
 * its job, and neither stops the other jobs nor is tried again and again.
 */
import { pino } from 'pino';
import { expect, it, type MockInstance, onTestFinished, vi } from 'vitest';
import { BlobStore } from '../../db/blobs.ts';
import { openDatabase } from '../../db/folder/open-database.ts';
import { findJob } from '../../db/jobs.ts';
import { EngineClient } from '../../engine/index.ts';
import { JobQueue } from '../../server/queue/queue.ts';
import { FAULTY_ENGINE, freshFolders } from './harness.ts';
import { oneEngine } from './one-engine.ts';
import { storedJob } from './stored-job.ts';

interface LogLine {
  msg: string;
  job?: string;
  err: { type: string; message: string; stack: string };
}

async function startedQueue() {
  const { dataDir, modelDir } = freshFolders();
  const db = openDatabase(dataDir);
  const lines: LogLine[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const engine = new EngineClient({ modelDir, device: 'cpu', engineModule: FAULTY_ENGINE });
  await engine.ready();
  // Longer than a test: where it is waited for, nothing goes on.
  const queue = new JobQueue(
    { db, blobs: new BlobStore(dataDir), engines: oneEngine(engine), log },
    { faultPauseMs: 600_000 },
  );
  onTestFinished(async () => {
    await queue.stop();
    await engine.close();
    await queue.settled();
    db.close();
  });
  const jobOf = (id: string) => findJob(db, id)!;
  return { db, engine, queue, lines, jobOf };
}

/** Breaks a method of an object `times` times. */
function broken<Part extends object>(part: Part, method: keyof Part & string, times: number): MockInstance {
  const spy = vi.spyOn(part, method as never) as MockInstance;
  for (let nth = 0; nth < times; nth += 1)
    spy.mockImplementationOnce(() => {
      throw new TypeError('a mistake of ours');
    });
  onTestFinished(() => spy.mockRestore());
  return spy;
}

const MISTAKE = { type: 'TypeError', message: 'a mistake of ours' };

it('ends a job whose run meets a programming error, logs the stack, and goes on with the next', async () => {
  const { db, engine, queue, lines, jobOf } = await startedQueue();
  broken(engine, 'generate', 1);
  const [bad, good] = [storedJob(db), storedJob(db)];
  queue.wake();
  await expect.poll(() => jobOf(good).state).toBe('done');
  expect(jobOf(bad)).toMatchObject({ state: 'failed', errorCode: 'internal', attempt: 1 });
  expect(lines).toMatchObject([{ job: bad, err: MISTAKE }]);
  expect(lines[0]!.err.stack).toContain('queue-faults.test.ts');
});

it('ends a job whose start or end meets one, and does not start it again', async () => {
  const { db, queue, lines, jobOf } = await startedQueue();
  const job = storedJob(db);
  // The write of its start.
  broken(db, 'write', 1);
  queue.wake();
  await expect.poll(() => jobOf(job).state).toBe('failed');
  expect(jobOf(job)).toMatchObject({ errorCode: 'internal', attempt: 0 });
  expect(lines).toMatchObject([{ job, err: MISTAKE }]);
});

it('starts nothing while the end of such a job cannot be written, without trying it again and again', async () => {
  const { db, queue, lines, jobOf } = await startedQueue();
  const [bad, good] = [storedJob(db), storedJob(db)];
  const write = broken(db, 'write', 10);
  queue.wake();
  // The start of the run, then its end as `internal`, then the places in line.
  await expect.poll(() => lines.length).toBeGreaterThanOrEqual(3);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(write.mock.calls.length).toBeLessThan(10);
  expect([jobOf(bad).state, jobOf(good).state]).toEqual(['queued', 'queued']);
  expect(lines.every(({ err }) => err.type === 'TypeError')).toBe(true);
  write.mockRestore();
  queue.wake();
  await expect.poll(() => jobOf(good).state).toBe('done');
  expect(jobOf(bad)).toMatchObject({ state: 'failed', errorCode: 'internal' });
});

it('starts what waits though another step of the queue fails', async () => {
  const { db, queue, lines, jobOf } = await startedQueue();
  const job = storedJob(db);
  // Places in line are read by this statement alone.
  const select = db.orm.select.bind(db.orm);
  const spy = vi.spyOn(db.orm, 'select').mockImplementation(((fields: object | undefined) => {
    if (new Error().stack?.includes('queue-view.ts')) throw new TypeError('a mistake of ours');
    return select(fields as never);
  }) as never);
  onTestFinished(() => spy.mockRestore());
  queue.wake();
  await expect.poll(() => jobOf(job).state).not.toBe('queued');
  expect(lines[0]).toMatchObject({ msg: expect.stringContaining('programming error'), err: MISTAKE });
});

it('waits after a fault that passes, and says which it is', async () => {
  const { db, engine, queue, lines, jobOf } = await startedQueue();
  const job = storedJob(db);
  const generate = vi.spyOn(engine, 'generate');
  const write = vi.spyOn(db, 'write').mockImplementationOnce(() => {
    throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
  });
  onTestFinished(() => write.mockRestore());
  queue.wake();
  await expect.poll(() => lines.length).toBe(1);
  queue.wake();
  const msg = 'the state of a job could not be stored';
  expect(lines).toMatchObject([{ msg, err: { code: 'SQLITE_BUSY' } }]);
  expect([jobOf(job).state, generate.mock.calls.length]).toEqual(['queued', 0]);
});
