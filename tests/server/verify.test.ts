/** `palimpsest verify`: a picture is made again from its receipt, and what does not fit is named. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FindFile, verify } from '../../command/verify.ts';
import {
  embedReceipt,
  imageDataHash,
  type Receipt,
  type ReceiptTurn,
  readReceipt,
  withoutReceipt,
} from '../../db/bundle/receipt.ts';
import { type Engine, type EngineEvent, type GenerationRequest, loadEngine } from '../../engine/index.ts';
import { SMALL } from '../engine/fixtures.ts';
import { generate, gradientPng, requestOf } from '../engine/requests.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** A picture of the embedded engine, which gives what it was made from. */
type PictureEvent = Required<Extract<EngineEvent, { type: 'picture' }>>;

const nowhere: FindFile = async () => undefined;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let engine: Engine;
let upload: Uint8Array;
let first: PictureEvent;
let second: PictureEvent;
let receipt: Receipt;
let sidePx: number;
beforeAll(async () => {
  engine = await loadEngine({ modelDir: SMALL, device: 'cpu' });
  sidePx = Math.max(engine.info.minSidePx, 64);
  upload = await gradientPng(sidePx, sidePx, 3);
  [first] = (await generate(engine, request({ references: [upload] }))) as [PictureEvent];
  const made = { file: first.png, priorTokens: first.priorTokens, latents: first.latents };
  [second] = (await generate(engine, request({ references: [made], seed: 8, prompt: 'write "on"' }))) as [
    PictureEvent,
  ];
  const turns = [
    turn({ kind: 'upload', recipe: null }),
    turn({ inputs: [{ role: 'target', file: sha256(upload), turn: 0, index: 0 }] }),
    turn(
      { sentPrompt: 'write "on"', inputs: [{ role: 'target', file: sha256(first.png), turn: 1, index: 0 }] },
      { seed: 8 },
    ),
  ];
  receipt = receiptOf(second, turns);
});
afterAll(() => engine?.close());

const request = (changes: Partial<GenerationRequest>) =>
  requestOf({ widthPx: sidePx, heightPx: sidePx, steps: 1, guidanceScale: 1, ...changes });

function turn(
  changes: Partial<ReceiptTurn>,
  recipe: Partial<NonNullable<ReceiptTurn['recipe']>> = {},
): ReceiptTurn {
  const { prompt, widthPx, heightPx, seed, steps, guidanceScale, count, layout } = request({});
  return {
    kind: 'edit',
    mode: 'edit',
    prompt,
    sentPrompt: prompt,
    inputs: [],
    recipe: {
      ...{ widthPx, heightPx, seed, steps, guidanceScale, count, layout },
      chain: 'exact',
      modelName: engine.info.name,
      modelDigest: engine.info.digest,
      ...recipe,
    },
    ...changes,
  };
}

const receiptOf = (
  { png, widthPx, heightPx, pictureIndex: index }: PictureEvent,
  turns: ReceiptTurn[],
): Receipt => ({
  format: 'palimpsest.receipt',
  version: 1,
  turns,
  picture: { index, widthPx, heightPx, imageData: imageDataHash(png) },
});

const findUpload: FindFile = async (hash) => (hash === sha256(upload) ? upload : undefined);
const verifyWith = (changed: Receipt, find = findUpload) =>
  verify(embedReceipt(second.png, changed), engine, find);

/** The receipt with its last recipe changed. */
const forged = (change: Partial<NonNullable<ReceiptTurn['recipe']>>, place = 2): Receipt => ({
  ...receipt,
  turns: receipt.turns.map((each, i) =>
    i === place ? { ...each, recipe: { ...each.recipe!, ...change } } : each,
  ),
});

test('a picture of two turns on an upload is equal', async () => {
  expect(await verifyWith(receipt)).toEqual({ outcome: 'equal' });
});

describe('what does not fit is named', () => {
  test('no receipt', async () => {
    expect(await verify(withoutReceipt(second.png), engine, nowhere)).toMatchObject({
      outcome: 'no-receipt',
    });
    expect(await verify(Buffer.from('no picture'), engine, nowhere)).toMatchObject({ outcome: 'no-receipt' });
  });

  test('other pixels', async () => {
    const other = await sharp(second.png).negate().png().toBuffer();
    expect(await verify(embedReceipt(other, receipt), engine, findUpload)).toMatchObject({
      outcome: 'changed',
      field: 'picture.imageData',
    });
  });

  test('a file that is not here', async () => {
    expect(await verifyWith(receipt, nowhere)).toMatchObject({
      outcome: 'missing',
      field: 'turns[1].inputs[0].file',
    });
  });

  test('another checkpoint', async () => {
    expect(await verifyWith(forged({ modelDigest: 'ab'.repeat(32) }))).toMatchObject({
      outcome: 'missing',
      field: 'turns[2].recipe.modelDigest',
    });
  });

  test('other rounding, where that makes another picture', async () => {
    const elsewhere = { numerics: 'int8, elsewhere' };
    expect(await verifyWith(forged(elsewhere))).toEqual({ outcome: 'equal' });
    for (const place of [1, 2])
      expect(await verifyWith(forged({ ...elsewhere, seed: 77 }, place))).toMatchObject({
        outcome: 'missing',
        field: `turns[${place}].recipe.numerics`,
        message: expect.stringContaining(engine.info.numerics),
      });
  });

  test.each([
    ['the seed of the last turn', () => forged({ seed: 77 }), 'turns[2]'],
    ['the seed of the turn before', () => forged({ seed: 77 }, 1), 'turns[2].inputs[0].file'],
    ['the size', () => forged({ widthPx: 4096 }), 'recipe.widthPx'],
  ])('%s', async (_, make, field) => {
    expect(await verifyWith(make())).toMatchObject({ outcome: 'changed', field });
  });

  test.each([
    ['the seed', (turn: ReceiptTurn) => ({ ...turn, recipe: { ...turn.recipe!, seed: 77 } }), 'recipe.seed'],
    ['the prompt', (turn: ReceiptTurn) => ({ ...turn, sentPrompt: 'write "off"' }), 'sentPrompt'],
    [
      'a field that was left out',
      ({ recipe, ...turn }: ReceiptTurn) => ({ ...turn, recipe: { ...recipe!, chain: undefined } }),
      'recipe.chain',
    ],
    [
      'a role',
      (turn: ReceiptTurn) => ({ ...turn, inputs: [{ ...turn.inputs[0]!, role: 'style' as const }] }),
      'inputs',
    ],
  ])('%s, by its seal', async (_, change, field) => {
    const sealed = readReceipt(embedReceipt(second.png, receipt))!;
    const turns = sealed.turns.map((turn, place) => (place === 2 ? change(turn) : turn));
    expect(await verifyWith({ ...sealed, turns })).toMatchObject({
      outcome: 'changed',
      field: `turns[2].${field}`,
    });
  });
});
