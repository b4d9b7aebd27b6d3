/** The engine over z.ai's hosted GLM-Image, on a stand-in that answers as its documentation has it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RemoteEngine } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { contract } from './contract.ts';
import { ZaiStandIn } from './stand-ins/zai.ts';

const SIZE = { widthPx: 1024, heightPx: 1024, layout: 'separate', steps: 1, guidanceScale: 1 } as const;
const BEGIN = '/api/paas/v4/async/images/generations';

const engineOf = (standIn: ZaiStandIn, changes: object = {}) =>
  new RemoteEngine({
    ...{ kind: 'zai', addresses: [standIn.base], key: 'right', pollMs: 10, retryDelayMs: 10 },
    ...changes,
  });

contract('z.ai', async () => {
  const standIn = await ZaiStandIn.start();
  const engine = engineOf(standIn);
  await engine.ready();
  const end = async () => {
    await engine.close();
    await standIn.close();
  };
  return { engine, sidePx: 1024, end };
});

describe('the service', () => {
  let standIn: ZaiStandIn;
  let engine: RemoteEngine;
  beforeEach(async () => {
    standIn = await ZaiStandIn.start();
    engine = engineOf(standIn);
    await engine.ready();
  });
  afterEach(async () => {
    await engine.close();
    await standIn.close();
  });
  const run = (changes: object = {}, signal?: AbortSignal) =>
    Array.fromAsync(engine.generate(requestOf({ ...SIZE, ...changes }), { signal }));

  test('a task is begun once, asked for until it has ended, and its picture fetched', async () => {
    standIn.processing = 10;
    const events = await run({ widthPx: 1280, prompt: 'a fox' });
    expect(events.filter(({ type }) => type === 'picture')).toMatchObject([
      { widthPx: 1280, heightPx: 1024 },
    ]);
    expect(standIn.askedFor(BEGIN).map(({ fields }) => fields)).toEqual([
      { model: 'glm-image', prompt: 'a fox', size: '1280x1024', quality: 'hd' },
    ]);
    expect(standIn.askedFor('/api/paas/v4/async-result/1')).toHaveLength(11);
  });

  test('nothing is drawn to try it out, since each picture is paid for; a wrong key is found all the same', async () => {
    expect(standIn.askedFor(BEGIN)).toEqual([]);
    const wrong = engineOf(standIn, { key: 'a-key-that-is-wrong' });
    await expect
      .poll(() => wrong.error)
      .toMatchObject({
        code: 'rejected',
        message: expect.stringMatching(/^(?!.*a-key).*401: Authentication Failed/),
      });
    await wrong.close();
  });

  test.each([
    ['fails', /FAIL: The content may be unsafe/],
    ['expired', /403/],
    ['private', /another host/],
    ['elsewhere', /another host/],
  ] as const)('%s: rejected with the reason', async (trouble, words) => {
    standIn.trouble = trouble;
    await expect(run()).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(words) });
    standIn.trouble = 'none';
    expect((await run()).at(-1)!.type).toBe('done');
  });

  test.each(['not yet', 'away'] as const)(
    '%s: it is asked again, and nothing is begun twice',
    async (trouble) => {
      standIn.trouble = trouble;
      expect((await run()).at(-1)!.type).toBe('done');
      expect(standIn.askedFor(BEGIN)).toHaveLength(1);
    },
  );

  test('a task that does not end is given up at the deadline, and not begun again', async () => {
    standIn.processing = Number.POSITIVE_INFINITY;
    const hasty = engineOf(standIn, { leastDeadlineMs: 200 });
    await expect(Array.fromAsync(hasty.generate(requestOf(SIZE)))).rejects.toMatchObject({
      code: 'timed_out',
    });
    await hasty.close();
    expect(standIn.askedFor(BEGIN)).toHaveLength(1);
  });

  test('a stop ends the questions', async () => {
    standIn.processing = Number.POSITIVE_INFINITY;
    const stop = new AbortController();
    const running = run({ count: 2 }, stop.signal);
    await expect.poll(() => standIn.askedFor('/api/paas/v4/async-result/1').length).toBeGreaterThan(1);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(standIn.askedFor(BEGIN)).toHaveLength(1);
  });

  test('pictures, masks, seeds and sizes beyond it are refused by name', async () => {
    const file = await gradientPng(64, 64);
    await expect(run({ references: [file] })).rejects.toMatchObject({ field: 'references' });
    await expect(run({ mask: file })).rejects.toMatchObject({ code: 'unsupported', field: 'mask' });
    await expect(run({ widthPx: 512 })).rejects.toMatchObject({ code: 'bad_request', field: 'widthPx' });
    expect(engine.info.can).toMatchObject({ seeds: false, edits: false, references: 0 });
  });
});
