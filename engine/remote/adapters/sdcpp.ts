/**
 * The server of stable-diffusion.cpp, by its own API of jobs: one is put in line, asked for until it has ended, and can be taken out
 * while it waits. GLM-Image is none of its models; it draws with whichever it was started with.
 * Source: stable-diffusion.cpp commit 97d2990 (2026-08-19), `examples/server/api.md`, `routes_sdcpp.cpp`, `async_jobs.cpp`; read, not run.
 */
import { EngineError } from '../../request/errors.ts';
import { type Adapter, type AdapterOptions, identityOf, type PictureRequest, type Wait } from '../adapter.ts';
import { statusOf } from '../fault.ts';
import type { Endpoint } from '../http.ts';
import { plainPng } from '../pictures.ts';
import { untilEnded } from './job.ts';

const POLL_MS = 500;
const CANCEL_MS = 5_000;
/** Sides are rounded up to this by some models. */
const MULTIPLE_PX = 64;
const MOST_SIDE_PX = 2048;
/** It keeps no job over a restart, and forgets one ten minutes after its end. */
const GONE = [404, 410];

interface Capabilities {
  model: { stem: string };
  supported_modes: string[];
  limits: { min_width: number; max_width: number; min_height: number; max_height: number };
  defaults_by_mode: {
    img_gen: {
      width: number;
      height: number;
      sample_params: {
        sample_steps: number;
        sample_method: string;
        scheduler: string;
        guidance: { txt_cfg: number };
      };
    };
  };
  features_by_mode: { img_gen: Record<string, boolean> };
}

interface Job {
  id: string;
  status: 'queued' | 'generating' | 'completed' | 'failed' | 'cancelled';
  result: { images?: { b64_json?: string }[] } | null;
  error: { message?: string } | null;
}

/** Adapter to a server of stable-diffusion.cpp at an endpoint, which is its host without a path. */
export function sdcpp(endpoint: Endpoint, { fields: more, pollMs = POLL_MS }: AdapterOptions): Adapter {
  async function draw(request: PictureRequest, wait: Wait): Promise<Uint8Array> {
    const body = jobOf(request, more);
    const { id } = (await endpoint.json('/sdcpp/v1/img_gen', {
      method: 'POST',
      body,
      ...wait,
    })) as unknown as Job;
    try {
      return await untilEnded((each) => ended(id, each), { everyMs: pollMs, endpoint, wait });
    } catch (error) {
      if (error instanceof EngineError && ['cancelled', 'timed_out'].includes(error.code)) await takeOut(id);
      throw error;
    }
  }

  /** The picture of a job that has ended. */
  async function ended(id: string, wait: Wait): Promise<Uint8Array | undefined> {
    const { status, result, error } = (await endpoint
      .json(`/sdcpp/v1/jobs/${encodeURIComponent(id)}`, wait)
      .catch((cause: unknown) => {
        if (!GONE.includes(statusOf(cause) ?? 0)) throw cause;
        throw endpoint.forgotten(cause);
      })) as unknown as Job;
    if (status === 'queued' || status === 'generating') return undefined;
    const file = result?.images?.[0]?.b64_json;
    if (status === 'completed' && file) return Buffer.from(file, 'base64');
    throw endpoint.rejected(`Its job ended as ${status}: ${error?.message ?? 'it gave no reason'}.`);
  }

  /** Takes a job out of its line. One that is being drawn is drawn to its end. */
  async function takeOut(id: string): Promise<void> {
    const path = `/sdcpp/v1/jobs/${encodeURIComponent(id)}/cancel`;
    await endpoint.json(path, { method: 'POST', deadlineMs: CANCEL_MS }).catch(() => {});
  }

  /** Whether a reference changes the picture: the server takes them for models that look at none. */
  async function looksAtReferences(wait: Wait): Promise<boolean> {
    const side = { widthPx: 256, heightPx: 256 };
    const request = { prompt: 'a red square', ...side, seed: 0, steps: 1, guidanceScale: 1 };
    const without = await draw({ ...request, references: [] }, wait);
    try {
      const edit = await draw({ ...request, references: [await plainPng(side)] }, wait);
      return Buffer.compare(without, edit) !== 0;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'rejected') return false;
      throw error;
    }
  }

  return {
    async probe(wait) {
      const facts = (await endpoint.json('/sdcpp/v1/capabilities', wait)) as unknown as Capabilities;
      if (!facts.supported_modes?.includes('img_gen'))
        throw new EngineError('bad_request', `The engine at ${endpoint.url.host} draws no pictures.`, {
          field: 'url',
        });
      const { sample_params: sampling } = facts.defaults_by_mode.img_gen;
      const {
        mask_image: takesMasks,
        cancel_generating: stops,
        ref_images: takesReferences,
      } = facts.features_by_mode.img_gen;
      const edits = takesReferences === true && (await looksAtReferences(wait));
      return {
        ...identityOf({
          adapter: 'sdcpp',
          name: facts.model.stem,
          numerics: `${sampling.sample_method}, ${sampling.scheduler}`,
          fields: more,
        }),
        ...limitsOf(facts),
        can: {
          ...{ edits, references: edits ? 16 : 0, masks: edits && takesMasks === true },
          ...{ sameLayout: false, previews: false, abort: stops ? 'unit' : 'picture' },
          ...{ seeds: true, steps: true, guidance: true, resume: false, warm: false },
        },
      };
    },
    draw,
    health: (wait) => endpoint.json('/sdcpp/v1/capabilities', wait),
    masksLoosely: true,
  };
}

function jobOf(request: PictureRequest, more: Readonly<Record<string, unknown>> | undefined): object {
  const { prompt, references, mask, widthPx, heightPx, seed, steps, guidanceScale } = request;
  const base64 = (file: Uint8Array) => Buffer.from(file).toString('base64');
  const { sample_params: sampling, ...fields } = (more ?? {}) as { sample_params?: object };
  return {
    strength: 1,
    ...fields,
    ...{ prompt, width: widthPx, height: heightPx, seed, batch_count: 1 },
    sample_params: { ...sampling, sample_steps: steps, guidance: { txt_cfg: guidanceScale } },
    ref_images: references.map(base64),
    ...(mask && { init_image: base64(references[0]!), mask_image: base64(mask) }),
    ...{ output_format: 'png', embed_image_metadata: false },
  };
}

function limitsOf({ limits, defaults_by_mode: { img_gen: defaults } }: Capabilities) {
  const up = (px: number) => Math.ceil(px / MULTIPLE_PX) * MULTIPLE_PX;
  const down = (px: number) => Math.floor(px / MULTIPLE_PX) * MULTIPLE_PX;
  return {
    sizeMultiplePx: MULTIPLE_PX,
    minSidePx: up(Math.max(limits.min_width, limits.min_height)),
    maxSidePx: down(Math.min(limits.max_width, limits.max_height, MOST_SIDE_PX)),
    maxAspect: 4,
    ...{ defaultWidthPx: up(defaults.width), defaultHeightPx: up(defaults.height) },
    ...{ defaultSteps: defaults.sample_params.sample_steps, maxSteps: 1000 },
    ...{ defaultGuidanceScale: defaults.sample_params.guidance.txt_cfg, maxGuidanceScale: 30 },
    ...{ maxCount: 10, maxPromptBytes: 20_000 },
  };
}
