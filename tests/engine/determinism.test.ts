/**
 * Equalities that need no oracle: the same request gives the same bytes, and a picture depends on nothing but its own
 * request: not on its neighbours, not on what else is under way, not on what was stopped before.
 */
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Engine, EngineEvent, GenerationRequest } from '../../engine/index.ts';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import { ModelRunner } from '../../engine/model/model-runner.ts';
import { makeBranches } from '../../engine/picture/denoise.ts';
import { decodePicture, referenceGrid } from '../../engine/picture/pixels.ts';
import { encodePixels, writeKeysValues } from '../../engine/picture/references.ts';
import { loadEngine } from '../../engine/pipeline/engine.ts';
import { RequestContext } from '../../engine/schedule/request-context.ts';
import { needsFixtures, noFixtures, TINY } from './fixtures.ts';
import { generate, gradientPng, type PictureEvent, picturesOf, requestOf } from './requests.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
beforeEach(needsFixtures);

let engine: Engine;
let sidePx: number;
let references: Uint8Array[];
beforeAll(async () => {
  if (noFixtures) return;
  engine = await loadEngine({ modelDir: TINY, device: 'cpu' });
  sidePx = engine.info.minSidePx * 2;
  references = [await gradientPng(sidePx, sidePx, 1), await gradientPng(sidePx * 2, sidePx, 2)];
});
afterAll(() => engine?.close());

const request = (changes: Partial<GenerationRequest> = {}) =>
  requestOf({ widthPx: sidePx, heightPx: sidePx, ...changes });
const run = (changes: Partial<GenerationRequest> = {}): Promise<PictureEvent[]> =>
  generate(engine, request(changes));
const one = async (changes: Partial<GenerationRequest> = {}): Promise<PictureEvent> =>
  (await run(changes))[0]!;

/** Takes one unit of each in turn until all have ended. */
async function interleave(iterables: AsyncIterable<EngineEvent>[]): Promise<EngineEvent[][]> {
  const events = iterables.map((): EngineEvent[] => []);
  let running = iterables.map((iterable, i) => ({ iterator: iterable[Symbol.asyncIterator](), i }));
  while (running.length > 0) {
    const still: typeof running = [];
    for (const task of running) {
      const { done, value } = await task.iterator.next();
      if (done) continue;
      events[task.i]!.push(value);
      still.push(task);
    }
    running = still;
  }
  return events;
}

describe('the same request twice', () => {
  test.each([
    ['from text', {}],
    ['without guidance', { guidanceScale: 1 }],
    ['of two pictures with layouts of their own', { count: 2, layout: 'separate' as const }],
  ])('%s gives the same bytes', async (_, changes) => {
    expect(await run(changes)).toEqual(await run(changes));
  });

  test('with references gives the same bytes', async () => {
    expect(await run({ references })).toEqual(await run({ references }));
  });

  test('in another engine gives the same bytes', async () => {
    const other = await loadEngine({ modelDir: TINY, device: 'cpu' });
    expect(await generate(other, request())).toEqual(await run());
    expect(other.info).toEqual(engine.info);
    await other.close();
  });

  test('another seed, prompt, size, step count, guidance or text gives another picture', async () => {
    const { png } = await one();
    for (const changes of [
      { seed: 8 },
      { seed: 7 + 2 ** 32 },
      { prompt: 'a blue ball beside a sign "shut"' },
      { steps: 3 },
      { guidanceScale: 2 },
      { renderTexts: ['closed'] },
      { references: references.slice(0, 1) },
    ])
      expect((await one(changes)).png).not.toEqual(png);
  });
});

describe('picture i of n', () => {
  test.each(['shared', 'separate'] as const)('equals the one made alone, layout %s', async (layout) => {
    const all = await run({ count: 3, layout });
    expect(all.map(({ pictureIndex }) => pictureIndex)).toEqual([0, 1, 2]);
    for (const index of [0, 1, 2])
      expect(await run({ count: 3, layout, only: [index] })).toEqual([all[index]]);
    expect(await run({ count: 2, layout })).toEqual(all.slice(0, 2));
  });

  test('shared: one layout, different pictures', async () => {
    const pictures = await run({ count: 3, layout: 'shared' });
    for (const { priorTokens } of pictures) expect(priorTokens).toEqual(pictures[0]!.priorTokens);
    expect(new Set(pictures.map(({ png }) => Buffer.from(png).toString('base64'))).size).toBe(3);
  });

  test('separate: layouts of their own, the first as in shared', async () => {
    const pictures = await run({ count: 3, layout: 'separate', widthPx: sidePx * 2, heightPx: sidePx * 2 });
    expect(new Set(pictures.map(({ priorTokens }) => priorTokens.join())).size).toBe(3);
    const shared = await one({ widthPx: sidePx * 2, heightPx: sidePx * 2 });
    expect(pictures[0]).toEqual(shared);
  });
});

