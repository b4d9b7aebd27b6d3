/**
 * Servers that speak OpenAI's images API. Another Palimpsest is known by what it calls itself and takes seed, steps, guidance and
 * masks, and says itself what it draws; of any other nothing is assumed that the API does not promise.
 * Source: openai-openapi, `CreateImageRequest`, `CreateImageEditRequest`, `ImagesResponse`, 2026-08-21.
 */
import { EngineError } from '../request/errors.ts';
import type { ModelInfo } from '../request/request.ts';
import {
  type Adapter,
  asFile,
  chosenModel,
  type DrawWait,
  identityOf,
  type PictureRequest,
  pictureOf,
  servedModels,
  type Wait,
} from './adapter.ts';
import type { Endpoint } from './http.ts';
import { transparentMask } from './pictures.ts';

const PALIMPSEST = 'palimpsest';
const HIDE_MS = 5_000;

/** What the API promises of any of its models, as far as the sizes go that all of them draw. */
const PROMISED = {
  ...{ sizeMultiplePx: 32, minSidePx: 256, maxSidePx: 2048, maxAspect: 3 },
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024 },
  ...{ defaultSteps: 1, maxSteps: 1, defaultGuidanceScale: 1, maxGuidanceScale: 1 },
  ...{ maxCount: 10, maxPromptBytes: 20_000 },
  can: {
    ...{ edits: true, references: 16, masks: true, sameLayout: false, previews: false, abort: 'picture' },
    ...{ seeds: false, steps: false, guidance: false, resume: false, warm: false },
  },
} as const satisfies Partial<ModelInfo>;

/** Adapter to the images API at an endpoint. `wanted` names the model where there are several. */
export function openAiImages(endpoint: Endpoint, wanted: string | undefined): Adapter {
  let model = wanted ?? '';
  let isPalimpsest = false;
  /** How often a picture was refused or failed there: asked for under the same key, it would be again. */
  const refused = new Map<string, number>();

  async function draw(request: PictureRequest, { key, ...wait }: DrawWait): Promise<Uint8Array> {
    const fields = {
      ...{ model, prompt: request.prompt, size: `${request.widthPx}x${request.heightPx}` },
      ...{ n: 1, output_format: 'png' },
      ...(isPalimpsest && palimpsestFields(request)),
    };
    const path = request.references.length > 0 ? 'images/edits' : 'images/generations';
    const body = request.references.length > 0 ? await editForm(fields, request) : fields;
    const headers =
      key !== undefined && isPalimpsest
        ? { 'Idempotency-Key': `${key}-${refused.get(key) ?? 0}` }
        : undefined;
    const answer = await endpoint
      .json(path, { method: 'POST', body, headers, ...wait })
      .catch((error: unknown) => {
        if (key !== undefined && error instanceof EngineError && error.code === 'rejected')
          refused.set(key, (refused.get(key) ?? 0) + 1);
        throw error;
      });
    if (isPalimpsest) await hideSession(endpoint, answer);
    return pictureOf(endpoint, answer, wait);
  }

  return {
    async probe(wait) {
      const served = chosenModel(await servedModels(endpoint, 'models', wait), wanted);
      model = String(served.id);
      isPalimpsest = served.owned_by === PALIMPSEST;
      const { can, ...limits } = PROMISED;
      const facts = { adapter: 'openai-images', name: model, numerics: String(served.owned_by ?? 'unknown') };
      return isPalimpsest ? palimpsestInfo(endpoint, wait) : { ...identityOf(facts), ...limits, can };
    },
    draw,
    health: (wait) => endpoint.json(isPalimpsest ? '/api/health' : 'models', wait),
    get isPaid() {
      return !isPalimpsest;
    },
    get isIdempotent() {
      return isPalimpsest;
    },
  };
}

const palimpsestFields = ({ seed, steps, guidanceScale }: PictureRequest) => ({
  ...{ seed, num_inference_steps: steps, guidance_scale: guidanceScale, response_format: 'b64_json' },
});

async function editForm(fields: object, { references, mask }: PictureRequest): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  for (const [at, file] of references.entries()) form.append('image[]', asFile(file, `${at + 1}.png`));
  if (mask) form.append('mask', asFile(await transparentMask(mask), 'mask.png'));
  return form;
}

/** The facts of another Palimpsest: its own, but for what does not go over the images API. */
async function palimpsestInfo(endpoint: Endpoint, wait: Wait): Promise<ModelInfo> {
  const { model } = (await endpoint.json('/api/health', wait)) as { model?: ModelInfo };
  if (!model) throw endpoint.rejected('It has no model loaded.');
  const { name, digest, numerics, ...limits } = model;
  const facts = { adapter: 'openai-images', name, numerics: `${PALIMPSEST} ${digest} ${numerics}` };
  const { edits, references, masks } = model.can;
  return {
    ...limits,
    ...identityOf(facts),
    can: {
      ...PROMISED.can,
      edits,
      references,
      masks,
      seeds: model.can.seeds,
      steps: model.can.steps,
      guidance: model.can.guidance,
    },
  };
}

/** Puts the session away that a picture was drawn in there: nobody looks for it. */
async function hideSession(endpoint: Endpoint, answer: Record<string, unknown>): Promise<void> {
  const id = (answer.palimpsest as { session_id?: unknown } | undefined)?.session_id;
  if (typeof id !== 'string') return;
  const call = { method: 'PATCH', body: { archived: true }, deadlineMs: HIDE_MS } as const;
  // The picture is there; that its session is still to be seen is no reason to lose it.
  await endpoint.json(`/api/sessions/${encodeURIComponent(id)}`, call).catch(() => {});
}
