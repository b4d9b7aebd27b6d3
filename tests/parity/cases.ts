/** Which runner proves which case of a goldens folder: by the first rule whose pattern fits the name. */

import type { CaseRunner } from './context.ts';
import { conditioning, ditEmbed, ditForward, ditRead, rotary, sensitivity } from './dit.ts';
import { batchAlone, endToEnd, shiftedWrong } from './end-to-end.ts';
import { glyphBatch, glyphEncoder } from './glyph.ts';
import { batch, decode, greedy, prefill, sampling } from './language.ts';
import { preprocess, resizeKernels, smartResize } from './pictures.ts';
import { euler, schedule, scheduleShiftedWrong } from './schedule.ts';
import { buckets, glyphTexts, positions, promptBatch, promptBuild, tokenizer } from './tokens.ts';
import { decodeBatch, encodeDecode, stages } from './vae.ts';
import { visionPositions, visionTower } from './vision.ts';

const RULES: readonly [RegExp, CaseRunner][] = [
  [/^tokenizer$/, tokenizer],
  [/^prompt_build$/, promptBuild],
  [/^prompt_batch$/, promptBatch],
  [/^smart_resize$/, smartResize],
  [/^preprocess_/, preprocess],
  [/^resize_kernels$/, resizeKernels],
  [/^vit_positions$/, visionPositions],
  [/^vit_/, visionTower],
  [/^ar_positions$/, positions],
  [/^ar_prefill_/, prefill],
  [/^ar_decode_/, decode],
  [/^ar_greedy_/, greedy],
  [/^ar_batch/, batch],
  [/^sampling$/, sampling],
  [/^glyph$/, glyphTexts],
  [/^t5_buckets$/, buckets],
  [/^t5_batch_pad$/, glyphBatch],
  [/^t5_/, glyphEncoder],
  [/^dit_embed$/, ditEmbed],
  [/^dit_conditioning$/, conditioning],
  [/^dit_rope$/, rotary],
  [/^dit_sensitivity$/, sensitivity],
  [/^dit_read_/, ditRead],
  [/^dit_/, ditForward],
  [/^schedule$/, schedule],
  [/^schedule_shifted_wrong$/, scheduleShiftedWrong],
  [/^euler$/, euler],
  [/^vae_decode$/, decodeBatch],
  [/^vae_stages$/, stages],
  [/^vae_/, encodeDecode],
  [/^e2e_batch/, batchAlone],
  [/^e2e_shifted_wrong$/, shiftedWrong],
  [/^e2e_/, endToEnd],
];

/** The runner of a case, or undefined for a measurement that is not to be reproduced. Throws for an unknown case. */
export function runnerFor(name: string, kind: string): CaseRunner | undefined {
  if (kind === 'measurement') return undefined;
  const rule = RULES.find(([pattern]) => pattern.test(name));
  if (!rule) throw new Error(`Expected a known case, got ${name} of kind ${kind}`);
  return rule[1];
}
