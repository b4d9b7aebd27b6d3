/**
 * Reuse: stored tokens, speculation from a target, tokens and pixels outside a mask, and runs taken up
 * again. Whatever is skipped, the bytes are those of the whole way.
 */
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineEvent, GenerationRequest } from '../../engine/index.ts';
import { decodePicture } from '../../engine/picture/pixels.ts';
import { type EngineComponents, generatePictures } from '../../engine/pipeline/pipeline.ts';
import { outcomeOf, tinyComponents, withCaches } from './components.ts';
import { needsFixtures, noFixtures } from './fixtures.ts';
import { gradientPng, type PictureEvent, picturesOf, requestOf } from './requests.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
beforeEach(needsFixtures);

const SIDE_PX = 128;
const CELLS = (SIDE_PX / 32) ** 2;

let components: EngineComponents;
let target: Uint8Array;
beforeAll(async () => {
  if (noFixtures) return;
  components = await tinyComponents();
  target = await gradientPng(SIDE_PX, SIDE_PX, 5);
});
afterAll(() => components?.runner.dispose());

const cold = (changes: Partial<EngineComponents> = {}): EngineComponents => ({
  ...withCaches(components, { memoryBytes: 0 }),
  ...changes,
});
const request = (changes: Partial<GenerationRequest> = {}) =>
  requestOf({ widthPx: SIDE_PX, heightPx: SIDE_PX, references: [target], ...changes });

describe('stored tokens', () => {
  test('make the same picture without one run of the language model', async () => {
    const first = await outcomeOf(cold(), request());
    const again = await outcomeOf(cold(), request({ priorTokens: first.pictures[0]!.priorTokens }));
    expect(again.pictures).toEqual(first.pictures);
    expect(first.done.runs.language!.count).toBeGreaterThan(0);
    expect(again.done.runs.language).toBeUndefined();
    expect(again.uses('prior-tokens', true)).toBe(1);
  });

  test('draft now, final later: other steps and guidance from the same tokens', async () => {
    const draft = await outcomeOf(cold(), request({ steps: 1, guidanceScale: 1, references: [] }));
    const whole = await outcomeOf(cold(), request({ steps: 3, references: [] }));
    const { priorTokens } = draft.pictures[0]!;
    expect((await outcomeOf(cold(), request({ steps: 3, references: [], priorTokens }))).pictures).toEqual(
      whole.pictures,
    );
  });

  test('serve every picture of a request', async () => {
    const { pictures } = await outcomeOf(cold(), request({ count: 2, layout: 'shared' }));
    const { priorTokens } = pictures[0]!;
    expect(
      (await outcomeOf(cold(), request({ count: 2, layout: 'separate', priorTokens }))).pictures,
    ).toEqual(pictures);
  });
});

describe('speculation from the target', () => {
  test('give the tokens of one by one, whether they are right or wrong', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const made = (await outcomeOf(cold(), request({ seed, references: [] }))).pictures[0]!;
      // The target's own tokens are what this prompt gives: most proposals are accepted where the seed is the same.
      const chained = { file: made.png, priorTokens: made.priorTokens, latents: made.latents };
      for (const references of [[target], [chained], [target, chained]])
        for (const index of references.keys()) {
          const asked = request({ seed, references, target: index });
          const { pictures, done } = await outcomeOf(cold(), asked);
          const single = await outcomeOf(cold({ batchInvariant: false }), asked);
          expect(pictures).toEqual(single.pictures);
          expect(single.done.speculated.proposed).toBe(0);
          expect(done.speculated.accepted).toBeLessThanOrEqual(done.speculated.proposed);
        }
    }
  });
});

/** A mask that is light in a rectangle of pixels. */
function paintedMask(left: number, top: number, width: number, height: number): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: SIDE_PX * SIDE_PX }, (_, i) => {
    const [x, y] = [i % SIDE_PX, Math.floor(i / SIDE_PX)];
    return x >= left && x < left + width && y >= top && y < top + height ? 255 : 0;
  });
  return sharp(data, { raw: { width: SIDE_PX, height: SIDE_PX, channels: 1 } })
    .png()
    .toBuffer();
}

