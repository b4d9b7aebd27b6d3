/** The probe of a device that rounds: over the real model, and over one whose numbers change by a bit in some company. */

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isBatchInvariant } from '../../engine/model/batch-invariance.ts';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import { ModelRunner } from '../../engine/model/model-runner.ts';
import type { SequenceInput } from '../../engine/model/sequence.ts';
import { SMALL } from './fixtures.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let runner: ModelRunner;
beforeAll(async () => {
  runner = await ModelRunner.load(openCheckpoint(SMALL), 'cpu');
});
afterAll(() => runner.dispose());

/** A device that rounds otherwise where a forward pass has such rows. */
const roundingWhere = (otherwise: (rows: number) => boolean) => ({
  newKVCache: () => runner.newKVCache(),
  async forward(kvCache: ReturnType<ModelRunner['newKVCache']>, feeds: readonly SequenceInput[]) {
    const logits = await runner.forward(kvCache, feeds);
    const rows = feeds.reduce((sum, { ids }) => sum + ids.length, 0);
    return otherwise(rows)
      ? logits.map((each) => each.map((row) => row.map((value) => value * (1 + 2 ** -22))))
      : logits;
  },
});

test('the CPU gives a row the same bits in any company', async () => {
  expect(await isBatchInvariant(runner)).toBe(true);
});

test.each([
  ['one row alone', (rows: number) => rows === 1],
  ['a few rows', (rows: number) => rows > 1 && rows < 8],
  ['a whole chunk of text', (rows: number) => rows >= 512],
])('a device that rounds otherwise for %s is found out', async (_, otherwise) => {
  expect(await isBatchInvariant(roundingWhere(otherwise))).toBe(false);
});