describe('beside other requests', () => {
  test('unit by unit, nothing changes', async () => {
    const requests = [request(), request({ seed: 8, references }), request({ prompt: '一只猫', count: 2 })];
    const alone: PictureEvent[][] = [];
    for (const each of requests) alone.push(await generate(engine, each));
    const together = await interleave(requests.map((each) => engine.generate(each)));
    expect(together.map(picturesOf)).toEqual(alone);
  });

  test('all at once, nothing changes', async () => {
    const requests = [request(), request({ seed: 9 }), request({ seed: 10, guidanceScale: 1 })];
    const together = await Promise.all(requests.map((each) => generate(engine, each)));
    for (const [i, each] of requests.entries()) expect(await generate(engine, each)).toEqual(together[i]);
  });

  test('prompts of several segments are read one segment at a time, and what is remembered of them is right', async () => {
    const fresh = await loadEngine({ modelDir: TINY, device: 'cpu', activeBytes: 1e12 });
    const requests = await Promise.all(
      [1, 2, 3].map(async (shade) =>
        request({
          prompt: `drawing ${shade}`,
          references: await Promise.all([10, 20].map((more) => gradientPng(256, 256, shade + more))),
          owner: 'ann',
          steps: 1,
        }),
      ),
    );
    const alone: PictureEvent[][] = [];
    for (const each of requests) alone.push(await generate(engine, each));
    const { forward } = ModelRunner.prototype;
    let [underWay, most] = [0, 0];
    const forwards = vi.spyOn(ModelRunner.prototype, 'forward').mockImplementation(function (
      this: ModelRunner,
      ...feed
    ) {
      most = Math.max(most, ++underWay);
      return forward.apply(this, feed).finally(() => {
        underWay -= 1;
      });
    });
    onTestFinished(() => forwards.mockRestore());
    const together = await Promise.all(requests.map((each) => generate(fresh, each)));
    expect(together).toEqual(alone);
    expect(most).toBe(1);
    for (const [i, each] of requests.entries()) expect(await generate(fresh, each)).toEqual(alone[i]);
    await fresh.close();
  });

  test('they take turns', async () => {
    const order: string[] = [];
    const follow = async (name: string, seed: number) => {
      for await (const { type } of engine.generate(request({ seed }))) if (type === 'stage') order.push(name);
    };
    await Promise.all([follow('a', 1), follow('b', 2)]);
    const half = order.slice(0, order.length / 2);
    expect(half.filter((name) => name === 'a').length).toBeGreaterThan(half.length / 3);
    expect(half.filter((name) => name === 'b').length).toBeGreaterThan(half.length / 3);
  });
});

describe('sizes and words', () => {
  test('a size that is not square', async () => {
    const { widthPx, heightPx, priorGrid, priorTokens, latents, latentShape, png } = await one({
      widthPx: sidePx * 2,
      heightPx: sidePx,
    });
    const picture = await decodePicture(png);
    expect([picture.width, picture.height]).toEqual([sidePx * 2, sidePx]);
    expect([widthPx, heightPx]).toEqual([sidePx * 2, sidePx]);
    expect(priorGrid).toEqual([sidePx / 32, (sidePx * 2) / 32]);
    expect(priorTokens).toHaveLength(priorGrid[0] * priorGrid[1]);
    expect(latentShape.slice(2)).toEqual([sidePx / 8, (sidePx * 2) / 8]);
    expect(latents).toHaveLength(latentShape.reduce((a, b) => a * b, 1));
    expect(new Set(picture.data).size).toBeGreaterThan(16);
  });

  test('words given explicitly equal the same words in quotes, and replace them', async () => {
    const quoted = await one();
    expect(await one({ renderTexts: ['open'] })).toEqual(quoted);
    const other = await one({ renderTexts: ['shut', '关门'] });
    expect(other.priorTokens).toEqual(quoted.priorTokens);
    expect(other.png).not.toEqual(quoted.png);
    expect((await one({ renderTexts: [] })).png).not.toEqual(quoted.png);
  });
});

