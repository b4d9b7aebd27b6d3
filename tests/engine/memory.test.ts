/** What a request is expected to hold: it grows with what the request brings along, not only with the result. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../engine/model/checkpoint.ts';
import type { CheckpointConfig } from '../../engine/model/config.ts';
import { expectedBytes, referenceTokens } from '../../engine/pipeline/memory.ts';
import { SMALL } from './fixtures.ts';
import { requestOf } from './requests.ts';

const small = openCheckpoint(SMALL).config;
/** The sizes of the published model (docs/model.md). */
const published: CheckpointConfig = {
  ...small,
  transformer: { ...small.transformer, num_layers: 30, num_attention_heads: 32, attention_head_dim: 128 },
  referenceLimits: { shortest: 512, longest: 2048 },
};
const GIB = 2 ** 30;
const half = { widthPx: 512, heightPx: 512 };

describe('references', () => {
  test('count as large as they are, however small the result', async () => {
    const blank = { width: 2048, height: 2048, channels: 3, background: '#fff' } as const;
    const references = [await sharp({ create: blank }).png().toBuffer()];
    const tokens = await referenceTokens(references, published.referenceLimits);
    expect(tokens).toEqual([64 * 64]);
    const bytes = expectedBytes(published, requestOf({ ...half, references }), tokens);
    // Keys and values of 16,384 rows in 30 layers of 4,096 wide.
    expect(bytes / GIB).toBeGreaterThan(15);
    expect(bytes / GIB).toBeLessThan(25);
  });

  test('several are joined, one is not', () => {
    const bytes = [[], [1024], [1024, 1024]].map((tokens) =>
      expectedBytes(published, requestOf(half), tokens),
    );
    const one = (30 * 2 * 4096 * 4 * 4 * 1024) / GIB;
    expect((bytes[1]! - bytes[0]!) / GIB).toBeGreaterThan(one);
    expect((bytes[2]! - bytes[0]!) / GIB).toBeGreaterThan(4 * one);
  });

  test('of our own count as what they were made from; their files are not read for it', async () => {
    const made = { file: new Uint8Array(), priorTokens: new Uint16Array(4096), latents: new Float32Array() };
    expect(await referenceTokens([made], published.referenceLimits)).toEqual([4096]);
  });

  test('that are no pictures are refused', async () => {
    const read = referenceTokens([Buffer.from('words')], published.referenceLimits);
    await expect(read).rejects.toMatchObject({ code: 'bad_image', field: 'references' });
  });
});

test('words to draw count, and twice as many in one text more than twice', () => {
  const bytes = [0, 1_000, 2_000].map((length) =>
    expectedBytes(small, requestOf({ prompt: 'a', renderTexts: ['a'.repeat(length)] }), []),
  ) as [number, number, number];
  expect(bytes[2] - bytes[0]).toBeGreaterThan(2 * (bytes[1] - bytes[0]));
});
