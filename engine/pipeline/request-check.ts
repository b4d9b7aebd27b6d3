/**
 * The limits of a checkpoint, and the check of a request against them.
 * Every refusal names the field and says which values are accepted.
 */

import type { CheckpointConfig } from '../model/config.ts';
import { EngineError } from '../request/errors.ts';
import type { GenerationRequest, ModelInfo } from '../request/request.ts';
import { TOKEN_PX } from '../request/sizes.ts';
import { glyphIds, MOST_GLYPH_ROWS, textsToDraw } from '../tokens/glyph-text.ts';

export type Limits = Omit<ModelInfo, 'name' | 'digest' | 'device' | 'precision' | 'numerics' | 'can'>;

/** Limits and defaults of a checkpoint. The picture that its VAE was made for is the default size. */
export function modelLimits(config: CheckpointConfig): Limits {
  const { shortest, longest } = config.referenceLimits;
  const side = Math.min(Math.max(config.vae.sample_size, shortest), longest);
  return {
    sizeMultiplePx: TOKEN_PX,
    minSidePx: Math.max(TOKEN_PX, Math.ceil(shortest / 2 / TOKEN_PX) * TOKEN_PX),
    maxSidePx: Math.floor(longest / TOKEN_PX) * TOKEN_PX,
    maxAspect: 4,
    defaultWidthPx: side,
    defaultHeightPx: side,
    defaultSteps: config.scheduler.default_num_inference_steps,
    defaultGuidanceScale: config.scheduler.default_guidance_scale,
    // The schedule was trained with as many timesteps; more steps would repeat them.
    maxSteps: 1_000,
    maxGuidanceScale: 30,
    maxCount: 10,
    maxPromptBytes: 20_000,
  };
}

function refuse(field: string, message: string): never {
  throw new EngineError('bad_request', message, { field });
}

function checkNumber(
  field: keyof GenerationRequest,
  value: number,
  low: number,
  high: number,
  whole = true,
): void {
  if (
    typeof value !== 'number' ||
    Number.isNaN(value) ||
    (whole && !Number.isInteger(value)) ||
    value < low ||
    value > high
  )
    refuse(
      field,
      `Expected ${field} to be ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}, got ${value}`,
    );
}

/** Throws `bad_request` naming the first field that cannot be served. */
export function checkRequest(request: GenerationRequest, info: Limits & Pick<ModelInfo, 'can'>): void {
  const bytes = Buffer.byteLength(request.prompt);
  if (request.prompt.trim() === '')
    refuse('prompt', 'The prompt is empty. Say what to draw or what to change.');
  if (bytes > info.maxPromptBytes)
    refuse(
      'prompt',
      `The prompt has ${bytes} bytes; at most ${info.maxPromptBytes} can be read. Shorten it.`,
    );
  checkTexts(request);
  for (const field of ['widthPx', 'heightPx'] as const) {
    checkNumber(field, request[field], info.minSidePx, info.maxSidePx);
    if (request[field] % info.sizeMultiplePx !== 0)
      refuse(field, `Expected ${field} to be a multiple of ${info.sizeMultiplePx}, got ${request[field]}`);
  }
  const aspect = Math.max(request.widthPx / request.heightPx, request.heightPx / request.widthPx);
  if (aspect > info.maxAspect)
    refuse(
      'widthPx',
      `Expected sides in a ratio of at most ${info.maxAspect}, got ${request.widthPx} x ${request.heightPx}`,
    );
  checkNumber('seed', request.seed, 0, Number.MAX_SAFE_INTEGER);
  checkNumber('steps', request.steps, 1, info.maxSteps);
  checkNumber('guidanceScale', request.guidanceScale, 0, info.maxGuidanceScale, false);
  checkNumber('count', request.count, 1, info.maxCount);
  if (info.can.edits && (request.references?.length ?? 0) > info.can.references)
    refuse(
      'references',
      `Expected at most ${info.can.references} pictures, got ${request.references!.length}`,
    );
  if (request.layout !== 'shared' && request.layout !== 'separate')
    refuse('layout', `Expected layout to be 'shared' or 'separate', got ${request.layout}`);
  if (request.target !== undefined)
    checkNumber('target', request.target, 0, Math.max(0, (request.references?.length ?? 0) - 1));
  checkTokens(request);
  for (const index of request.only ?? []) checkNumber('only', index, 0, request.count - 1);
}

/** Counts the strings of special tokens by their bytes, as if they were words, so that the count is never too low. */
function checkTexts(request: GenerationRequest): void {
  const { length } = glyphIds(textsToDraw(request));
  if (length <= MOST_GLYPH_ROWS) return;
  const rows = `${length} rows (their bytes, and one or two for each text); at most ${MOST_GLYPH_ROWS} can be drawn`;
  if (request.renderTexts) refuse('renderTexts', `The words to draw take ${rows}. Leave some out.`);
  refuse(
    'prompt',
    `The words between quotes take ${rows}. Put fewer between quotes; a pair of apostrophes counts as quotes too.`,
  );
}

function checkTokens({ priorTokens, mask, widthPx, heightPx }: GenerationRequest): void {
  if (!priorTokens) return;
  const cells = (widthPx / TOKEN_PX) * (heightPx / TOKEN_PX);
  if (priorTokens.length !== cells)
    refuse(
      'priorTokens',
      `Expected ${cells} prior tokens for ${widthPx} x ${heightPx}, got ${priorTokens.length}. They fit the size that they were made for.`,
    );
  if (mask) refuse('priorTokens', 'Stored prior tokens and a mask exclude each other. Leave one out.');
}

/** Throws `bad_request` where stored tokens are not all in the codebook. */
export function checkCodebook(
  { priorTokens }: GenerationRequest,
  { visionLanguage }: CheckpointConfig,
): void {
  const entries = visionLanguage.vq_config.num_embeddings;
  const wrong = priorTokens?.find((token) => token >= entries);
  if (wrong !== undefined)
    refuse(
      'priorTokens',
      `Expected prior tokens below ${entries}, the size of this model's codebook, got ${wrong}. They fit the model that made them.`,
    );
}
