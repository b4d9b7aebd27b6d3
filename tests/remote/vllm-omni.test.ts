/** The engine over vLLM-Omni, on a stand-in that answers as its source has it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RemoteEngine } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { contract } from './contract.ts';
import { sizeOf } from './stand-ins/stand-in.ts';
import { VllmOmniStandIn } from './stand-ins/vllm-omni.ts';

const SIDE = { widthPx: 256, heightPx: 256, layout: 'separate' } as const;

const connect = async (standIn: VllmOmniStandIn) => {
  const engine = new RemoteEngine({ kind: 'vllm-omni', addresses: [standIn.url], retryDelayMs: 10 });
  await engine.ready();
  standIn.asked.length = 0;
  return engine;
};

contract('vLLM-Omni', async () => {
  const standIn = await VllmOmniStandIn.start();
  const engine = await connect(standIn);
  const end = async () => {
    await engine.close();
    await standIn.close();
  };
  return { engine, sidePx: 256, end };
});

describe('a server', () => {
  let standIn: VllmOmniStandIn;
  let engine: RemoteEngine;
  beforeEach(async () => {
    standIn = await VllmOmniStandIn.start();
    engine = await connect(standIn);
  });
  afterEach(async () => {
    await engine.close();
    await standIn.close();
  });
  const run = (changes: object = {}) => Array.fromAsync(engine.generate(requestOf({ ...SIDE, ...changes })));

  test('it says which model it is, with its seed and one picture a call', async () => {
    await run({ count: 2, seed: 5 });
    expect(engine.info).toMatchObject({
      name: 'zai-org/GLM-Image',
      numerics: 'elsewhere: vllm-omni, version 0.30.0',
      can: { edits: true, references: 1, masks: false, previews: false },
    });
    expect(standIn.askedFor('/v1/images/generations').map(({ fields }) => fields)).toMatchObject([
      {
        model: 'zai-org/GLM-Image',
        n: 1,
        seed: 5,
        size: '256x256',
        num_inference_steps: 2,
        guidance_scale: 1.5,
      },
      { n: 1, seed: 6 },
    ]);
  });

  test('an edit is a form with one picture of a size that it reads, and a second is refused', async () => {
    const events = await run({ references: [await gradientPng(200, 300)] });
    expect(events.some(({ type }) => type === 'fitted')).toBe(true);
    const [{ files, fields }] = standIn.askedFor('/v1/images/edits') as [(typeof standIn.asked)[number]];
    expect(files.map(({ name }) => name)).toEqual(['image']);
    expect(await sizeOf(files[0]!.bytes)).toEqual([512, 768]);
    expect(fields).toMatchObject({ response_format: 'b64_json', size: '256x256' });
    const two = [await gradientPng(64, 64), await gradientPng(64, 64, 1)];
    await expect(run({ references: two })).rejects.toMatchObject({
      code: 'bad_request',
      field: 'references',
    });
  });

  test.each([
    ['engine error', /answered 500: stage 1 died/],
    ['error in place of a picture', /too few tokens from the AR stage/],
  ] as const)('%s is said in its own words', async (trouble, words) => {
    standIn.trouble = trouble;
    await expect(run()).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(words) });
  });

  test('started again with another name, it refuses; asked anew it is known', async () => {
    standIn.served = 'glm-image-2';
    await expect(run()).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining("server is running 'glm-image-2'"),
    });
  });

  test('on its way up it is waited for', async () => {
    standIn.trouble = 'warming';
    const late = new RemoteEngine({ kind: 'vllm-omni', addresses: [standIn.url], retryDelayMs: 10 });
    await expect.poll(() => late.error?.code).toBe('unreachable');
    standIn.trouble = 'none';
    await late.ready();
    await late.close();
  });
});
