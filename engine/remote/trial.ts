/** Trying a server out before it is given work: a small picture, and a small edit where it says that it edits. */
import { EngineError } from '../request/errors.ts';
import type { ModelInfo } from '../request/request.ts';
import type { Adapter, PictureRequest, Wait } from './adapter.ts';
import { plainPng, received } from './pictures.ts';

/** Smaller references are enlarged by some servers, which then read them otherwise. */
const EDIT_SIDE_PX = 512;

/**
 * The facts of a model with what the trial found: a release that cannot edit says so only when it is asked to. One whose pictures are
 * paid for is believed. Throws as {@link Adapter.draw} where no picture comes.
 */
export async function tried(adapter: Adapter, info: ModelInfo, wait: Wait): Promise<ModelInfo> {
  if (adapter.isPaid) return info;
  await draw(adapter, requestOf(info, info.minSidePx), wait);
  if (!info.can.edits) return info;
  const request = requestOf(info, EDIT_SIDE_PX);
  try {
    await draw(adapter, { ...request, references: [await plainPng(request)] }, wait);
    return info;
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'rejected')) throw error;
    return { ...info, can: { ...info.can, edits: false, references: 0, masks: false } };
  }
}

/** A form of request that a server has not, such as a graph for just one picture, is no fault of it. */
async function draw(adapter: Adapter, request: PictureRequest, wait: Wait): Promise<void> {
  const file = await adapter.draw(request, wait).catch((error: unknown) => {
    if (!(error instanceof EngineError && error.code === 'unsupported')) throw error;
  });
  if (file) await received(file, request);
}

function requestOf(
  { can, minSidePx, maxSidePx, sizeMultiplePx, defaultSteps, defaultGuidanceScale }: ModelInfo,
  wantedPx: number,
): PictureRequest {
  const within = Math.min(maxSidePx, Math.max(minSidePx, wantedPx));
  const sidePx = Math.ceil(within / sizeMultiplePx) * sizeMultiplePx;
  return {
    prompt: 'a blue square',
    references: [],
    ...{ widthPx: sidePx, heightPx: sidePx, seed: 0 },
    steps: can.steps ? 1 : defaultSteps,
    guidanceScale: defaultGuidanceScale,
  };
}
