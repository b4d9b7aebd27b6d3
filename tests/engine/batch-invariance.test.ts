/** The probe of a device that rounds: over the real model, and over one whose numbers change by a bit in some company. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import { ModelRunner, type TokenFeed } from '../../engine/model/model-runner.ts';
import { rowsAreExact } from '../../engine/model/batch-invariance.ts';
import { SMALL } from './fixtures.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let runner: ModelRunner;
beforeAll(async () => {
  runner = await ModelRunner.load(openCheckpoint(SMALL), 'cpu');
});
afterAll(() => runner.dispose());

/** A device that rounds otherwise where a forward has such rows. */
const roundingWhere = (otherwise: (rows: number) => boolean) => ({
  newPool: () => runner.newPool(),
  async feedTokens(pool: ReturnType<ModelRunner['newPool']>, feeds: readonly TokenFeed[]) {
    const logits = await runner.feedTokens(pool, feeds);
    const rows = feeds.reduce((sum, { ids }) => sum + ids.length, 0);
    return otherwise(rows)
      ? logits.map((each) => each.map((row) => row.map((value) => value * (1 + 2 ** -22))))
      : logits;
  },
});

test('the CPU gives a row the same bits in any company', async () => {
  expect(await rowsAreExact(runner)).toBe(true);
});

test.each([
  ['one row alone', (rows: number) => rows === 1],
  ['a few rows', (rows: number) => rows > 1 && rows < 8],
  ['a whole chunk of text', (rows: number) => rows >= 512],
])('a device that rounds otherwise for %s is found out', async (_, otherwise) => {
  expect(await rowsAreExact(roundingWhere(otherwise))).toBe(false);
});
