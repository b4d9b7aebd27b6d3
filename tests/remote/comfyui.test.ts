/** The engine over ComfyUI, by graphs with gaps, on a stand-in with a line, a socket and files. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RemoteEngine } from '../../engine/index.ts';
import { filled, readGraph } from '../../engine/remote/adapters/comfyui-graph.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { contract } from './contract.ts';
import { ComfyUiStandIn } from './stand-ins/comfyui.ts';
import { hashOf } from './stand-ins/stand-in.ts';

const SIZE = { widthPx: 256, heightPx: 256, layout: 'separate' } as const;

const node = (class_type: string, inputs: object) => ({ class_type, inputs });
/** A plain workflow with so many pictures, as ComfyUI exports it. */
const workflow = (pictures = 0, isMasked = false) => ({
  3: node('KSampler', {
    ...{ seed: '{seed}', steps: '{steps=12}', cfg: '{guidance=3.5}', sampler_name: 'euler', denoise: 1 },
    ...{ positive: ['6', 0], latent_image: ['5', 0] },
  }),
  5: node('EmptyLatentImage', { width: '{width}', height: '{height}', batch_size: 1 }),
  6: node('CLIPTextEncode', { text: 'best quality, {prompt}', clip: ['4', 1] }),
  9: node('SaveImage', { filename_prefix: 'palimpsest', images: ['8', 0] }),
  ...Object.fromEntries(
    Array.from({ length: pictures }, (_, at) => [
      20 + at,
      node('LoadImage', { image: `{picture${at + 1}}` }),
    ]),
  ),
  ...(isMasked && { 30: node('LoadImageMask', { image: '{mask}', channel: 'red' }) }),
});
const GRAPHS = [workflow(), workflow(1), workflow(2), workflow(1, true)];

const engineOf = (standIn: ComfyUiStandIn, changes: object = {}) =>
  new RemoteEngine({
    ...{ kind: 'comfyui', addresses: [standIn.url], graphs: GRAPHS, pollMs: 10, retryDelayMs: 10 },
    ...changes,
  });

contract('ComfyUI', async () => {
  const standIn = await ComfyUiStandIn.start();
  const engine = engineOf(standIn);
  await engine.ready();
  const end = async () => {
    await engine.close();
    await standIn.close();
  };
  return { engine, sidePx: 256, end };
});

describe('a graph', () => {
  const FILLING = {
    ...{ prompt: 'a {seed} fox', seed: 7, width: 64, height: 32, steps: 2, guidance: 1.5 },
    ...{ pictures: ['a.png', 'b.png'], mask: 'm.png' },
  };

  test('gaps become values, and words within a text; what a message says is left as it is', () => {
    const { 3: sampler, 5: latent, 6: text, 21: second } = filled(readGraph(workflow(2)).graph, FILLING);
    expect(sampler!.inputs).toMatchObject({ seed: 7, steps: 2, cfg: 1.5, positive: ['6', 0] });
    expect(latent!.inputs).toMatchObject({ width: 64, height: 32 });
    expect(text!.inputs.text).toBe('best quality, a {seed} fox');
    expect(second!.inputs.image).toBe('b.png');
  });

  test('its gaps say what it takes', () => {
    expect(readGraph(workflow(1, true))).toMatchObject({
      ...{ pictures: 1, takesMask: true, takesSeed: true, steps: 12, guidance: 3.5 },
    });
    const fixed = { 3: node('KSampler', { text: '{prompt}', size: '{width}x{height}', steps: 8 }) };
    expect(readGraph(fixed)).toMatchObject({ pictures: 0, takesSeed: false, steps: undefined });
  });

  test.each([
    ['nothing', undefined, /form that ComfyUI exports/],
    ['a workflow of the page', { nodes: [], links: [] }, /form that ComfyUI exports/],
    ['no message', { 1: node('KSampler', { width: '{width}', height: '{height}' }) }, /no \{prompt\}/],
    ['a picture left out', { ...workflow(), 20: node('LoadImage', { image: '{picture2}' }) }, /leaves out/],
  ])('%s is refused', (_, graph, words) => {
    expect(() => readGraph(graph)).toThrow(words);
  });
});

