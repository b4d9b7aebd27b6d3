/** A text within a picture's file, in each format: it comes back, it goes without a trace, and no pixel changes. */
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { markOf } from '../../db/bundle/marks/mark.ts';
import {
  embedReceipt,
  imageDataHash,
  type Receipt,
  readReceipt,
  type Signer,
  signedText,
} from '../../db/bundle/receipt.ts';
import { withoutTraces } from '../../db/bundle/traces.ts';
import { isSignedBy } from '../../db/folder/studio-key.ts';

const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const picture = () => sharp({ create: { width: 33, height: 17, channels: 3, background: '#000', noise } });
const FILES: [string, (picture: Sharp) => Promise<Buffer>][] = [
  ['PNG', (each) => each.png().toBuffer()],
  ['JPEG', (each) => each.jpeg().toBuffer()],
  ['progressive JPEG', (each) => each.jpeg({ progressive: true }).toBuffer()],
  ['WebP', (each) => each.webp().toBuffer()],
  ['lossless WebP', (each) => each.webp({ lossless: true }).toBuffer()],
  ['WebP with alpha', (each) => each.ensureAlpha(0.5).webp().toBuffer()],
  ['WebP with a profile', (each) => each.withIccProfile('p3').webp().toBuffer()],
];

const { privateKey } = generateKeyPairSync('ed25519');
const SIGNER: Signer = {
  publicKey: privateKey.export({ format: 'jwk' }).x!,
  sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
};

/** A receipt of so many turns, each an edit of the one before. */
function receiptOf(file: Uint8Array, turns: number): Receipt {
  const hash = 'ab'.repeat(32);
  const recipe = {
    ...{ widthPx: 33, heightPx: 17, seed: 7, steps: 4, guidanceScale: 1.5, count: 1 },
    ...{ layout: 'shared' as const, modelName: 'mini', modelDigest: hash },
  };
  return {
    format: 'palimpsest.receipt',
    version: 1,
    turns: Array.from({ length: turns }, (_, place) => ({
      ...{ kind: 'edit', mode: 'edit', recipe },
      prompt: `make it <night> & "day" ${place}`,
      sentPrompt: `让它变成夜晚 ${place}`,
      inputs: [{ role: 'target', file: hash, turn: place === 0 ? null : place - 1, index: 0 }],
    })),
    picture: { index: 0, widthPx: 33, heightPx: 17, imageData: imageDataHash(file) },
  } as Receipt;
}

describe.each(FILES)('%s', (_, make) => {
  test('any text comes back, and the file is as it was without it', async () => {
    const file = await make(picture());
    const mark = markOf(file)!;
    expect(mark.textIn(file)).toBeUndefined();
    const before = await sharp(file).raw().toBuffer();
    const data = imageDataHash(file);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (any) => {
        // What a receipt is made of: JSON, whose text has no sign below the space.
        const text = JSON.stringify(any.toWellFormed());
        const marked = mark.withText(file, text);
        expect(mark.textIn(marked)).toBe(text);
        expect(mark.textIn(mark.withText(marked, '"again"'))).toBe('"again"');
        expect(Buffer.compare(mark.without(marked), file)).toBe(0);
        expect(imageDataHash(marked)).toBe(data);
        const { data: pixels, info } = await sharp(marked).raw().toBuffer({ resolveWithObject: true });
        expect([info.width, info.height]).toEqual([33, 17]);
        expect(pixels.equals(before)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('a file that is cut short carries nothing, and breaks nothing', async () => {
    const file = await make(picture());
    const marked = embedReceipt(file, receiptOf(file, 2));
    expect(readReceipt(marked)?.turns).toHaveLength(2);
    for (let length = 0; length < marked.length; length += 7) readReceipt(marked.subarray(0, length));
  });

  test('a receipt is signed, also one that lost its oldest turns, and another text is not', async () => {
    const file = await make(picture());
    for (const turns of [2, 300]) {
      const marked = embedReceipt(file, receiptOf(file, turns), SIGNER);
      const { key, text, value } = signedText(marked)!;
      expect([key, isSignedBy(key, text, value)]).toEqual([SIGNER.publicKey, true]);
      expect(isSignedBy(key, text.replace('night', 'light'), value)).toBe(false);
      // Written again into its own file, by another or by nobody, it has that signature alone.
      expect(signedText(embedReceipt(marked, readReceipt(marked)!))).toBeNull();
      const again = signedText(embedReceipt(marked, readReceipt(marked)!, SIGNER))!;
      expect(isSignedBy(again.key, again.text, again.value)).toBe(true);
    }
  });

  test('what a camera wrote goes, and the receipt stays', async () => {
    const file = await make(picture().withExif({ IFD0: { Make: 'Camera of Ann' } }));
    const marked = embedReceipt(file, receiptOf(file, 2), SIGNER);
    const cleaned = withoutTraces(marked)!;
    expect(Buffer.from(cleaned).includes('Camera of Ann')).toBe(false);
    expect(signedText(cleaned)).toEqual(signedText(marked));
    expect(withoutTraces(cleaned)).toEqual(Buffer.from(cleaned));
  });

  test('a branch that is longer than the format holds keeps its newest turns', async () => {
    const file = await make(picture());
    const receipt = readReceipt(embedReceipt(file, receiptOf(file, 300)))!;
    expect(receipt.turns.at(-1)!.prompt).toContain('299');
    expect(receipt.turns.length).toBeGreaterThan(20);
    expect(receipt.turns[0]!.inputs[0]!.turn).toBeNull();
    expect(receipt.turns[1]!.inputs[0]!.turn).toBe(0);
  });
});

test('other formats carry no text', async () => {
  expect(markOf(await picture().avif().toBuffer())).toBeUndefined();
  expect(markOf(new Uint8Array(0))).toBeUndefined();
});
