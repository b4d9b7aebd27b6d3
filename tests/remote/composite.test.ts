/** A mask on an engine that knows none: refused, or composited by us where that was asked for; and references that have to be fitted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readReceipt } from '../../db/bundle/receipt.ts';
import { connectEngine, type EngineEvent, type WatchedEngine } from '../../engine/index.ts';
import { gradientPng, requestOf } from '../engine/requests.ts';
import { LiveServer } from '../server/live-server.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

const SIDE = { widthPx: 256, heightPx: 256, layout: 'separate' } as const;
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-composite-'));
let standIn: StandIn;
let engine: WatchedEngine;
let studio: LiveServer;
let target: Uint8Array;
let mask: Uint8Array;

beforeAll(async () => {
  standIn = await startStandIn();
  standIn.reads = { least: 256, most: 1024 };
  engine = await connectEngine({ kind: 'sglang', addresses: [standIn.url] });
  studio = await LiveServer.start(
    join(folder, 'studio'),
    { PALIMPSEST_ENGINE: `sglang:${standIn.url}` },
    'tests/server/pageless-server.ts',
  );
  target = await gradientPng(256, 256, 1);
  const right = { create: { width: 128, height: 256, channels: 3 as const, background: '#fff' } };
  mask = await sharp({ create: { ...right.create, width: 256, background: '#000' } })
    .composite([{ input: right, left: 128, top: 0 }])
    .png()
    .toBuffer();
});
afterAll(async () => {
  await engine?.close();
  await studio?.kill();
  await standIn?.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (changes: object): Promise<EngineEvent[]> =>
  Array.fromAsync(engine.generate(requestOf({ ...SIDE, ...changes })));
const pixels = (png: Uint8Array) => sharp(png).removeAlpha().raw().toBuffer();

/** Columns in which two pictures of 256 x 256 px differ. */
async function differing(one: Uint8Array, other: Uint8Array): Promise<number[]> {
  const [a, b] = [await pixels(one), await pixels(other)];
  const columns = new Set<number>();
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) columns.add(Math.floor(at / 3) % 256);
  return [...columns].sort((x, y) => x - y);
}

test('outside of the mask the target is back, byte by byte; inside it is what was drawn; the server never sees the mask', async () => {
  standIn.asked.length = 0;
  const events = await run({ references: [target], mask, composite: true, count: 2 });
  expect(events.filter(({ type }) => type === 'composited')).toHaveLength(1);
  const pictures = events.filter((event) => event.type === 'picture');
  expect(pictures).toHaveLength(2);
  for (const { png } of pictures) {
    const columns = await differing(png, target);
    expect(columns[0]).toBeGreaterThanOrEqual(128);
    expect(columns.at(-1)).toBe(255);
  }
  const [drawn] = (await run({ references: [target] })).filter((event) => event.type === 'picture');
  // But for the edge where both are mixed.
  const first = pictures.find(({ pictureIndex }) => pictureIndex === 0)!;
  expect((await differing(first.png, drawn!.png)).filter((column) => column > 140)).toEqual([]);
  for (const { body } of standIn.asked) expect(body).not.toContain('mask');
});

test('it may be any of the references that is changed', async () => {
  const other = await gradientPng(256, 256, 2);
  const events = await run({ references: [other, target], target: 1, mask, composite: true });
  const [picture] = events.filter((event) => event.type === 'picture');
  expect((await differing(picture!.png, target))[0]).toBeGreaterThanOrEqual(128);
});

test.each([
  ['where nobody asked for it', { composite: false, isSmall: false }, { code: 'unsupported', field: 'mask' }],
  ['of another size', { composite: true, isSmall: true }, { code: 'bad_request', field: 'mask' }],
  [
    'of neither size',
    { composite: true, isSmall: true, widthPx: 288 },
    { code: 'bad_request', field: 'mask' },
  ],
])('a mask %s is refused before anything is sent', async (_, { isSmall, ...changes }, error) => {
  standIn.asked.length = 0;
  const given = isSmall ? await sharp(mask).resize(64, 64).png().toBuffer() : mask;
  await expect(run({ references: [target], mask: given, ...changes })).rejects.toMatchObject(error);
  expect(standIn.asked).toEqual([]);
});

test('references of sides that it does not take are fitted, which is said', async () => {
  const references = [await gradientPng(256, 256), await gradientPng(250, 300)];
  const events = await run({ references });
  expect(events.filter((event) => event.type === 'fitted')).toEqual([{ type: 'fitted', references: [1] }]);
  expect((await run({ references: [target] })).some(({ type }) => type === 'fitted')).toBe(false);
});

test('in the studio: refused by name, composited where it is asked for, said in event, recipe and receipt', async () => {
  const session = await studio.newSession();
  const { body: uploaded } = await studio.upload(session.id, target);
  const pictureId = uploaded.turn.pictures[0]!.id;
  const { body: painted } = await studio.call<{ mask: { hash: string } }>(
    'POST',
    `/api/sessions/${session.id}/masks`,
    mask,
  );
  const maskHash = painted.mask.hash;
  const turn = {
    mode: 'edit',
    prompt: 'at night',
    inputs: [
      { pictureId, role: 'target' },
      { maskHash, role: 'mask' },
    ],
  } as const;
  const refused = await studio.turn(session.id, { ...turn, inputs: [...turn.inputs] });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'unsupported', reason: 'masks' } } });
  const { body } = await studio.turn(session.id, {
    ...turn,
    inputs: [...turn.inputs],
    options: { composite: true },
  });
  const made = await studio.finished(session.id, body.turn.id);
  expect(made).toMatchObject({ job: { state: 'done' }, recipe: { composite: true } });
  const file = async (query = '') =>
    new Uint8Array(
      await (await fetch(`${studio.url}/images/${made.pictures[0]!.hash}${query}`)).arrayBuffer(),
    );
  expect((await differing(await file(), target))[0]).toBeGreaterThanOrEqual(128);
  const { progress = [] } = await studio.open(session.id);
  expect(progress.map(({ type }) => type)).toContain('composited');
  expect(readReceipt(await file('?download'))!.turns.at(-1)!.recipe).toMatchObject({ composite: true });

  const again = await studio.call<{ turn: { id: string } }>('POST', `/api/turns/${made.id}/repeat`, {
    options: {},
  });
  const repeated = await studio.finished(session.id, again.body.turn.id);
  expect(repeated).toMatchObject({ job: { state: 'done' }, recipe: { composite: true } });
});