describe('a mask', () => {
  const rectangles = fc.record({
    left: fc.integer({ min: 0, max: SIDE_PX - 1 }),
    top: fc.integer({ min: 0, max: SIDE_PX - 1 }),
    width: fc.integer({ min: 1, max: SIDE_PX }),
    height: fc.integer({ min: 1, max: SIDE_PX }),
    seed: fc.nat(100),
  });

  test('keeps every pixel and token outside, and batched or speculated it is the same', async () => {
    const old = await decodePicture(target);
    const property = fc.asyncProperty(rectangles, async ({ left, top, width, height, seed }) => {
      const mask = await paintedMask(left, top, width, height);
      const asked = request({ mask, seed });
      const { pictures } = await outcomeOf(cold(), asked);
      const { data } = await decodePicture(pictures[0]!.png);
      const inside = (x: number, y: number) => x >= left && x < left + width && y >= top && y < top + height;
      for (let i = 0; i < SIDE_PX * SIDE_PX; i++)
        if (!inside(i % SIDE_PX, Math.floor(i / SIDE_PX)))
          for (let c = 0; c < 3; c++)
            if (data[i * 3 + c] !== old.data[i * 3 + c]) throw new Error(`pixel ${i} changed`);
      expect(pictures).toEqual((await outcomeOf(cold({ batchInvariant: false }), asked)).pictures);
    });
    await fc.assert(property, { numRuns: 12 });
  });

  test('changes what lies inside', async () => {
    const old = await decodePicture(target);
    const { pictures } = await outcomeOf(cold(), request({ mask: await paintedMask(32, 32, 64, 64) }));
    const { data } = await decodePicture(pictures[0]!.png);
    let changed = 0;
    for (let i = 0; i < data.length; i++) if (data[i] !== old.data[i]) changed += 1;
    expect(changed).toBeGreaterThan((64 * 64 * 3) / 2);
  });

  test('the less is open, the fewer forwards of the language model', async () => {
    const forwards: number[] = [];
    for (const side of [SIDE_PX, SIDE_PX / 2, 32]) {
      const { done } = await outcomeOf(cold(), request({ mask: await paintedMask(0, 0, side, side) }));
      forwards.push(done.runs.language!.count);
    }
    expect(forwards).toEqual(forwards.toSorted((a, b) => b - a));
    expect(forwards[0]).toBeGreaterThan(forwards[2]!);
    expect(forwards[0]).toBeLessThanOrEqual(CELLS + 2);
  });

  test.each([
    ['no target', { references: [] }, 'picture to change'],
    ['another size', { mask: 'small' }, 'Expected a mask of'],
    ['the size of neither picture', { mask: 'small', widthPx: SIDE_PX * 2 }, 'Expected a mask of'],
    ['nothing light', { mask: 'dark' }, 'lets nothing change'],
    ['no picture', { mask: 'words' }, 'not a picture'],
  ])(
    'with %s is refused by name',
    async (_, given: { mask?: string } & Omit<Partial<GenerationRequest>, 'mask'>, message) => {
      const { mask: kind, ...changes } = given;
      const light = await paintedMask(0, 0, 9, 9);
      const masks: Record<string, Uint8Array> = {
        words: Buffer.from('words'),
        dark: await paintedMask(0, 0, 0, 0),
        small: await sharp(light)
          .resize(SIDE_PX / 2, SIDE_PX / 2)
          .png()
          .toBuffer(),
      };
      const mask = masks[kind ?? ''] ?? light;
      await expect(outcomeOf(cold(), request({ ...changes, mask }))).rejects.toMatchObject({
        code: 'bad_request',
        field: 'mask',
        message: expect.stringContaining(message),
      });
    },
  );
});

