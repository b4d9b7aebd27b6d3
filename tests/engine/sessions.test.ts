/**
 * Sessions of many turns on the same pictures: caches change the time and not one byte. The write pass runs
 * once for a picture of an owner, whatever the prompts, sizes, orders and names of files.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { GenerationRequest } from '../../engine/index.ts';
import { ModelRunner } from '../../engine/model/model-runner.ts';
import { decodePicture } from '../../engine/picture/pixels.ts';
import { type EngineComponents, warmReferences } from '../../engine/pipeline/pipeline.ts';
import { outcomeOf, tinyComponents, withCaches } from './components.ts';
import { needsFixtures, noFixtures } from './fixtures.ts';
import { gradientPng, type PictureEvent, requestOf } from './requests.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });
beforeEach(needsFixtures);

const SIDE_PX = 64;
const SESSIONS = 200;

let components: EngineComponents;
let uploads: Uint8Array[];
beforeAll(async () => {
  if (noFixtures) return;
  components = await tinyComponents();
  uploads = await Promise.all(
    [0, 1, 2, 3].map((shade) => gradientPng(SIDE_PX * (1 + (shade % 2)), SIDE_PX, shade)),
  );
});
afterAll(() => components?.runner.dispose());

const cold = () => withCaches(components, { memoryBytes: 0 });
const request = (changes: Partial<GenerationRequest>) =>
  requestOf({ steps: 1, guidanceScale: 1, ...changes });

/** A turn of a random session; numbers choose among what there is by then. */
interface Turn {
  prompt: string;
  references: number[];
  seed: number;
  widthPx: number;
  count: number;
  layout: 'shared' | 'separate';
  owner: string;
}

const turns = fc.array(
  fc.record<Turn>({
    prompt: fc.constantFrom('add a hat', 'add a red hat', 'remove "it"', 'add a hat and write "hat"'),
    references: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(3),
    widthPx: fc.constantFrom(SIDE_PX, 2 * SIDE_PX),
    count: fc.integer({ min: 1, max: 2 }),
    layout: fc.constantFrom('shared', 'separate'),
    owner: fc.constantFrom('ann', 'ben'),
  }),
  { minLength: 1, maxLength: 3 },
);

test(`${SESSIONS} random sessions: warm bytes equal cold bytes`, async () => {
  const none = cold();
  // Room for all, room for little, and room on disk only: eviction and tiers must not show either.
  const some = [
    withCaches(components, {}),
    withCaches(components, { memoryBytes: 400_000 }),
    withCaches(components, { memoryBytes: 150_000, folder: mkdtempSync(join(tmpdir(), 'palimpsest-tier-')) }),
  ];
  let session = 0;
  const property = fc.asyncProperty(turns, async (all) => {
    const warm = some[session++ % some.length]!;
    const made: PictureEvent[] = [];
    for (const { references, ...turn } of all) {
      const chosen = references.map((i) => {
        const own = made[i - uploads.length];
        return own ? { ...own, file: own.png } : uploads[i % uploads.length]!;
      });
      const asked = request({ ...turn, references: chosen });
      const { pictures } = await outcomeOf(warm, asked);
      expect(pictures).toEqual((await outcomeOf(none, asked)).pictures);
      made.push(...pictures);
    }
  });
  await fc.assert(property, { numRuns: SESSIONS, seed: 6, endOnFailure: true });
  for (const { kvCache } of some) expect(kvCache.blocksInUse).toBe(0);
});

test('one write pass and one run of each encoder for every distinct picture, in any subset, order, size and prompt', async () => {
  const warm = withCaches(components, {});
  let [written, encoded, ditRuns, denoised] = [0, 0, 0, 0];
  for (const [i, order] of [[0], [0, 1], [1, 0], [2, 1, 0], [0, 1, 2], [2]].entries()) {
    const { uses, done, pictures, events } = await outcomeOf(
      warm,
      request({
        references: order.map((at) => uploads[at]!),
        seed: i,
        prompt: `turn ${i}`,
        widthPx: SIDE_PX * (1 + (i % 2)),
      }),
    );
    written += uses('reference-kv', false);
    encoded += uses('encoder', false);
    ditRuns += done.runs.transformer!.count;
    // One step each, and the sketch of its tokens.
    denoised += pictures.length;
    denoised += events.filter((event) => event.type === 'preview' && event.stage === 'prior').length;
  }
  expect([written, encoded]).toEqual([3, 3]);
  expect(ditRuns).toBe(denoised + 3);
});

