/** The engine process from its parent's side: many requests on one channel, stops, deaths, bad checkpoints, orphans. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { EngineClient, type EngineEvent, type GenerationRequest, startEngine } from '../../engine/index.ts';
import { FAULTY_ENGINE, freshFolders } from './harness.ts';

const request: GenerationRequest = {
  prompt: 'a fox',
  widthPx: 64,
  heightPx: 64,
  seed: 1,
  steps: 20,
  guidanceScale: 1,
  count: 1,
  layout: 'shared',
};

async function engine(): Promise<EngineClient> {
  const { modelDir } = freshFolders();
  const client = await startEngine({
    modelDir,
    device: 'cpu',
    engineModule: FAULTY_ENGINE,
    restartDelayMs: 10,
  });
  onTestFinished(() => client.close());
  return client;
}

async function collect(events: AsyncIterable<EngineEvent>): Promise<EngineEvent[]> {
  const seen: EngineEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

it('runs several requests at once, each with its own events, typed arrays intact', async () => {
  const client = await engine();
  const runs = await Promise.all(
    [1, 2, 3].map((seed) => collect(client.generate({ ...request, prompt: 'slow', seed }))),
  );
  for (const [index, events] of runs.entries()) {
    const stages = events.filter((event) => event.type === 'stage').map((event) => event.done);
    expect(stages).toEqual(Array.from({ length: 20 }, (_, done) => done + 1));
    const picture = events.find((event) => event.type === 'picture')!;
    expect(picture.latents).toBeInstanceOf(Float32Array);
    expect(picture.latents![0]).toBe(index + 1);
    expect(picture.priorTokens).toEqual(new Uint16Array([1, 1, 1, 1]));
    expect(events.at(-1)!.type).toBe('done');
  }
});

it('stops one request by its signal and not the other; a signal that came before sends nothing', async () => {
  const client = await engine();
  const abort = new AbortController();
  const stopped = (async () => {
    for await (const event of client.generate(
      { ...request, prompt: 'slow', steps: 10_000 },
      { signal: abort.signal },
    ))
      if (event.type === 'stage' && event.done === 3) abort.abort();
  })();
  const other = collect(client.generate({ ...request, prompt: 'slow' }));
  await expect(stopped).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' });
  expect((await other).at(-1)!.type).toBe('done');
  const late = collect(client.generate(request, { signal: AbortSignal.abort() }));
  await expect(late).rejects.toMatchObject({ code: 'cancelled' });
});

it('a signal that came before is the only failure, whatever the engine is', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const { modelDir } = freshFolders();
  writeFileSync(join(modelDir, 'broken'), '');
  const client = new EngineClient({ modelDir, device: 'cpu', engineModule: FAULTY_ENGINE });
  onTestFinished(() => client.close());
  await expect(client.ready()).rejects.toMatchObject({ code: 'bad_checkpoint' });
  const late = collect(client.generate(request, { signal: AbortSignal.abort() }));
  await expect(late).rejects.toMatchObject({ code: 'cancelled' });
  // Rejections that nobody handles are told after all that was ready to go on.
  await new Promise(setImmediate);
  expect(unhandled).toEqual([]);
});

it('stops what waits for the engine to load, and listens for that no longer', async () => {
  const { modelDir } = freshFolders();
  const client = new EngineClient({ modelDir, device: 'cpu', engineModule: FAULTY_ENGINE });
  onTestFinished(() => client.close());
  let listening = 0;
  const { onState } = client;
  vi.spyOn(client, 'onState').mockImplementation((listener) => {
    const stop = onState.call(client, listener);
    listening += 1;
    return () => {
      listening -= 1;
      stop();
    };
  });
  const abort = new AbortController();
  const waiting = collect(client.generate(request, { signal: abort.signal }));
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  expect(client.state).toBe('loading');
  expect(listening).toBe(0);
  expect((await collect(client.generate(request))).at(-1)!.type).toBe('done');
});

it('stops a request whose signal comes right after it was asked for', async () => {
  const client = await engine();
  for (let ticks = 0; ticks < 8; ticks++) {
    const abort = new AbortController();
    const asked = collect(client.generate({ ...request, steps: 10_000 }, { signal: abort.signal }));
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  }
});

it('lets the engine run no further ahead than a reader that stops allows', async () => {
  const client = await engine();
  const events = client.generate({ ...request, steps: 10_000 })[Symbol.asyncIterator]();
  await events.next();
  // Another whole request passes meanwhile: the first had all the time to run ahead.
  await collect(client.generate(request));
  const { value } = await events.next();
  expect(value).toMatchObject({ type: 'stage', done: 2 });
  await events.return?.(undefined);
  expect((await collect(client.generate(request))).at(-1)!.type).toBe('done');
});

it('carries an error across with code, message and field', async () => {
  const client = await engine();
  await expect(collect(client.generate({ ...request, prompt: 'fail' }))).rejects.toMatchObject({
    code: 'bad_request',
    message: 'This prompt cannot be drawn.',
    field: 'prompt',
  });
});

it('says that the engine died to every reader, starts it again, and keeps its facts', async () => {
  const client = await engine();
  const states: string[] = [];
  client.onState((state) => states.push(state));
  const first = client.processId!;
  const runs = [1, 2].map((seed) =>
    collect(client.generate({ ...request, prompt: 'slow', steps: 10_000, seed })),
  );
  process.kill(first, 'SIGKILL');
  for (const run of runs)
    await expect(run).rejects.toMatchObject({
      code: 'engine_died',
      message: expect.stringMatching(/killed, most likely for lack of memory.*PALIMPSEST_MEMORY/),
    });
  expect(client.info.name).toBe('tiny');
  expect((await collect(client.generate(request))).at(-1)!.type).toBe('done');
  expect(client.processId).not.toBe(first);
  expect(states).toEqual(['restarting', 'ready']);
});

it('reports a bad checkpoint once, and does not try it again', async () => {
  const { modelDir } = freshFolders();
  writeFileSync(join(modelDir, 'broken'), '');
  const client = new EngineClient({
    modelDir,
    device: 'cpu',
    engineModule: FAULTY_ENGINE,
    restartDelayMs: 1,
  });
  onTestFinished(() => client.close());
  await expect(client.ready()).rejects.toMatchObject({ code: 'bad_checkpoint', field: 'a.b' });
  while (client.processId !== undefined) await new Promise(setImmediate);
  expect(client.state).toBe('failed');
  await expect(collect(client.generate(request))).rejects.toMatchObject({ code: 'bad_checkpoint' });
});

it('says why the process could not be started, tries again, and heals', async () => {
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  const { modelDir } = freshFolders();
  process.execPath = join(modelDir, 'no-node');
  const client = new EngineClient({
    modelDir,
    device: 'cpu',
    engineModule: FAULTY_ENGINE,
    restartDelayMs: 10,
  });
  onTestFinished(() => client.close());
  await expect.poll(() => client.state).toBe('restarting');
  expect(client.error).toMatchObject({ code: 'engine_died', cause: { code: 'ENOENT' } });
  process.execPath = execPath;
  expect((await collect(client.generate(request))).at(-1)!.type).toBe('done');
});

it('says so too where the system refuses a start at the call', async () => {
  // An argument longer than any process may be given.
  const client = new EngineClient({ modelDir: 'x'.repeat(1 << 22), device: 'cpu' });
  onTestFinished(() => client.close());
  await expect.poll(() => client.state).toBe('restarting');
  expect(client.error).toMatchObject({ code: 'engine_died', cause: { code: 'E2BIG' } });
});

it('can be closed before it is known that the process could not be started', async () => {
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  const client = new EngineClient({ modelDir: '', device: 'cpu', engineModule: FAULTY_ENGINE });
  process.execPath = execPath;
  await client.close();
  expect(client.state).toBe('closed');
});

it('ends when its parent is killed', async () => {
  const { modelDir } = freshFolders();
  const parent = fork(join(import.meta.dirname, 'engine-parent.ts'), [modelDir], { execArgv: [] });
  const [child] = (await once(parent, 'message')) as [number];
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const lives = () => {
    try {
      return process.kill(child, 0);
    } catch {
      return false;
    }
  };
  while (lives()) await new Promise((resolve) => setTimeout(resolve, 10));
});

it.each(['silent', 'stuck'] as const)(
  'ends a process that is %s, says so, and draws the same with a new one',
  async (what) => {
    const { modelDir } = freshFolders();
    const limits = { silentTicks: 600, stuckTicks: 600 };
    const client = new EngineClient({
      ...{ modelDir, device: 'cpu', engineModule: FAULTY_ENGINE, restartDelayMs: 10 },
      pulse: what === 'silent' ? { ...limits, silentTicks: 3 } : { ...limits, stuckTicks: 3 },
    });
    onTestFinished(() => client.close());
    await client.ready();
    const before = await collect(client.generate(request));
    const stalled = client.generate({ ...request, prompt: what === 'stuck' ? 'hang' : 'slow' });
    await stalled.next();
    if (what === 'silent') process.kill(client.processId!, 'SIGSTOP');
    const why = what === 'silent' ? /gave no sign of life/ : /did not get on/;
    await expect(collect(stalled)).rejects.toMatchObject({ code: 'engine_died', message: why });
    expect(await collect(client.generate(request))).toEqual(before);
  },
);
