/** The engine over SGLang-Diffusion, on a stand-in that misbehaves as the real one does. */
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine, type EngineEvent, RemoteEngine, type RemoteOptions } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { contract } from './contract.ts';
import { type StandIn, sidesOf, startStandIn, type Trouble } from './stand-in.ts';

const SIDE = { widthPx: 256, heightPx: 256, layout: 'separate' } as const;
const KEY = 'a-key-that-nobody-may-see';

contract('SGLang', async () => {
  const standIn = await startStandIn();
  standIn.reads = { least: 256, most: 1024 };
  const engine = await connectEngine({ kind: 'sglang', addresses: [standIn.url] });
  const end = async () => {
    await engine.close();
    await standIn.close();
  };
  return { engine, sidePx: 256, end };
});

describe('a server', () => {
  let standIn: StandIn;
  let engine: RemoteEngine;
  beforeEach(async () => {
    standIn = await startStandIn();
  });
  afterEach(async () => {
    await engine?.close();
    await standIn.close();
  });

  const connect = async (options: Partial<RemoteOptions> = {}) => {
    engine = (await connectEngine({
      ...{ kind: 'sglang', addresses: [standIn.url], key: KEY, retryDelayMs: 10 },
      ...options,
    } as RemoteOptions)) as RemoteEngine;
    standIn.asked.length = 0;
  };
  const run = (changes: object = {}, signal?: AbortSignal) =>
    Array.fromAsync(engine.generate(requestOf({ ...SIDE, ...changes }), { signal }));
  const pictures = (events: EngineEvent[]) => events.filter((event) => event.type === 'picture');

  test('it is known by what it serves, and what it cannot do is said', async () => {
    await connect();
    expect(engine.info).toMatchObject({
      ...{ name: 'glm-image', numerics: 'elsewhere: sglang, version 0.5.23, bf16, 1 GPU' },
      can: {
        edits: true,
        masks: false,
        sameLayout: false,
        seeds: true,
        steps: true,
        previews: false,
        abort: 'picture',
      },
    });
  });

  test('each picture is a call of its own, with a seed, a form and a size that are written out', async () => {
    await connect();
    const made = pictures(await run({ count: 2, only: [1, 0], seed: 7 }));
    expect(made.map(({ pictureIndex }) => pictureIndex).toSorted()).toEqual([0, 1]);
    expect(made[0]).not.toHaveProperty('priorTokens');
    expect(standIn.asked.map(({ path }) => path)).toEqual([
      '/v1/images/generations',
      '/v1/images/generations',
    ]);
    // Two calls run side by side, so either may come first.
    const bodies = standIn.asked.map(({ body }) => JSON.parse(body)).toSorted((a, b) => b.seed - a.seed);
    expect(bodies).toMatchObject([
      {
        model: 'glm-image',
        n: 1,
        seed: 8,
        size: '256x256',
        num_inference_steps: 2,
        guidance_scale: 1.5,
        response_format: 'b64_json',
        output_format: 'png',
      },
      { n: 1, seed: 7 },
    ]);
    expect(standIn.asked[0]!.authorization).toBe(`Bearer ${KEY}`);
  });

  test('references go as PNG with sides that it takes, in their order', async () => {
    await connect();
    const references = [
      await gradientPng(250, 300),
      { file: await gradientPng(64, 64), priorTokens: new Uint16Array(), latents: new Float32Array() },
      await gradientPng(2600, 1300),
      await gradientPng(700, 650),
    ];
    expect(pictures(await run({ references }))).toHaveLength(1);
    const { path, body } = standIn.asked[0]!;
    expect(path).toBe('/v1/images/edits');
    expect(sidesOf(body)).toEqual([512, 608, 512, 512, 2048, 1024, 704, 640]);
  });

  test('a small checkpoint reads smaller references, and no larger ones', async () => {
    standIn.reads = { least: 256, most: 1024 };
    await connect();
    const references = [await gradientPng(256, 256), await gradientPng(1400, 1000)];
    expect(pictures(await run({ references }))).toHaveLength(1);
    expect(sidesOf(standIn.asked[0]!.body)).toEqual([256, 256, 1024, 736]);
  });

  test('words to draw stand between quotes', async () => {
    await connect();
    await run({ prompt: 'a shop called "Bell"', renderTexts: ['Bell', 'open'] });
    expect(JSON.parse(standIn.asked[0]!.body).prompt).toBe('a shop called "Bell" "open"');
  });

  test.each([
    ['mask', { mask: new Uint8Array(1), references: [new Uint8Array(1)] }],
    ['priorTokens', { priorTokens: new Uint16Array(64) }],
    ['layout', { layout: 'shared', count: 2 }],
    ['resume', { resume: new Uint8Array(1) }],
    ['renderTexts', { prompt: 'a "sign"', renderTexts: [] }],
  ])('%s is refused by name before anything is sent', async (field, changes) => {
    await connect();
    await expect(run(changes)).rejects.toMatchObject({ code: 'unsupported', field });
    expect(standIn.asked).toEqual([]);
  });

  test('a release that cannot edit is found out when it is connected', async () => {
    standIn.editsFail = true;
    await connect();
    expect(engine.info.can.edits).toBe(false);
    await expect(run({ references: [await gradientPng(64, 64)] })).rejects.toMatchObject({
      field: 'references',
    });
    expect(pictures(await run())).toHaveLength(1);
  });

  test('a JPEG is made into the PNG that was asked for', async () => {
    await connect();
    standIn.trouble = 'jpeg';
    const [picture] = pictures(await run());
    expect(await sharp(picture!.png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
  });

  test.each<[Trouble, string, RegExp]>([
    ['fails', 'rejected', /answered 500: Internal Server Error/],
    ['other size', 'rejected', /288 x 256 px instead of 256 x 256/],
    ['redirects', 'rejected', /another address/],
    ['address', 'rejected', /another host/],
    ['no picture', 'rejected', /no picture/],
    ['huge', 'rejected', /larger than 64 MiB/],
  ])('%s: %s, and it goes on with the next', async (trouble, code, message) => {
    await connect();
    standIn.trouble = trouble;
    await expect(run()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(engine.state).toBe('ready');
    standIn.trouble = 'none';
    expect(pictures(await run())).toHaveLength(1);
  });

  test.each<[Trouble]>([['cut'], ['warming']])(
    '%s: unreachable, until it is back by itself',
    async (trouble) => {
      await connect();
      standIn.trouble = trouble;
      const running = run();
      await expect(running).rejects.toMatchObject({ code: 'unreachable' });
      expect(engine.state).toBe('restarting');
      standIn.trouble = 'none';
      await engine.ready();
      expect(pictures(await run())).toHaveLength(1);
    },
  );

  test('one that is silent is given up at the deadline, and asked only once', async () => {
    await connect({ leastDeadlineMs: 200 });
    standIn.trouble = 'silent';
    await expect(run()).rejects.toMatchObject({
      code: 'timed_out',
      message: expect.stringContaining('still be drawing'),
    });
    const forPicture = () => standIn.asked.filter(({ body }) => body.includes('a red ball'));
    expect(forPicture()).toHaveLength(1);
    // It is tried out before it gets work again; that picture is not among it.
    expect(engine.state).toBe('restarting');
    standIn.trouble = 'none';
    await engine.ready();
    expect(forPicture()).toHaveLength(1);
  });

  test('a stop ends the wait at once and begins no further picture', async () => {
    await connect();
    standIn.trouble = 'silent';
    const stop = new AbortController();
    const running = run({ count: 3 }, stop.signal);
    await expect.poll(() => standIn.asked.length).toBe(1);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => standIn.left).toBe(1);
    expect(standIn.asked).toHaveLength(1);
  });

  test('one that is not there yet is waited for', async () => {
    standIn.trouble = 'warming';
    engine = new RemoteEngine({ kind: 'sglang', addresses: [standIn.url], retryDelayMs: 10 });
    await expect.poll(() => engine.error?.code).toBe('unreachable');
    expect([engine.state, engine.loadedInfo]).toEqual(['loading', undefined]);
    standIn.trouble = 'none';
    await engine.ready();
  });

  test('what is no address is refused, and no message has a key or a password', async () => {
    for (const url of ['ftp://host', 'host', 'http://me:secret@host', 'http://host/?key=secret'])
      expect(() => new RemoteEngine({ kind: 'sglang', addresses: [url] })).toThrow(/^(?!.*secret).*address/);
    await connect();
    standIn.trouble = 'fails';
    await expect(run()).rejects.toMatchObject({ message: expect.not.stringContaining(KEY) });
    expect(JSON.stringify(engine.info)).not.toContain(KEY);
  });
});
