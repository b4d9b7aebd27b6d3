/** The engine over the server of stable-diffusion.cpp, on a stand-in that answers as its source has it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RemoteEngine } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { contract } from './contract.ts';
import { SdcppStandIn } from './stand-ins/sdcpp.ts';

const SIZE = { widthPx: 256, heightPx: 256, layout: 'separate' } as const;
const BEGIN = '/sdcpp/v1/img_gen';

const engineOf = (standIn: SdcppStandIn, changes: object = {}) =>
  new RemoteEngine({
    ...{ kind: 'sdcpp', addresses: [standIn.url], pollMs: 10, retryDelayMs: 10 },
    ...changes,
  });

contract('stable-diffusion.cpp', async () => {
  const standIn = await SdcppStandIn.start();
  const engine = engineOf(standIn);
  await engine.ready();
  const end = async () => {
    await engine.close();
    await standIn.close();
  };
  return { engine, sidePx: 128, end };
});

describe('a server', () => {
  let standIn: SdcppStandIn;
  let engine: RemoteEngine;
  beforeEach(async () => {
    standIn = await SdcppStandIn.start();
  });
  afterEach(async () => {
    await engine.close();
    await standIn.close();
  });
  const connect = async (changes: object = {}) => {
    engine = engineOf(standIn, changes);
    await engine.ready();
    standIn.asked.length = 0;
  };
  const run = (changes: object = {}, signal?: AbortSignal) =>
    Array.fromAsync(engine.generate(requestOf({ ...SIZE, ...changes }), { signal }));

  test('it is known by what it says of itself, and takes fields of its own', async () => {
    await connect({ fields: { sample_params: { sample_method: 'euler' }, cache_mode: 'spectrum' } });
    expect(engine.info).toMatchObject({
      ...{ name: 'flux-kontext', sizeMultiplePx: 64, minSidePx: 64, maxSidePx: 2048, defaultSteps: 20 },
      can: { edits: true, masks: true, seeds: true, abort: 'picture' },
    });
    await run({ steps: 4, guidanceScale: 3, seed: 9 });
    expect(standIn.askedFor(BEGIN)[0]!.fields).toMatchObject({
      ...{ width: 256, height: 256, seed: 9, batch_count: 1, cache_mode: 'spectrum', ref_images: [] },
      sample_params: { sample_method: 'euler', sample_steps: 4, guidance: { txt_cfg: 3 } },
      ...{ output_format: 'png', embed_image_metadata: false },
    });
  });

  test('a model that looks at no reference is found out, though the server takes them', async () => {
    standIn.looksAtReferences = false;
    await connect();
    expect(engine.info.can).toMatchObject({ edits: false, references: 0, masks: false });
    await expect(run({ references: [await gradientPng(64, 64)] })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  test('a stop takes a job that waits out of the line', async () => {
    await connect({ atOnce: 2 });
    standIn.holds = true;
    const first = run({ seed: 1 });
    const stop = new AbortController();
    await expect.poll(() => standIn.jobs.at(-1)?.status).toBe('generating');
    const second = run({ seed: 2 }, stop.signal);
    await expect.poll(() => standIn.jobs.at(-1)?.status).toBe('queued');
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(standIn.jobs.at(-1)!.status).toBe('cancelled');
    await standIn.release();
    expect((await first).at(-1)!.type).toBe('done');
  });

  test('a stop while it draws is told to the server, which draws to the end', async () => {
    await connect();
    standIn.holds = true;
    const stop = new AbortController();
    const running = run({}, stop.signal);
    await expect.poll(() => standIn.jobs.at(-1)?.status).toBe('generating');
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    const { id } = standIn.jobs.at(-1)!;
    await expect.poll(() => standIn.askedFor(`/sdcpp/v1/jobs/${id}/cancel`).length).toBe(1);
    expect(standIn.jobs.at(-1)!.status).toBe('generating');
    await standIn.release();
  });

  test('what fails is said in its own words', async () => {
    await connect();
    standIn.trouble = 'fails';
    await expect(run()).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('generate_image returned no results'),
    });
  });

  test.each(['forget', 'expire'] as const)(
    '%s: the job is lost, and the engine says that it may be asked for again',
    async (how) => {
      await connect();
      standIn.holds = true;
      const running = run();
      await expect.poll(() => standIn.jobs.at(-1)?.status).toBe('generating');
      standIn[how]();
      standIn.holds = false;
      await expect(running).rejects.toMatchObject({ code: 'unreachable' });
      await engine.ready();
      expect((await run()).at(-1)!.type).toBe('done');
    },
  );

  test('a full line is away until there is room: nothing came of the request', async () => {
    await connect();
    standIn.trouble = 'full';
    await expect(run()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('job queue is full'),
    });
    standIn.trouble = 'none';
    await engine.ready();
    expect((await run()).at(-1)!.type).toBe('done');
  });

  test('a server that makes videos only is refused', async () => {
    standIn.modes = ['vid_gen'];
    engine = engineOf(standIn);
    await expect
      .poll(() => engine.error)
      .toMatchObject({
        code: 'bad_request',
        message: expect.stringContaining('draws no pictures'),
      });
  });
});
