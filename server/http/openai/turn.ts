/**
 * A request of OpenAI's images API as a turn: its files are taken into a session, a new one unless it names one, and the turn
 * is stored like any other. The same Idempotency-Key gives the turn that it gave before. Knows no answer.
 */
import { sha256Of } from '../../../db/blobs.ts';
import type { ModelInfo } from '../../../engine/index.ts';
import type { Turn, TurnInput } from '../../../studio/protocol.ts';
import { Refusal } from '../../../studio/refusal.ts';
import type { Runtime } from '../../runtime.ts';
import { answerOnce } from '../../turns/answer-once.ts';
import { takeMask } from '../../turns/masks.ts';
import { inSession, requireSession } from '../../turns/sessions.ts';
import { type Claim, claimOf, type TurnAnswer } from '../../turns/store-turn.ts';
import { takeClaimedTurn } from '../../turns/take-turn.ts';
import { engineOfTurn, modelInfo } from '../../turns/turn-engine.ts';
import { takeUpload } from '../../turns/uploads.ts';
import { type CallerNames, inNamesOf } from '../caller-names.ts';
import type { GivenImage, ImagesRequest } from './request.ts';

/** Our fields as clients of the images API write them. */
const NAMES: CallerNames = {
  'options.widthPx': 'size',
  'options.heightPx': 'size',
  'options.count': 'n',
  'options.quality': 'quality',
  'options.seed': 'seed',
  'options.steps': 'num_inference_steps',
  'options.guidanceScale': 'guidance_scale',
  inputs: 'image',
  file: 'image',
};

/** Stores the turn that a request asks for. Throws {@link Refusal} with the client's names of fields. */
export async function takeImagesTurn(
  parts: Runtime,
  key: string,
  request: ImagesRequest,
): Promise<TurnAnswer> {
  const claim = claimOf(parts, key, ['images', fingerprintOf(request)]);
  return answerOnce(parts, claim, async () => {
    // Whether an engine answers says nothing of a session that is another's.
    if (request.session_id !== undefined) requireSession(parts, request.session_id);
    const engine = engineOfTurn(parts, request.session_id ?? '', request.model);
    const info = modelInfo(parts.engines, engine);
    const asked = { ...request, model: engine };
    return inNamesOf(NAMES, () =>
      inSession(parts, request.session_id, (id) => storeIn(parts, id, claim, asked, info)),
    );
  });
}

async function storeIn(
  parts: Runtime,
  sessionId: string,
  claim: Claim,
  request: ImagesRequest,
  info: ModelInfo,
): Promise<TurnAnswer> {
  const { kind, prompt, images, mask, model } = request;
  const isEdit = kind === 'image_edit';
  if (isEdit && images.length === 0 && request.session_id === undefined)
    throw new Refusal('bad_request.no_picture', {}, { field: 'image' });
  const inputs: TurnInput[] = [];
  for (const [i, image] of images.entries())
    inputs.push({
      pictureId: await pictureIdOf(parts, sessionId, image),
      role: i === 0 ? 'target' : 'reference',
    });
  if (mask) inputs.push({ maskHash: await maskHashOf(parts, mask), role: 'mask' });
  const turn: Turn = {
    prompt,
    mode: isEdit ? 'edit' : 'new',
    inputs,
    model,
    options: optionsOf(info, request),
  };
  return takeClaimedTurn(parts, sessionId, claim, turn);
}

async function pictureIdOf(parts: Runtime, sessionId: string, image: GivenImage): Promise<string> {
  if ('pictureId' in image) return image.pictureId;
  return (await takeUpload(parts, sessionId, image.file)).pictureId;
}

async function maskHashOf(parts: Runtime, mask: GivenImage): Promise<string> {
  if ('pictureId' in mask) throw new Refusal('bad_request.mask_by_id', {}, { field: 'mask' });
  const { file } = mask;
  return (await inNamesOf({ file: 'mask' }, () => takeMask(parts, file, { form: 'transparent' }))).hash;
}

function optionsOf({ sizeMultiplePx }: ModelInfo, request: ImagesRequest): Turn['options'] {
  const { n, quality, seed, num_inference_steps: steps, guidance_scale: guidanceScale } = request;
  return {
    ...sizeOf(request.size, sizeMultiplePx),
    count: n,
    ...(quality === 'low' ? { quality: 'draft' as const } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(steps === undefined ? {} : { steps }),
    ...(guidanceScale === undefined ? {} : { guidanceScale }),
  };
}

/** The asked sides, each rounded to the model's multiple; the answer names the size that was drawn. */
function sizeOf(size: string, multiplePx: number): { widthPx?: number; heightPx?: number } {
  if (size === 'auto') return {};
  const [widthPx, heightPx] = size
    .split('x')
    .map((side) => Math.max(1, Math.round(Number(side) / multiplePx)) * multiplePx);
  return { widthPx: widthPx!, heightPx: heightPx! };
}

/** The request with hashes for its files. */
function fingerprintOf({ images, mask, ...rest }: ImagesRequest): unknown {
  const hashed = (image: GivenImage | undefined) => (image && 'file' in image ? sha256Of(image.file) : image);
  return { ...rest, images: images.map(hashed), mask: hashed(mask) };
}
