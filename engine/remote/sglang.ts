/**
 * SGLang-Diffusion with GLM-Image. It ignores masks and any name of a model, keeps drawing when its client leaves, and some releases
 * cannot edit, which a small edit finds out.
 * Source: SGLang 0.5.23, `sglang/multimodal_gen/runtime/entrypoints/openai/image_api.py`; seen on a running server.
 */
import type { ModelInfo } from '../request/request.ts';
import {
  type Adapter,
  asFile,
  chosenModel,
  identityOf,
  type PictureRequest,
  pictureOf,
  servedModels,
  type Wait,
} from './adapter.ts';
import type { Endpoint } from './http.ts';

const MULTIPLE_PX = 32;

const LIMITS = {
  ...{ sizeMultiplePx: MULTIPLE_PX, minSidePx: 256, maxSidePx: 2048, maxAspect: 4 },
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024 },
  ...{ defaultSteps: 30, maxSteps: 1000, defaultGuidanceScale: 1.5, maxGuidanceScale: 30 },
  ...{ maxCount: 10, maxPromptBytes: 20_000 },
} as const;

/** Adapter to SGLang-Diffusion at an endpoint, which is its host without a path. */
export function sglang(endpoint: Endpoint, wanted: string | undefined): Adapter {
  let model = '';

  async function draw(request: PictureRequest, wait: Wait): Promise<Uint8Array> {
    const { prompt, references, widthPx, heightPx, seed, steps, guidanceScale } = request;
    // Without a seed it takes 42; without a form of answer an address, and a JPEG.
    const fields = {
      ...{ model, prompt, size: `${widthPx}x${heightPx}`, n: 1, seed },
      ...{ num_inference_steps: steps, guidance_scale: guidanceScale },
      ...{ response_format: 'b64_json', output_format: 'png' },
    };
    const isEdit = references.length > 0;
    const path = isEdit ? '/v1/images/edits' : '/v1/images/generations';
    const body = isEdit ? editForm(fields, references) : fields;
    return pictureOf(endpoint, await endpoint.json(path, { method: 'POST', body, ...wait }), wait);
  }

  return {
    async probe(wait) {
      // The list of models answers when the worker is dead, and hangs while it warms up: health comes first.
      await endpoint.json('/health', wait);
      const served = chosenModel(await servedModels(endpoint, '/v1/models', wait), wanted);
      const { version } = await endpoint.json('/server_info', wait);
      model = String(served.id);
      return {
        ...identityOf({ adapter: 'sglang', name: model, numerics: numericsOf(served, version) }),
        ...LIMITS,
        can: abilities(served.task_type === 'TI2I'),
      };
    },
    draw,
    health: (wait) => endpoint.json('/health', wait),
    // Sides that are no multiples end as 500.
    fits: { multiplePx: MULTIPLE_PX, maxSidePx: LIMITS.maxSidePx },
  };
}

function numericsOf(
  { dit_precision: precision, num_gpus: gpus }: Record<string, unknown>,
  version: unknown,
): string {
  return `version ${version ?? 'unknown'}, ${precision ?? 'unknown precision'}, ${gpus ?? '?'} GPU`;
}

const abilities = (edits: boolean): ModelInfo['can'] => ({
  ...{ edits, references: 16, masks: false, sameLayout: false, previews: false, abort: 'picture' },
  ...{ seeds: true, steps: true, guidance: true, resume: false, warm: false },
});

function editForm(fields: object, references: readonly Uint8Array[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  for (const [at, file] of references.entries()) form.append('image[]', asFile(file, `${at + 1}.png`));
  return form;
}
