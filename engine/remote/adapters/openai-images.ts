/**
 * OpenAI's images API: OpenAI itself, and whoever else speaks it (LocalAI, Xinference, gateways); another Palimpsest is known by what it
 * calls itself. Of a model without a name here nothing is assumed that the API does not promise.
 * Source: openai-openapi, `CreateImageRequest`, `CreateImageEditRequest`; `openai` 7.59.0, `resources/images.ts`; LocalAI commit 032a33d,
 * `core/http/endpoints/openai/image.go`; read, not run.
 */
import { EngineError } from '../../request/errors.ts';
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
import { statusOf } from '../fault.ts';
import type { Endpoint } from '../http.ts';
import { draw } from './images-call.ts';
import { isPalimpsest, palimpsest } from './palimpsest.ts';

const NO_SUCH_PATH = 404;

type Limits = Omit<ModelInfo, 'name' | 'digest' | 'device' | 'precision' | 'numerics' | 'can'>;

const COMMON = {
  ...{ defaultWidthPx: 1024, defaultHeightPx: 1024 },
  ...{ defaultSteps: 1, maxSteps: 1, defaultGuidanceScale: 1, maxGuidanceScale: 1 },
  ...{ maxCount: 10, maxPromptBytes: 20_000 },
} as const;

/** What is known of models by their names. */
interface Family {
  named: RegExp;
  limits: Limits;
  /** The only sizes, where there are few. */
  sizes?: readonly string[];
  fields: Readonly<Record<string, unknown>>;
  /** Partial pictures of a stream. */
  partials: number;
  /** Whether OpenAI draws it, and is paid for it. */
  isPaid: boolean;
}

const FAMILIES: readonly Family[] = [
  {
    named: /^gpt-image-[2-9]/,
    // Any size in multiples of 16 px up to 3 : 1; the shortest side that its documentation shows is 864 px.
    limits: { ...COMMON, sizeMultiplePx: 32, minSidePx: 864, maxSidePx: 2048, maxAspect: 3 },
    fields: { output_format: 'png' },
    ...{ partials: 2, isPaid: true },
  },
  {
    named: /^(gpt-image|chatgpt-image)/,
    limits: { ...COMMON, sizeMultiplePx: 512, minSidePx: 1024, maxSidePx: 1536, maxAspect: 1.5 },
    sizes: ['1024x1024', '1536x1024', '1024x1536'],
    fields: { output_format: 'png' },
    ...{ partials: 2, isPaid: true },
  },
  {
    named: /./,
    limits: { ...COMMON, sizeMultiplePx: 32, minSidePx: 256, maxSidePx: 2048, maxAspect: 3 },
    // Without, others than OpenAI's give an address, or a JPEG.
    fields: { response_format: 'b64_json', output_format: 'png' },
    ...{ partials: 0, isPaid: false },
  },
];

/** A model that keeps what its pictures show where it is told to; newer ones always do, and refuse to be told. */
const TOLD_FIDELITY = /^gpt-image-1(\.5)?(-\d{4}-|$)/;

/** Adapter to the images API at an endpoint such as `https://api.openai.com/v1`. */
export function openAiImages(endpoint: Endpoint, options: AdapterOptions): Adapter {
  /** The one that the server turned out to be. */
  let found: Adapter | undefined;
  return {
    async probe(wait) {
      const served = await servedModel(endpoint, options.model, wait);
      found = isPalimpsest(served) ? palimpsest(endpoint, served) : imagesOf(endpoint, served, options);
      return found.probe(wait);
    },
    draw: (request, wait) => found!.draw(request, wait),
    health: async (wait) => found?.health?.(wait),
    get isPaid() {
      return found ? found.isPaid : true;
    },
    get isIdempotent() {
      return found?.isIdempotent;
    },
    get masksLoosely() {
      return found?.masksLoosely;
    },
  };
}

/** The model to draw with, as the server lists it. A gateway that lists none is believed. */
async function servedModel(
  endpoint: Endpoint,
  wanted: string | undefined,
  wait: Wait,
): Promise<Record<string, unknown>> {
  try {
    return chosenModel(await servedModels(endpoint, 'models', wait), wanted);
  } catch (error) {
    if (wanted !== undefined && statusOf(error) === NO_SUCH_PATH) return { id: wanted };
    throw error;
  }
}

function imagesOf(
  endpoint: Endpoint,
  { id, owned_by: owner = 'unknown' }: Record<string, unknown>,
  { fields: more }: AdapterOptions,
): Adapter {
  const model = String(id);
  const family = FAMILIES.find(({ named }) => named.test(model))!;
  const { limits, sizes, partials, isPaid } = family;
  const editFields = TOLD_FIDELITY.test(model) ? { input_fidelity: 'high' } : {};

  function checkSize({ widthPx, heightPx }: PictureRequest): void {
    if (!sizes || sizes.includes(`${widthPx}x${heightPx}`)) return;
    const message = `The model ${model} draws ${sizes.join(', ')} only, not ${widthPx}x${heightPx}.`;
    throw new EngineError('unsupported', message, { field: 'widthPx' });
  }

  return {
    async probe() {
      const facts = { adapter: 'openai-images', name: model, numerics: String(owner), fields: more };
      const can: ModelInfo['can'] = {
        ...{ edits: true, references: 16, masks: true, sameLayout: false, previews: partials > 0 },
        ...{ abort: 'picture', seeds: false, steps: false, guidance: false, resume: false, warm: false },
      };
      return { ...identityOf(facts), ...limits, can };
    },
    async draw(request, wait) {
      checkSize(request);
      const fields = { ...family.fields, ...(request.references.length > 0 && editFields), ...more, model };
      return (await draw(endpoint, request, { fields, partials }, wait)).file;
    },
    health: (wait) => endpoint.json('models', wait),
    isPaid,
    // The mask tells the model where to change the picture, and it draws all of it anew.
    masksLoosely: true,
  };
}
