/** The engine over OpenAI's images API, on stand-ins for OpenAI with its models of 2026 and for LocalAI. */
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { RemoteEngine, type RemoteOptions } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { contract, type UnderTest } from './contract.ts';
import { LocalAiStandIn, OpenAiStandIn } from './stand-ins/openai.ts';
import type { StandIn } from './stand-ins/stand-in.ts';

const SIZE = { widthPx: 1024, heightPx: 1024, layout: 'separate', steps: 1, guidanceScale: 1 } as const;
const KEY = 'sk-a-key-that-nobody-may-see';

const engineOf = (standIn: StandIn, changes: Partial<RemoteOptions> = {}) =>
  new RemoteEngine({
    ...{ kind: 'openai', addresses: [`${standIn.url}/v1`], key: KEY, retryDelayMs: 10 },
    ...changes,
  } as RemoteOptions);

const underTest = async (standIn: StandIn, model: string, sidePx: number): Promise<UnderTest> => {
  const engine = engineOf(standIn, { model });
  await engine.ready();
  const end = async () => {
    await engine.close();
    await standIn.close();
  };
  return { engine, sidePx, end };
};

contract('gpt-image-2', async () => underTest(await OpenAiStandIn.start(), 'gpt-image-2', 1024));
contract('gpt-image-1.5', async () => underTest(await OpenAiStandIn.start(), 'gpt-image-1.5', 1024));
contract('LocalAI', async () => underTest(await LocalAiStandIn.start(), 'flux.1-dev-ggml', 256));

let standIn: OpenAiStandIn | LocalAiStandIn;
let engine: RemoteEngine;
const connect = async (changes: Partial<RemoteOptions> = {}) => {
  engine = engineOf(standIn, changes);
  await engine.ready();
  standIn.asked.length = 0;
};
afterEach(async () => {
  await engine?.close();
  await standIn?.close();
});
const run = (changes: object = {}) => Array.fromAsync(engine.generate(requestOf({ ...SIZE, ...changes })));

describe('OpenAI', () => {
  test('a picture is a stream with partial pictures, and fields of its own', async () => {
    standIn = await OpenAiStandIn.start();
    await connect({ model: 'gpt-image-2', fields: { quality: 'high' } });
    const events = await run({ prompt: 'a fox' });
    expect(events.filter(({ type }) => type === 'preview')).toHaveLength(2);
    expect(standIn.askedFor('/v1/images/generations').map(({ fields }) => fields)).toEqual([
      {
        ...{ model: 'gpt-image-2', prompt: 'a fox', size: '1024x1024', n: 1, quality: 'high' },
        ...{ output_format: 'png', stream: true, partial_images: 2 },
      },
    ]);
    expect(engine.info.numerics).toContain('"quality":"high"');
  });

  test('nothing is drawn to try it out, since each picture is paid for', async () => {
    standIn = await OpenAiStandIn.start();
    engine = engineOf(standIn, { model: 'gpt-image-2' });
    await engine.ready();
    expect(standIn.asked.every(({ path }) => path === '/v1/models')).toBe(true);
  });

  test.each([
    ['gpt-image-1.5', 'high'],
    ['gpt-image-2', undefined],
  ])('%s: an edit asks for fidelity of what it is given: %s', async (model, fidelity) => {
    standIn = await OpenAiStandIn.start();
    await connect({ model });
    await run({ references: [await gradientPng(1024, 1024)] });
    const [{ fields, files }] = standIn.askedFor('/v1/images/edits') as [(typeof standIn.asked)[number]];
    expect([fields.input_fidelity, files.map(({ name }) => name)]).toEqual([fidelity, ['image[]']]);
  });

  test('a mask goes as a transparent PNG, and what lies outside of it is put back', async () => {
    standIn = await OpenAiStandIn.start();
    await connect({ model: 'gpt-image-2' });
    const target = await gradientPng(1024, 1024);
    const white = { create: { width: 512, height: 1024, channels: 3 as const, background: '#fff' } };
    const mask = await sharp({ create: { ...white.create, width: 1024, background: '#000' } })
      .composite([{ input: white, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const events = await run({ references: [target], mask });
    const sent = standIn.askedFor('/v1/images/edits')[0]!.files.find(({ name }) => name === 'mask')!;
    expect((await sharp(sent.bytes).stats()).isOpaque).toBe(false);
    const picture = events.find((event) => event.type === 'picture')!;
    const right = (png: Uint8Array) =>
      sharp(png).removeAlpha().extract({ left: 512, top: 0, width: 512, height: 1024 }).raw().toBuffer();
    expect(Buffer.compare(await right(picture.png), await right(target))).toBe(0);
  });

  test('a size that a model does not draw is refused before anything is sent', async () => {
    standIn = await OpenAiStandIn.start();
    await connect({ model: 'gpt-image-1.5' });
    await expect(run({ widthPx: 1536, heightPx: 1536 })).rejects.toMatchObject({
      ...{ code: 'unsupported', field: 'widthPx' },
      message: expect.stringContaining('1024x1024, 1536x1024, 1024x1536'),
    });
    expect(standIn.askedFor('/v1/images/generations')).toEqual([]);
  });

  test.each([
    ['moderation', /rejected by the safety system/],
    ['error in the stream', /The server had an error/],
    ['ends early', /no picture in its answer/],
  ] as const)('%s: rejected with its words, and the next is drawn', async (trouble, words) => {
    const openAi = await OpenAiStandIn.start();
    standIn = openAi;
    await connect({ model: 'gpt-image-2' });
    openAi.trouble = trouble;
    await expect(run()).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(words) });
    openAi.trouble = 'none';
    expect((await run()).at(-1)!.type).toBe('done');
  });

  test('a wrong key is said, and not shown', async () => {
    const openAi = await OpenAiStandIn.start();
    standIn = openAi;
    openAi.trouble = 'no key';
    engine = engineOf(standIn, { model: 'gpt-image-2' });
    await expect.poll(() => engine.error?.message).toMatch(/^(?!.*nobody).*401: Incorrect API key/);
  });

  test('without a model it asks which', async () => {
    standIn = await OpenAiStandIn.start();
    engine = engineOf(standIn);
    await expect.poll(() => engine.error).toMatchObject({ code: 'bad_request', field: 'model' });
  });
});

describe('LocalAI', () => {
  test('it is asked for bytes instead of an address, and its steps are a field of its own', async () => {
    standIn = await LocalAiStandIn.start();
    await connect({ fields: { step: 25 } });
    await run({ widthPx: 256, heightPx: 256 });
    expect(standIn.askedFor('/v1/images/generations').map(({ fields }) => fields)).toMatchObject([
      { response_format: 'b64_json', step: 25, model: 'flux.1-dev-ggml' },
    ]);
    expect(standIn.askedFor('/v1/images/generations')[0]!.fields).not.toHaveProperty('stream');
  });

  test('that it has no edits is found out when it is connected', async () => {
    standIn = await LocalAiStandIn.start();
    await connect();
    expect(engine.info.can).toMatchObject({ edits: false, previews: false, seeds: false });
    await expect(run({ references: [await gradientPng(256, 256)] })).rejects.toMatchObject({
      ...{ code: 'unsupported', field: 'references' },
    });
  });
});
