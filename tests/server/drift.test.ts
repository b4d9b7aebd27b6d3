/**
 * The drift meter on pictures whose drift is known, on right answers of the evaluation as they are and with drift planted in them, and on an
 * edit that a server made.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { CASES_DIR, type Case, EDIT_KINDS, readCases } from '../../eval/cases.ts';
import { askedChange } from '../../server/drift/asked.ts';
import { measureDrift } from '../../server/drift/drift.ts';
import { QUICK, serve } from './harness.ts';

/** A picture with detail everywhere: sums of waves, shifted by some pixels, with a square of another grey. */
async function picture({ width = 192, height = 160, dx = 0, dy = 0, square = false }): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [u, v] = [x - dx, y - dy];
      const noise =
        Math.abs(Math.sin(Math.floor(u / 7) * 12.9898 + Math.floor(v / 5) * 78.233) * 43758.5453) % 1;
      const wave = Math.sin(u / 11) * Math.cos(v / 17) + noise;
      const isSquare = square && x >= 64 && x < 112 && y >= 48 && y < 96;
      data.fill(isSquare ? 250 : Math.round(110 + 60 * wave), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Nothing but one thing is to change. */
const LOCAL = { look: false, places: false };

const compared = (pictureId: string, file: Uint8Array, tokens?: number[]) => ({
  pictureId,
  file,
  priorTokens: tokens ? Uint16Array.from(tokens) : null,
});

it('finds nothing where nothing changed', async () => {
  const file = await picture({});
  const { parent, root, alarms } = await measureDrift(
    compared('b', file, [1, 2]),
    compared('a', file, [1, 2]),
    null,
    null,
    LOCAL,
  );
  expect(parent).toMatchObject({ outsidePsnrDb: 100, outsideSsim: 1, changedShare: 0, changedTokenShare: 0 });
  expect(Math.hypot(parent.shiftPx!.x, parent.shiftPx!.y)).toBeLessThan(0.01);
  expect([root, alarms]).toEqual([null, []]);
});

it.each([
  [1, 0],
  [0, 3],
  [5, -4],
  [-9, 7],
])('reports a shift of %i, %i px to half a pixel', async (dx, dy) => {
  const { parent, alarms } = await measureDrift(
    compared('b', await picture({ dx, dy })),
    compared('a', await picture({})),
    null,
    null,
    LOCAL,
  );
  expect(Math.abs(parent.shiftPx!.x - dx)).toBeLessThan(0.5);
  expect(Math.abs(parent.shiftPx!.y - dy)).toBeLessThan(0.5);
  expect(alarms.includes('shift')).toBe(Math.hypot(dx, dy) > 2);
});

it('tells a change from a drift: the square is the change, with a mask and without', async () => {
  const [before, after] = [await picture({}), await picture({ square: true })];
  const estimated = await measureDrift(
    compared('b', after, [1, 9, 3, 4]),
    compared('a', before, [1, 2, 3, 4]),
    null,
    null,
    LOCAL,
  );
  expect(estimated).toMatchObject({ region: 'estimated', alarms: [] });
  expect(estimated.parent.outsidePsnrDb).toBeGreaterThan(35);
  expect(estimated.parent.changedShare).toBeCloseTo((48 * 48) / (192 * 160), 2);
  expect(estimated.parent.changedTokenShare).toBe(0.25);
  const mask = await sharp({ create: { width: 192, height: 160, channels: 3, background: '#000' } })
    .composite([
      {
        input: { create: { width: 48, height: 48, channels: 3, background: '#fff' } },
        left: 64,
        top: 48,
      },
    ])
    .png()
    .toBuffer();
  const given = await measureDrift(
    compared('b', after),
    compared('a', before),
    compared('r', before),
    mask,
    LOCAL,
  );
  expect(given).toMatchObject({
    region: 'mask',
    alarms: [],
    parent: { outsidePsnrDb: 100 },
    root: { pictureId: 'r' },
  });
});

it('raises its alarm where all has become another picture', async () => {
  const before = await picture({});
  const after = await sharp(before).blur(4).linear(0.9, 20).png().toBuffer();
  const { alarms } = await measureDrift(compared('b', after), compared('a', before), null, null, LOCAL);
  expect(alarms).toContain('ssim');
});

it.each([
  ['remove the lion', false, false],
  ['把奶牛去掉', false, false],
  ['write "NIGHT" at the top', false, false],
  ['replace the house with a balloon', false, false],
  ['move it to the top', false, true],
  ['add a chick on the left', false, true],
  ['make it a starry night', true, true],
  ['put it on the water', true, true],
  ['change the background to pink', true, true],
  ['in flat vector style', true, true],
  ['make it happier', true, true],
])('%s: the look may change: %s, places may change: %s', (prompt, look, places) => {
  expect(askedChange(prompt)).toEqual({ look, places });
});

const { cases } = readCases();
const casesOf = (kind: string, most: number): Case[] =>
  cases.filter((each) => each.kind === kind).slice(0, most);
const read = (name: string) => readFileSync(join(CASES_DIR, name));

/** The alarms of a right answer, after something was done to it. */
async function alarmsOf({ references, truth, prompt }: Case, planted = async (file: Buffer) => file) {
  const after = await planted(read(truth!));
  const [from, to] = [compared('a', read(references[0]!)), compared('b', after)];
  return (await measureDrift(to, from, null, null, askedChange(prompt))).alarms;
}

/** `PALIMPSEST_ALL_CASES` takes all that there are, 16 to 24 of each kind. */
const MOST = process.env.PALIMPSEST_ALL_CASES ? 100 : 4;
const PATIENT = { timeout: 300_000 };

it.each(EDIT_KINDS)('raises no alarm at what was asked: %s', PATIENT, async (kind) => {
  for (const each of casesOf(kind, MOST))
    expect({ prompt: each.prompt, alarms: await alarmsOf(each) }).toEqual({
      prompt: each.prompt,
      alarms: [],
    });
});

const shifted = (file: Buffer) =>
  sharp(file)
    .extract({ left: 0, top: 0, width: 250, height: 252 })
    .extend({ left: 6, top: 4, extendWith: 'copy' })
    .png()
    .toBuffer();
const scaled = async (file: Buffer) =>
  sharp(await sharp(file).resize(276, 276).png().toBuffer())
    .extract({ left: 10, top: 10, width: 256, height: 256 })
    .png()
    .toBuffer();
const tinted = (file: Buffer) => sharp(file).modulate({ hue: 70 }).png().toBuffer();

it.each([
  ['shifted', shifted],
  ['rescaled', scaled],
  ['recoloured', tinted],
])('notices a picture that was %s beside an edit of its words', PATIENT, async (_, planted) => {
  const texts = casesOf('text', 24);
  const noticed = await Promise.all(texts.map((each) => alarmsOf(each, planted)));
  // On plain paper with nothing but the words there is nothing to see it by.
  expect(noticed.filter((alarms) => alarms.length > 0).length / texts.length).toBeGreaterThanOrEqual(0.8);
});

it('is stored with each edit, and told', async () => {
  const client = await (await serve()).ready();
  const { id } = await client.newSession();
  await client.turn(id, { prompt: 'a fox', options: QUICK });
  await client.turn(id, { prompt: 'at night', mode: 'edit', options: QUICK });
  await client.turn(id, { prompt: 'in rain', mode: 'edit', options: QUICK });
  let measured = 0;
  await client.until(id, ({ type }) => type === 'picture.measured' && ++measured === 2);
  const [fox, night, rain] = (await client.open(id)).turns.map(({ pictures }) => pictures[0]!);
  expect(fox!.drift).toBeNull();
  expect(night!.drift).toMatchObject({ parent: { pictureId: fox!.id }, root: null });
  expect(rain!.drift).toMatchObject({ parent: { pictureId: night!.id }, root: { pictureId: fox!.id } });
});