describe('a run that breaks', () => {
  /** Events up to the unit after which the run is dropped, as a kill does. */
  const breakAfter = (asked: GenerationRequest, units: number) =>
    breakWhen(asked, (events) => events.length >= units);

  async function breakWhen(
    asked: GenerationRequest,
    isEnough: (events: readonly EngineEvent[]) => boolean,
    components = cold(),
  ): Promise<EngineEvent[]> {
    const events: EngineEvent[] = [];
    for await (const event of generatePictures(components, asked)) {
      events.push(event);
      if (isEnough(events)) break;
    }
    return events;
  }
  const lastState = (events: readonly EngineEvent[]) =>
    events.findLast((event) => event.type === 'checkpoint')?.state;

  test('at any unit goes on to the same bytes, losing at most that unit', async () => {
    const whole: Record<string, PictureEvent[]> = {};
    const cases: Record<string, GenerationRequest> = {
      edit: request({ steps: 3 }),
      pictures: request({ steps: 2, count: 2, layout: 'separate' }),
      shared: request({ steps: 2, count: 2, layout: 'shared' }),
      text: request({ references: [], steps: 2 }),
      masked: request({ mask: await paintedMask(20, 20, 60, 60), steps: 3 }),
    };
    const total: Record<string, EngineEvent[]> = {};
    for (const [name, asked] of Object.entries(cases)) {
      total[name] = (await outcomeOf(cold(), asked)).events;
      whole[name] = picturesOf(total[name]);
    }
    const property = fc.asyncProperty(
      fc.constantFrom(...Object.keys(cases)),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (name, share) => {
        const asked = cases[name]!;
        const events = await breakAfter(asked, 1 + Math.floor(share * (total[name]!.length - 1)));
        const saved = picturesOf(events);
        const only = [...new Array(asked.count).keys()].filter(
          (i) => !saved.some(({ pictureIndex }) => pictureIndex === i),
        );
        const rest = only.length
          ? await outcomeOf(cold(), { ...asked, only, resume: lastState(events) })
          : undefined;
        expect([...saved, ...(rest?.pictures ?? [])]).toEqual(whole[name]);
        if (!rest) return;
        // Steps of both runs together: no more than the whole, but for the unit that was under way.
        const steps = (all: readonly EngineEvent[]) =>
          all.filter((event) => event.type === 'stage' && event.stage === 'denoise').length;
        expect(steps(events) + steps(rest.events)).toBeLessThanOrEqual(steps(total[name]!) + 1);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test.each([
    ['one layout', request({ references: [] })],
    ['layouts of their own', request({ references: [], count: 2, layout: 'separate' })],
  ])('never tells less than it knew, in progress or in checkpoints: %s', async (_, asked) => {
    /** Tokens of each picture that a run was told of, in the order that it was. */
    const counts = (events: readonly EngineEvent[]) =>
      events.flatMap((event) => (event.type === 'stage' && event.stage === 'prior' ? [event.done] : []));
    // Known tokens are read one to a forward here, so that reading them takes a while.
    const slow = cold({ batchInvariant: false });
    const isSaved = (events: readonly EngineEvent[]) => events.at(-1)!.type === 'checkpoint';
    const first = await breakWhen(asked, (all) => isSaved(all) && counts(all).at(-1)! > CELLS, slow);
    const known = counts(first).at(-1)!;
    let resume = lastState(first);
    for (let breaks = 0; breaks < 3; breaks++) {
      const again = await breakWhen({ ...asked, resume }, isSaved, slow);
      expect(Math.min(...counts(again))).toBeGreaterThanOrEqual(known);
      resume = lastState(again);
    }
    expect((await outcomeOf(slow, { ...asked, resume })).pictures).toEqual(
      (await outcomeOf(cold(), asked)).pictures,
    );
  });

  test('does not take up the state of another request, or what is no state', async () => {
    const state = lastState((await outcomeOf(cold(), request({ seed: 99, steps: 3 }))).events);
    const plain = await outcomeOf(cold(), request());
    for (const resume of [state, Buffer.from('nonsense'), new Uint8Array()])
      expect((await outcomeOf(cold(), request({ resume }))).pictures).toEqual(plain.pictures);
  });
});
