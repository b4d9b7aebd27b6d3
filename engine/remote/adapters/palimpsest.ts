/**
 * Another Palimpsest, by its own images API: it takes seed, steps, guidance and masks, says itself what it draws, and knows a picture
 * that is asked for again by its key. What does not go over that API (tokens, latents, places to go on from) stays there.
 */
import { EngineError } from '../../request/errors.ts';
import type { ModelInfo } from '../../request/request.ts';
import { type Adapter, identityOf, type Wait } from '../adapter.ts';
import type { Endpoint } from '../http.ts';
import { draw } from './images-call.ts';

const OWNER = 'palimpsest';
const HIDE_MS = 5_000;
/** As many as its API gives. */
const PARTIALS = 3;

/** Whether a listed model is one of a Palimpsest. */
export const isPalimpsest = ({ owned_by: owner }: Record<string, unknown>): boolean => owner === OWNER;

/** Adapter to another Palimpsest at an endpoint, which is its address with `/v1`. */
export function palimpsest(endpoint: Endpoint, served: Record<string, unknown>): Adapter {
  const model = String(served.id);
  /** How often a picture was refused or failed there: asked for under the same key, it would be again. */
  const refused = new Map<string, number>();
  let partials = 0;

  return {
    async probe(wait) {
      const info = infoOf(await factsOf(endpoint, served, wait));
      partials = info.can.previews ? PARTIALS : 0;
      return info;
    },
    async draw(request, wait) {
      const { seed, steps, guidanceScale } = request;
      const { key } = wait;
      const fields = {
        ...{ model, seed, num_inference_steps: steps, guidance_scale: guidanceScale },
        ...{ response_format: 'b64_json', output_format: 'png' },
      };
      const headers =
        key === undefined ? undefined : { 'Idempotency-Key': `${key}-${refused.get(key) ?? 0}` };
      try {
        const { file, said } = await draw(endpoint, request, { fields, headers, partials }, wait);
        // Nobody waits for that: the picture is there.
        void hideSession(endpoint, said);
        return file;
      } catch (error) {
        if (key !== undefined && error instanceof EngineError && error.code === 'rejected')
          refused.set(key, (refused.get(key) ?? 0) + 1);
        throw error;
      }
    },
    health: (wait) => endpoint.json('/api/health', wait),
    isIdempotent: true,
  };
}

/** The facts of another Palimpsest: its own, but for what does not go over the images API. */
function infoOf({ name, digest, numerics, can, ...limits }: ModelInfo): ModelInfo {
  const facts = { adapter: 'openai-images', name, numerics: `${OWNER} ${digest} ${numerics}` };
  return {
    ...limits,
    ...identityOf(facts),
    can: { ...can, sameLayout: false, resume: false, warm: false, abort: 'picture' },
  };
}

/** What it says of a model of its list. One that is not loaded there yet is asked for, and throws `unreachable` until it is. */
async function factsOf(endpoint: Endpoint, served: Record<string, unknown>, wait: Wait): Promise<ModelInfo> {
  // 0.1.0 has one model, and says nothing of it in its list.
  const isSaid = 'palimpsest' in served;
  const facts = isSaid ? served.palimpsest : (await endpoint.json('/api/health', wait)).model;
  if (facts) return facts as ModelInfo;
  const name = String(served.id);
  if (isSaid)
    await endpoint.json(`/api/engines/${encodeURIComponent(name)}/start`, { method: 'POST', ...wait });
  throw new EngineError(
    'unreachable',
    `The engine at ${endpoint.url.host} has not loaded ${name} yet. It is asked again until it has.`,
  );
}

/** Puts the session away that a picture was drawn in there: nobody looks for it. */
async function hideSession(endpoint: Endpoint, { palimpsest: said }: Record<string, unknown>): Promise<void> {
  const id = (said as { session_id?: unknown } | undefined)?.session_id;
  if (typeof id !== 'string') return;
  const call = { method: 'PATCH', body: { archived: true }, deadlineMs: HIDE_MS } as const;
  // The picture is there; that its session is still to be seen is no reason to lose it.
  await endpoint.json(`/api/sessions/${encodeURIComponent(id)}`, call).catch(() => {});
}