describe('references', () => {
  test('their order is the language model’s to read: both orders run', async () => {
    const [there, back] = [await one({ references }), await one({ references: references.toReversed() })];
    expect(there.png).not.toEqual((await one()).png);
    expect(back.png.length).toBeGreaterThan(0);
  });

  test('the DiT reads them in one order, whatever the order they came in', async () => {
    const runner = await ModelRunner.load(openCheckpoint(TINY), 'cpu');
    const encoded = await Promise.all(
      references.map(async (file, i) => {
        const picture = await decodePicture(file);
        const grid = referenceGrid(picture.width, picture.height, runner.checkpoint.config.referenceLimits);
        const encoding = await encodePixels(runner, picture, grid);
        return { hash: `${9 - i}`, keysValues: await writeKeysValues(runner, encoding) };
      }),
    );
    const context = RequestContext.alone(runner);
    const ids = new Int32Array(4);
    const grid = { height: 2, width: 2 };
    const there = await makeBranches(context, ['a'], ids, grid, encoded, 2);
    const back = await makeBranches(context, ['a'], ids, grid, encoded.toReversed(), 2);
    expect(back).toEqual(there);
    expect(there.unconditional!.references).toEqual(runner.noReferences());
    await runner.dispose();
  });

  test('the same picture twice is two references', async () => {
    const twice = await one({ references: [references[0]!, references[0]!] });
    expect(twice.png).not.toEqual((await one({ references: [references[0]!] })).png);
  });
});

describe('stopping', () => {
  test.each([
    ['before the first unit', 0],
    ['while tokens are sampled', 0.3],
    ['while latents are denoised', 0.99],
  ])('%s, before the next unit', async (_, share) => {
    const { length } = await Array.fromAsync(engine.generate(request()));
    const stopAfter = Math.floor((length - 3) * share);
    const controller = new AbortController();
    if (stopAfter === 0) controller.abort();
    let seen = 0;
    const read = async () => {
      for await (const _ of engine.generate(request(), { signal: controller.signal }))
        if (++seen === stopAfter) controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' });
    expect(seen).toBe(stopAfter);
  });

  test('of requests that wait to be let in is at once, whoever keeps them out', async () => {
    const narrow = await loadEngine({ modelDir: TINY, device: 'cpu', activeBytes: 1 });
    onTestFinished(() => narrow.close());
    const before = await run();
    // It is let in, and its reader stops reading: nobody else is let in before it goes on.
    const first = narrow.generate(request())[Symbol.asyncIterator]();
    const begun = await first.next();
    const stop = new AbortController();
    const waiting = Promise.allSettled([
      Array.fromAsync(narrow.generate(request(), { signal: stop.signal })),
      Array.fromAsync(narrow.generate(request({ seed: 8, owner: 'ann' }), { signal: stop.signal })),
      narrow.warm!({ references }, { signal: stop.signal }),
    ]);
    await setImmediate();
    stop.abort();
    const cancelled = { status: 'rejected', reason: { name: 'EngineError', code: 'cancelled' } };
    expect(await waiting).toMatchObject([cancelled, cancelled, cancelled]);
    const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => first });
    expect(picturesOf([begun.value as EngineEvent, ...rest])).toEqual(before);
    expect(await generate(narrow, request())).toEqual(before);
  });

  test('leaves the next request as it was', async () => {
    const before = await run();
    const controller = new AbortController();
    const stopped = async () => {
      for await (const { type } of engine.generate(request({ references }), { signal: controller.signal }))
        if (type === 'preview') controller.abort();
    };
    const [failure, beside] = await Promise.allSettled([stopped(), run()]);
    expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect(beside).toEqual({ status: 'fulfilled', value: before });
    expect(await run()).toEqual(before);
  });

  test('a reader that leaves early stops it too', async () => {
    for await (const { type } of engine.generate(request())) if (type === 'stage') break;
    expect(await run()).toHaveLength(1);
  });
});

test('progress counts up to its total in every stage, and the last event is done', async () => {
  const events = await Array.fromAsync(engine.generate(request({ references, steps: 4 })));
  for (const stage of ['encode', 'prior', 'denoise', 'vae'] as const) {
    const counts = events.flatMap((event) =>
      event.type === 'stage' && event.stage === stage ? [[event.done, event.total]] : [],
    );
    expect(counts.length).toBeGreaterThan(0);
    expect(counts.at(-1)![0]).toBe(counts.at(-1)![1]);
    expect(counts.map(([done]) => done)).toEqual(counts.map(([done]) => done!).toSorted((a, b) => a - b));
  }
  expect(events.some(({ type }) => type === 'preview')).toBe(true);
  expect(events.at(-1)!.type).toBe('done');
});
