/** A small picture by an engine, to see whether it draws. It stands in no line and is stored nowhere. */
import sharp from 'sharp';
import type { GenerationRequest, ModelInfo, WatchedEngine } from '../../../engine/index.ts';
import { draftSteps } from '../../../studio/abilities.ts';
import type { EngineTrial } from '../../../studio/protocol.ts';
import { Refusal } from '../../../studio/refusal.ts';
import { nearestSide } from '../../../studio/sizes.ts';
import { failureOf, JobFailed } from '../../queue/job-failure.ts';
import type { Shared } from '../../runtime.ts';
import { requireEngine } from '../../turns/turn-engine.ts';

const PROMPT = 'A red apple on a table';
/** A checkpoint on this machine may be slow at its full size; a server elsewhere may know no other. */
const EMBEDDED_SIDE_PX = 512;
const SHOWN_PX = 256;

/** Draws by an engine; one that failed is started anew first. Throws {@link Refusal}, {@link JobFailed} with the engine's words. */
export async function engineTrial(
  { engines }: Shared,
  named: string,
  signal: AbortSignal,
): Promise<EngineTrial> {
  const name = requireEngine(engines, named);
  const engine = engines.standingOf(name) === 'failed' ? engines.restart(name) : engines.start(name);
  if (!engine) throw new Refusal('engine_unavailable.loading', {});
  const release = engines.hold(name);
  try {
    const info = await readyOrAway(engine, signal);
    const startedAt = performance.now();
    const png = await smallPicture(engine, info, signal);
    const ms = Math.round(performance.now() - startedAt);
    const shown = sharp(png).resize(SHOWN_PX, SHOWN_PX, { fit: 'inside', withoutEnlargement: true }).webp();
    const { data, info: size } = await shown.toBuffer({ resolveWithObject: true });
    const dataUrl = `data:image/webp;base64,${data.toString('base64')}`;
    return { dataUrl, widthPx: size.width, heightPx: size.height, ms };
  } catch (error) {
    throw error instanceof Refusal ? error : new JobFailed(failureOf(error), 1);
  } finally {
    release();
  }
}

/** Waits for a model; unlike one who waits for a picture, not for a server that does not answer. */
async function readyOrAway(engine: WatchedEngine, signal: AbortSignal): Promise<ModelInfo> {
  const away = Promise.withResolvers<never>();
  const look = () => {
    if (engine.state !== 'ready' && engine.error) away.reject(engine.error);
  };
  const stop = engine.onState(look);
  look();
  try {
    return await Promise.race([engine.ready({ signal }), away.promise]);
  } finally {
    stop();
    away.promise.catch(() => {});
  }
}

async function smallPicture(
  engine: WatchedEngine,
  info: ModelInfo,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { device, defaultWidthPx, defaultHeightPx, defaultSteps, can } = info;
  const mostPx = device === 'elsewhere' ? Number.POSITIVE_INFINITY : EMBEDDED_SIDE_PX;
  const request: GenerationRequest = {
    prompt: PROMPT,
    widthPx: nearestSide(Math.min(defaultWidthPx, mostPx), info),
    heightPx: nearestSide(Math.min(defaultHeightPx, mostPx), info),
    steps: can.steps ? draftSteps(info) : defaultSteps,
    guidanceScale: info.defaultGuidanceScale,
    ...{ seed: 1, count: 1 },
    layout: 'separate',
  };
  for await (const event of engine.generate(request, { signal }))
    if (event.type === 'picture') return event.png;
  throw new Error('The engine ended without a picture');
}