describe('a server', () => {
  let standIn: ComfyUiStandIn;
  let engine: RemoteEngine;
  beforeEach(async () => {
    standIn = await ComfyUiStandIn.start();
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

  test('it can do what its graphs have gaps for', async () => {
    await connect();
    expect(engine.info).toMatchObject({
      ...{ name: 'comfyui', defaultSteps: 12, defaultGuidanceScale: 3.5 },
      numerics: expect.stringMatching(/^elsewhere: comfyui, version 0\.28\.1, graphs [0-9a-f]{12}$/),
      can: { edits: true, references: 2, masks: true, previews: true, abort: 'unit', seeds: true },
    });
    await engine.close();
    await connect({ graphs: [workflow()] });
    expect(engine.info.can).toMatchObject({ edits: false, references: 0, masks: false });
  });

  test('steps and previews are told as they come', async () => {
    await connect();
    const events = await run();
    const stages = events.filter((event) => event.type === 'stage').map(({ done, total }) => [done, total]);
    expect(stages).toEqual([
      [0, 1],
      [1, 3],
      [2, 3],
      [2, 3],
      [1, 1],
    ]);
    expect(events.filter(({ type }) => type === 'preview')).not.toHaveLength(0);
    await expect.poll(() => standIn.openSockets).toBe(0);
  });

  test('pictures are uploaded under the names of their bytes, which the graph names', async () => {
    await connect();
    const files = [await gradientPng(64, 64), await gradientPng(64, 64, 1)];
    await run({ references: files });
    const names = files.map((file) => `palimpsest/${hashOf(file)}.png`);
    expect(standIn.uploads.slice(-2)).toEqual(names);
    const { prompt } = standIn.askedFor('/prompt')[0]!.fields as {
      prompt: Record<string, { inputs: object }>;
    };
    expect([prompt[20]!.inputs, prompt[21]!.inputs]).toEqual(names.map((image) => ({ image })));
  });

  test('more pictures than any graph takes, or a mask that none does, are refused by name', async () => {
    await connect({ graphs: [workflow(), workflow(2)] });
    const [a, b] = [await gradientPng(256, 256), await gradientPng(256, 256, 1)];
    await expect(run({ references: [a] })).rejects.toMatchObject({
      code: 'unsupported',
      field: 'references',
    });
    await expect(run({ references: [a, b], mask: a })).rejects.toMatchObject({ field: 'mask' });
    expect(standIn.askedFor('/prompt')).toEqual([]);
  });

  test('a node that the server does not have is named when it is connected', async () => {
    engine = engineOf(standIn, { graphs: [{ ...workflow(), 40: node('UnetLoaderGGUF', {}) }] });
    await expect
      .poll(() => engine.error)
      .toMatchObject({
        code: 'bad_request',
        message: expect.stringContaining('knows no node UnetLoaderGGUF'),
      });
  });

  test.each([
    ['node fails', /KSampler failed: CUDA out of memory/],
    ['saves nothing', /saved no picture/],
  ] as const)('%s: said in its own words', async (trouble, words) => {
    await connect();
    standIn.trouble = trouble;
    await expect(run()).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(words) });
  });

  test.each(['socket closes', 'no preview'] as const)(
    '%s: the picture comes all the same',
    async (trouble) => {
      await connect();
      standIn.trouble = trouble;
      expect((await run()).filter(({ type }) => type === 'picture')).toHaveLength(1);
      expect(standIn.askedFor('/prompt')).toHaveLength(1);
    },
  );

  test.each([false, true])('a stop ends the graph between two steps, an old version: %s', async (isOld) => {
    await connect();
    standIn.isOld = isOld;
    standIn.holds = true;
    const stop = new AbortController();
    const running = run({}, stop.signal);
    await expect.poll(() => standIn.line.length).toBe(1);
    const [id] = standIn.line;
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(standIn.interrupted).toEqual([id]);
    await expect.poll(() => standIn.line).toEqual([]);
  });

  test('a stop of a graph in line leaves the one of somebody else that runs, in an old version too', async () => {
    await connect({ atOnce: 2 });
    standIn.isOld = true;
    standIn.holds = true;
    const first = run({ seed: 1 });
    await expect.poll(() => standIn.line.length).toBe(1);
    const stop = new AbortController();
    const second = run({ seed: 2 }, stop.signal);
    await expect.poll(() => standIn.line.length).toBe(2);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect([standIn.interrupted, standIn.line.length]).toEqual([[], 1]);
    standIn.release();
    expect((await first).at(-1)!.type).toBe('done');
  });

  test('started again, it has forgotten the graph: the engine says that it may be asked for again', async () => {
    await connect();
    standIn.holds = true;
    const running = run();
    await expect.poll(() => standIn.line.length).toBe(1);
    standIn.forget();
    standIn.release();
    await expect(running).rejects.toMatchObject({ code: 'unreachable' });
    await engine.ready();
    expect((await run()).at(-1)!.type).toBe('done');
  });

  test('without a graph there is nothing to draw by', () => {
    expect(() => engineOf(standIn, { graphs: [] })).toThrow(/draws by a graph/);
  });
});
