/**
 * From what the user asked to a complete recipe: limits checked, blanks filled in. Pure; knows no table.
 * The default seed is a hash of session and turn, never the parent's: reusing it corrupts edits (product-anchors B 12).
 */
import { createHash } from 'node:crypto';
import type { ModelInfo } from '../../engine/index.ts';
import type { Recipe, Turn } from '../../studio/protocol.ts';
import { defaultSize, type Size } from '../../studio/sizes.ts';
import { HttpError } from '../http/http.ts';

const MAX_PROMPT_BYTES = 100_000;

const refuse = (field: string, message: string): never => {
  throw new HttpError(400, 'bad_request', message, field);
};

/** Throws {@link HttpError} 400 for a prompt that is empty or too long. */
export function checkPrompt(prompt: string, info: ModelInfo): void {
  if (prompt.trim() === '') refuse('prompt', 'The message is empty. Say what to draw or to change.');
  const limitBytes = Math.min(MAX_PROMPT_BYTES, info.maxPromptBytes);
  const sizeBytes = Buffer.byteLength(prompt);
  if (sizeBytes > limitBytes)
    refuse('prompt', `The message has ${sizeBytes} bytes; at most ${limitBytes} can be read. Shorten it.`);
}

/** The seed of a turn that names none. */
export function defaultSeed(sessionSeed: string, turnId: string): number {
  const digest = createHash('sha256').update(`${sessionSeed}/${turnId}`).digest();
  return Number(digest.readBigUInt64BE() >> 11n);
}

/** What draws, as recipes name it. */
export const modelOf = ({ name, digest, numerics }: ModelInfo) => ({
  modelName: name,
  modelDigest: digest,
  numerics,
});

/** Steps of a draft: enough to judge a layout by. */
export function draftSteps({ defaultSteps }: ModelInfo): number {
  return Math.ceil(defaultSteps / 3);
}

/** The complete recipe of a turn. `like` is the picture to edit. Throws {@link HttpError} 400 with the option's name. */
export function completeRecipe(
  { options, renderTexts }: Pick<Turn, 'options' | 'renderTexts'>,
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
    ...modelOf(info),
  };
  checkRecipe(recipe, info);
  return recipe;
}

/** Throws {@link HttpError} 400 with the name of the option that is out of range. */
export function checkRecipe(recipe: Recipe, info: ModelInfo): void {
  inRange('options.steps', recipe.steps, 1, info.maxSteps);
  inRange('options.count', recipe.count, 1, info.maxCount);
  inRange('options.guidanceScale', recipe.guidanceScale, 0, info.maxGuidanceScale);
}

function inRange(field: string, value: number, least: number, most: number): void {
  if (value < least || value > most) refuse(field, `${field} is ${value}; allowed is ${least} to ${most}.`);
}

function sizeOf(options: Turn['options'], info: ModelInfo, like: Size | undefined): Size {
  const { widthPx, heightPx } = options;
  if (widthPx === undefined && heightPx === undefined) return defaultSize(info, like);
  if (widthPx === undefined) return refuse('options.widthPx', 'Give a width together with the height.');
  if (heightPx === undefined) return refuse('options.heightPx', 'Give a height together with the width.');
  checkSide('options.widthPx', widthPx, info);
  checkSide('options.heightPx', heightPx, info);
  if (Math.max(widthPx, heightPx) > info.maxAspect * Math.min(widthPx, heightPx))
    refuse(
      'options.widthPx',
      `${widthPx} x ${heightPx} is longer than ${info.maxAspect} : 1. Choose sides closer together.`,
    );
  return { widthPx, heightPx };
}

function checkSide(field: string, sidePx: number, { sizeMultiplePx, minSidePx, maxSidePx }: ModelInfo): void {
  inRange(field, sidePx, minSidePx, maxSidePx);
  if (sidePx % sizeMultiplePx !== 0) {
    const nearest = Math.max(minSidePx, Math.round(sidePx / sizeMultiplePx) * sizeMultiplePx);
    refuse(
      field,
      `${field} is ${sidePx}; sides are multiples of ${sizeMultiplePx}. The nearest is ${nearest}.`,
    );
  }
}
