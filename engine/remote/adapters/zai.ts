/**
 * GLM-Image as z.ai hosts it, asked in the asynchronous form: a task is begun, asked for until it has ended, and names the address of
 * its picture, which is fetched from z.ai's own hosts alone. It takes a sentence and a size, nothing else; each picture is paid for.
 * Source: docs.z.ai, "Generate Image (Async)" and "Retrieve Result"; `zai-sdk` 0.2.3; read, not run.
 */
import type { ModelInfo } from '../../request/request.ts';
import { type Adapter, type AdapterOptions, identityOf, type PictureRequest, type Wait } from '../adapter.ts';
import { statusOf } from '../fault.ts';
import type { Endpoint } from '../http.ts';
import { untilEnded } from './job.ts';

const MODEL = 'glm-image';
const POLL_MS = 2_000;
/** Where its pictures lie. */
const PICTURE_HOSTS = ['*.z.ai', '*.bigmodel.cn', '*.chatglm.cn'];
/** A picture may be seen there a little later than its address. */
const NOT_YET = 404;
const UNKNOWN_KEY = [401, 403];

const LIMITS = {
  ...{ sizeMultiplePx: 32, minSidePx: 1024, maxSidePx: 2048, maxAspect: 2 },
  ...{ defaultWidthPx: 1280, defaultHeightPx: 1280 },
  ...{ defaultSteps: 1, maxSteps: 1, defaultGuidanceScale: 1, maxGuidanceScale: 1 },
  ...{ maxCount: 10, maxPromptBytes: 4_000 },
} as const;

const CAN: ModelInfo['can'] = {
  ...{ edits: false, references: 0, masks: false, sameLayout: false, previews: false, abort: 'picture' },
  ...{ seeds: false, steps: false, guidance: false, resume: false, warm: false },
};

/** Adapter to z.ai at an endpoint such as `https://api.z.ai/api/paas/v4`. */
export function zai(
  endpoint: Endpoint,
  { model = MODEL, fields: more, pollMs = POLL_MS }: AdapterOptions,
): Adapter {
  /** The address of a task's picture, once it has ended. */
  async function ended(id: string, wait: Wait): Promise<string | undefined> {
    const {
      task_status: status,
      image_result: pictures,
      ...rest
    } = await endpoint.json(`async-result/${encodeURIComponent(id)}`, wait);
    if (status === 'PROCESSING') return undefined;
    const [picture] = Array.isArray(pictures) ? pictures : [];
    if (status === 'SUCCESS' && typeof picture?.url === 'string') return picture.url;
    const { error } = rest as { error?: { message?: unknown } };
    throw endpoint.rejected(`Its task ended with ${status}: ${error?.message ?? 'it gave no reason'}.`);
  }

  /** The picture at an address that was just given. */
  const fetched = async (address: string, wait: Wait): Promise<Uint8Array | undefined> => {
    try {
      return await endpoint.file(address, wait, PICTURE_HOSTS);
    } catch (error) {
      if (statusOf(error) === NOT_YET) return undefined;
      throw error;
    }
  };

  return {
    async probe(wait) {
      // Asking for a task that is not there costs nothing, and tells a wrong key.
      await endpoint.json('async-result/0', wait).catch((error: unknown) => {
        const status = statusOf(error);
        if (status === undefined || UNKNOWN_KEY.includes(status) || status >= 500) throw error;
      });
      const numerics = `at ${endpoint.url.host}`;
      return { ...identityOf({ adapter: 'zai', name: model, numerics, fields: more }), ...LIMITS, can: CAN };
    },
    async draw({ prompt, widthPx, heightPx }: PictureRequest, wait: Wait) {
      const body = { quality: 'hd', ...more, model, prompt, size: `${widthPx}x${heightPx}` };
      const { id } = await endpoint.json('async/images/generations', { method: 'POST', body, ...wait });
      if (typeof id !== 'string') throw endpoint.rejected('It began no task.');
      const times = { everyMs: pollMs, endpoint, wait };
      const address = await untilEnded((each) => ended(id, each), times);
      return untilEnded((each) => fetched(address, each), times);
    },
    isPaid: true,
  };
}
