/** Pictures with receipts that no engine has drawn. */
import sharp from 'sharp';
import { embedReceipt, imageDataHash, type Receipt } from '../../db/bundle/receipt.ts';

/** A PNG of one colour. */
export const colour = (background: string) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer();

/** A picture with a receipt of so many edits. */
export async function marked(count: number): Promise<Buffer> {
  const png = await colour('#284');
  const recipe = {
    ...{
      widthPx: 64,
      heightPx: 64,
      seed: 1,
      steps: 1,
      guidanceScale: 1,
      count: 1,
      layout: 'separate' as const,
    },
    ...{ modelName: 'tiny', modelDigest: 'ab'.repeat(32) },
  };
  const turns: Receipt['turns'] = Array.from({ length: count }, (_, place) => ({
    ...({ kind: place === 0 ? 'generate' : 'edit', mode: place === 0 ? 'new' : 'edit' } as const),
    ...{ prompt: `edit ${place}`, sentPrompt: `edit ${place}`, recipe },
    inputs: place === 0 ? [] : [{ role: 'target', file: 'cd'.repeat(32), turn: place - 1, index: 0 }],
  }));
  const picture = { index: 0, widthPx: 64, heightPx: 64, imageData: imageDataHash(png) };
  return Buffer.from(embedReceipt(png, { format: 'palimpsest.receipt', version: 1, turns, picture }));
}
