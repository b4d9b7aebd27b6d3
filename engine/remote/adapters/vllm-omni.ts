/**
 * vLLM-Omni with GLM-Image: two stages, one that decides tokens and one that draws them. It draws one picture a call whatever it is asked
 * for, pairs one reference with the tokens of the first, and takes masks without looking at them.
 * Source: vLLM-Omni 0.30.0, `vllm_omni/entrypoints/openai/api_server.py` and `protocol/images.py`; read, not run.
 */
import type { ModelInfo } from '../../request/request.ts';
import {
  type Adapter,
  type AdapterOptions,
  chosenModel,
  identityOf,
  type PictureRequest,
  servedModels,
  type Wait,
} from '../adapter.ts';
import type { Endpoint } from '../http.ts';
import { drawInSteps } from './steps-call.ts';

const MULTIPLE_PX = 32;

const LIMITS = {
  ...{ sizeMultiplePx: MULTIPLE_PX, minSidePx: 256, maxSidePx: 2048, maxAspect: 4 },
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024 },
  ...{ defaultSteps: 30, maxSteps: 200, defaultGuidanceScale: 1.5, maxGuidanceScale: 20 },
  ...{ maxCount: 10, maxPromptBytes: 20_000 },
} as const;

const CAN: ModelInfo['can'] = {
  // The language model sees all references, the decoder pairs one with the tokens of the first: only one is used as it should be.
  ...{ edits: true, references: 1, masks: false, sameLayout: false, previews: false, abort: 'picture' },
  ...{ seeds: true, steps: true, guidance: true, resume: false, warm: false },
};

/** Adapter to vLLM-Omni at an endpoint, which is its host without a path. */
export function vllmOmni(endpoint: Endpoint, { model: wanted, fields: more }: AdapterOptions): Adapter {
  let model = '';

  // Another name than the served one is refused.
  const draw = (request: PictureRequest, wait: Wait): Promise<Uint8Array> =>
    drawInSteps(endpoint, request, { model, more, referenceField: 'image' }, wait);

  return {
    async probe(wait) {
      await endpoint.json('/health', wait);
      const served = chosenModel(await servedModels(endpoint, '/v1/models', wait), wanted);
      model = String(served.id);
      const { version = 'unknown' } = await endpoint.json('/version', wait);
      const numerics = `version ${version}`;
      return {
        ...identityOf({ adapter: 'vllm-omni', name: model, numerics, fields: more }),
        ...LIMITS,
        can: CAN,
      };
    },
    draw,
    health: (wait) => endpoint.json('/health', wait),
    // The processor reads these sides as they are; others come out on another grid than the tokens, which ends as 500.
    fits: { multiplePx: MULTIPLE_PX, minSidePx: 512, maxSidePx: 2048 },
  };
}
