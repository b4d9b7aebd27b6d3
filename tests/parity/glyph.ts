/** Parity of the glyph encoder: every text alone must equal upstream's padded batch where its mask is 1. */

import { byteSpecials, glyphIds, quotedTexts } from '../../engine/tokens/glyph-text.ts';
import { tensor } from '../../kernels/index.ts';
import type { CaseRunner, ParityContext } from './context.ts';

async function features(context: ParityContext, prompt: string): Promise<Float32Array> {
  const specials = byteSpecials(context.checkpoint.config.byteTokenizer);
  const runner = await context.runner();
  return (await runner.glyphFeatures(glyphIds(quotedTexts(prompt), specials).rows)).data as Float32Array;
}

export const glyphEncoder: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const runner = await context.runner();
  const ids = tensors.input('ids');
  const mask = tensors.input('mask').data;
  const [rows, length] = ids.shape as [number, number];
  const width = context.checkpoint.config.textEncoder.d_model;
  const hidden = new Float32Array(rows * length * width);
  for (let row = 0; row < rows; row++) {
    const kept = Array.from(ids.data.subarray(row * length, (row + 1) * length)).filter(
      (_, i) => mask[row * length + i] === 1,
    );
    hidden.set((await runner.glyphFeatures([kept])).data as Float32Array, row * length * width);
  }
  return [
    context.close(entry, 'hidden', hidden, tensors.output('hidden')),
    context.close(
      entry,
      'glyph',
      await features(context, String(entry.params.prompt)),
      tensors.output('glyph'),
    ),
  ];
};

/** Upstream pads the shorter features on the left with zeros; ours are the rows without the padding. */
export const glyphBatch: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const want = tensors.output('glyph');
  const [, length, width] = want.shape as [number, number, number];
  const prompts = entry.params.prompts as string[];
  const got = new Float32Array(want.data.length);
  for (const [i, prompt] of prompts.entries()) {
    const rows = await features(context, prompt);
    got.set(rows, (i * length + length - rows.length / width) * width);
  }
  return [context.close(entry, 'glyph', tensor('float32', want.shape, got).data as Float32Array, want)];
};