test('a changed pixel is another picture; the same pixels in another file are the same', async () => {
  const warm = withCaches(components, {});
  const misses = async (file: Uint8Array) => {
    const { uses } = await outcomeOf(warm, request({ references: [file] }));
    return [uses('encoder', false), uses('reference-kv', false)];
  };
  const [first] = uploads as [Uint8Array];
  expect(await misses(first)).toEqual([1, 1]);
  expect(await misses(first)).toEqual([0, 0]);
  const again = await sharp(first)
    .png({ compressionLevel: 0 })
    .withMetadata({ exif: { IFD0: { Artist: 'me' } } })
    .toBuffer();
  expect(Buffer.compare(again, first)).not.toBe(0);
  expect(await misses(again)).toEqual([0, 0]);
  const { data, width, height } = await decodePicture(first);
  const other = Uint8Array.from(data, (level, i) => (i === 900 ? level ^ 255 : level));
  expect(
    await misses(
      await sharp(other, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    ),
  ).toEqual([1, 1]);
});

test('two owners never share, in any cache', async () => {
  const warm = withCaches(components, {});
  const turn = (owner: string) => outcomeOf(warm, request({ owner, references: uploads.slice(0, 2) }));
  const ann = await turn('ann');
  const ben = await turn('ben');
  expect(ben.pictures).toEqual(ann.pictures);
  for (const what of ['encoder', 'reference-kv', 'ar-prefix', 'glyphs'])
    expect([what, ben.uses(what, true)]).toEqual([what, 0]);
  const again = await turn('ben');
  for (const what of ['encoder', 'reference-kv', 'ar-prefix', 'glyphs'])
    expect(again.uses(what, true)).toBeGreaterThan(0);
});

test('references read ahead are found', async () => {
  const warm = withCaches(components, {});
  for await (const _ of warmReferences(warm, { references: uploads.slice(0, 2), owner: 'ann' }));
  const asked = request({ owner: 'ann', references: uploads.slice(0, 2) });
  const { uses, pictures } = await outcomeOf(warm, asked);
  expect([uses('encoder', false), uses('reference-kv', false), uses('ar-prefix', true)]).toEqual([0, 0, 1]);
  expect(pictures).toEqual((await outcomeOf(cold(), asked)).pictures);
});

test('references read ahead are not written where they could not be kept', async () => {
  const all = withCaches(components, {});
  const references = uploads.slice(0, 2);
  for await (const _ of warmReferences(all, { references: references.slice(0, 1) }));
  // Room for the first and not for the second, which is twice as wide.
  const warm = withCaches(components, { memoryBytes: (all.caches.references.usedBytes * 1.5) / 0.7 / 0.95 });
  const written = vi.spyOn(ModelRunner.prototype, 'writeReference');
  onTestFinished(() => written.mockRestore());
  for await (const _ of warmReferences(warm, { references }));
  expect(written).toHaveBeenCalledTimes(1);
  const asked = request({ references });
  const { uses, pictures } = await outcomeOf(warm, asked);
  expect([uses('reference-kv', true), uses('ar-prefix', true)]).toEqual([1, 1]);
  expect(pictures).toEqual((await outcomeOf(cold(), asked)).pictures);
});

test('a prompt grown at its end reads only what is new; candidates read it once', async () => {
  const warm = withCaches(components, {});
  const tokens = async (changes: Partial<GenerationRequest>) => {
    const { done } = await outcomeOf(warm, request({ references: [uploads[0]!], ...changes }));
    return done.runs.language!.count;
  };
  const alone = await tokens({});
  expect(await tokens({ owner: 'ben', count: 3, layout: 'separate' })).toBe(alone);
});

test('in 8 bits: the same bytes warm as cold, a quarter of the size, and a picture close to that of full precision', async () => {
  const [warm, none, full] = [
    withCaches(components, { referencePrecision: 'int8' }),
    withCaches(components, { referencePrecision: 'int8', memoryBytes: 0 }),
    withCaches(components, {}),
  ];
  const asked = request({ references: uploads.slice(0, 3), steps: 3 });
  const first = await outcomeOf(warm, asked);
  expect((await outcomeOf(warm, asked)).pictures).toEqual(first.pictures);
  expect((await outcomeOf(none, asked)).pictures).toEqual(first.pictures);
  const exact = await outcomeOf(full, asked);
  expect(warm.caches.references.usedBytes).toBeLessThan(full.caches.references.usedBytes * 0.5);
  const [there, here] = [exact, first].map(({ pictures }) => pictures[0]!.latents) as [
    Float32Array,
    Float32Array,
  ];
  const error = Math.max(...there.map((value, i) => Math.abs(value - here[i]!)));
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.02);
});
