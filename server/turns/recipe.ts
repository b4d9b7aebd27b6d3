/**
 * From the options of a request to a complete recipe: limits checked, defaults filled in. Pure; knows no table.
 * The default seed is a hash of session and turn, never the parent's: reusing it corrupts edits.
 */
import { createHash } from 'node:crypto';
import type { ModelInfo } from '../../engine/index.ts';
import { draftSteps } from '../../studio/abilities.ts';
import type { Turn } from '../../studio/protocol.ts';
import { modelOf, type Recipe, secondLookOf } from '../../studio/recipe.ts';
import { Refusal } from '../../studio/refusal.ts';
import { defaultSize, nearestSide, type Size } from '../../studio/sizes.ts';
import { keepsTexts } from '../../studio/wording/keeps-texts.ts';

const MAX_PROMPT_BYTES = 100_000;

/** Throws {@link Refusal} `bad_request` for a prompt that is empty or too long. */
export function checkPrompt(prompt: string, info: ModelInfo): void {
  const field = 'prompt';
  if (prompt.trim() === '') throw new Refusal('bad_request.empty_prompt', {}, { field });
  const limitBytes = Math.min(MAX_PROMPT_BYTES, info.maxPromptBytes);
  const sizeBytes = Buffer.byteLength(prompt);
  if (sizeBytes > limitBytes)
    throw new Refusal('bad_request.long_prompt', { sizeBytes, limitBytes }, { field });
}

/** Throws {@link Refusal} `bad_request` for a wording that is empty, too long, or changes what must stay as it was typed. */
export function checkWording(prompt: string, wording: string, info: ModelInfo): void {
  checkPrompt(wording, info);
  if (!keepsTexts(prompt, wording)) throw new Refusal('bad_request.wording', {}, { field: 'wording' });
}

/** The seed of a turn that names none. */
export function defaultSeed(sessionSeed: string, turnId: string): number {
  const digest = createHash('sha256').update(`${sessionSeed}/${turnId}`).digest();
  return Number(digest.readBigUInt64BE() >> 11n);
}

/** The complete recipe of a turn. `like` is the picture to edit. Throws {@link Refusal} `bad_request` with the option's name. */
export function completeRecipe(
  { options, renderTexts, isEdit }: Pick<Turn, 'options' | 'renderTexts'> & { isEdit: boolean },
  info: ModelInfo,
  like: Size | undefined,
  seed: number,
): Recipe {
  const isDraft = options.quality === 'draft';
  const recipe: Recipe = {
    ...sizeOf(options, info, like),
    seed: options.seed ?? seed,
    steps: options.steps ?? (isDraft ? draftSteps(info) : info.defaultSteps),
    guidanceScale: options.guidanceScale ?? info.defaultGuidanceScale,
    count: options.count ?? 1,
    layout: options.layout ?? 'separate',
    chain: options.chain ?? 'exact',
    ...(renderTexts === undefined ? {} : { renderTexts }),
    ...(isDraft ? { quality: 'draft' as const } : {}),
    ...secondLookOf(info, { wanted: options.secondLook, renderTexts, isEdit }),
    ...modelOf(info),
  };
  checkRecipe(recipe, info);
  return recipe;
}

/** Throws {@link Refusal} `bad_request` with the name of the option that is out of range. */
export function checkRecipe(recipe: Recipe, info: ModelInfo): void {
  inRange('options.steps', recipe.steps, 1, info.maxSteps);
  inRange('options.count', recipe.count, 1, info.maxCount);
  inRange('options.guidanceScale', recipe.guidanceScale, 0, info.maxGuidanceScale);
}

function inRange(field: string, value: number, least: number, most: number): void {
  if (value < least || value > most)
    throw new Refusal('bad_request.out_of_range', { option: field, value, least, most }, { field });
}

function sizeOf(options: Turn['options'], info: ModelInfo, like: Size | undefined): Size {
  const { widthPx, heightPx } = options;
  if (widthPx === undefined && heightPx === undefined) return defaultSize(info, like);
  if (widthPx === undefined) throw new Refusal('bad_request.no_width', {}, { field: 'options.widthPx' });
  if (heightPx === undefined) throw new Refusal('bad_request.no_height', {}, { field: 'options.heightPx' });
  checkSide('options.widthPx', widthPx, info);
  checkSide('options.heightPx', heightPx, info);
  const { maxAspect } = info;
  if (Math.max(widthPx, heightPx) > maxAspect * Math.min(widthPx, heightPx))
    throw new Refusal('bad_request.aspect', { widthPx, heightPx, maxAspect }, { field: 'options.widthPx' });
  return { widthPx, heightPx };
}

function checkSide(field: string, sidePx: number, info: ModelInfo): void {
  const { sizeMultiplePx, minSidePx, maxSidePx } = info;
  inRange(field, sidePx, minSidePx, maxSidePx);
  if (sidePx % sizeMultiplePx !== 0) {
    const nearestPx = nearestSide(sidePx, info);
    const params = { option: field, sidePx, multiplePx: sizeMultiplePx, nearestPx };
    throw new Refusal('bad_request.side_multiple', params, { field });
  }
}
