/**
 * SGLang-Diffusion with GLM-Image. It ignores masks and any name of a model, keeps drawing when its client leaves, and some releases
 * cannot edit, which a small edit finds out.
 * Source: SGLang 0.5.23, `sglang/multimodal_gen/runtime/entrypoints/openai/image_api.py`; seen on a running server.
 */
import { EngineError } from '../../request/errors.ts';
import type { ModelInfo } from '../../request/request.ts';
import {
  type Adapter,
  type AdapterOptions,
  chosenModel,
  identityOf,
  type PictureRequest,
  type ReferenceLimits,
  servedModels,
  type Wait,
} from '../adapter.ts';
import type { Endpoint } from '../http.ts';
import { plainPng } from '../pictures.ts';
import { drawInSteps } from './steps-call.ts';

const MULTIPLE_PX = 32;
/**
 * Shorter and longer side of references that processors read as they are, the small checkpoint's first: any other picture ends as
 * 500. The published one refuses the smaller side, and nothing that the server says of itself tells them apart.
 */
const READS: readonly (ReferenceLimits & { minSidePx: number })[] = [
  { multiplePx: MULTIPLE_PX, minSidePx: 256, maxSidePx: 1024 },
  { multiplePx: MULTIPLE_PX, minSidePx: 512, maxSidePx: 2048 },
];
const CHEAPEST = { seed: 0, steps: 1, guidanceScale: 1 } as const;

const LIMITS = {
  ...{ sizeMultiplePx: MULTIPLE_PX, minSidePx: 256, maxSidePx: 2048, maxAspect: 4 },
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024 },
  ...{ defaultSteps: 30, maxSteps: 1000, defaultGuidanceScale: 1.5, maxGuidanceScale: 30 },
  ...{ maxCount: 10, maxPromptBytes: 20_000 },
} as const;

/** Adapter to SGLang-Diffusion at an endpoint, which is its host without a path. */
export function sglang(endpoint: Endpoint, { model: wanted, fields: more }: AdapterOptions): Adapter {
  let model = '';
  let reads: ReferenceLimits | undefined;

  const draw = (request: PictureRequest, wait: Wait): Promise<Uint8Array> =>
    drawInSteps(endpoint, request, { model, more, referenceField: 'image[]' }, wait);

  /** What it reads of references: the first limits with which an edit comes back; none where every edit ends as 500, as in some releases. */
  async function findReads(wait: Wait): Promise<ReferenceLimits | undefined> {
    for (const limits of READS) {
      const side = { widthPx: limits.minSidePx, heightPx: limits.minSidePx };
      try {
        await draw({ prompt: 'at night', references: [await plainPng(side)], ...side, ...CHEAPEST }, wait);
        return limits;
      } catch (error) {
        if (!(error instanceof EngineError && error.code === 'rejected')) throw error;
      }
    }
    return undefined;
  }

  return {
    async probe(wait) {
      // The list of models answers when the worker is dead, and hangs while it warms up: health comes first.
      await endpoint.json('/health', wait);
      const served = chosenModel(await servedModels(endpoint, '/v1/models', wait), wanted);
      const { version } = await endpoint.json('/server_info', wait);
      model = String(served.id);
      reads = served.task_type === 'TI2I' ? await findReads(wait) : undefined;
      return {
        ...identityOf({
          adapter: 'sglang',
          name: model,
          numerics: numericsOf(served, version),
          fields: more,
        }),
        ...LIMITS,
        can: abilities(reads !== undefined),
      };
    },
    draw,
    health: (wait) => endpoint.json('/health', wait),
    get fits() {
      return reads;
    },
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
