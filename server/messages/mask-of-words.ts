/** The mask of an edit that words keep to a part of its picture, or to a thing in it. */
import type { ActionOf, Region } from '../../studio/agent/actions.ts';
import { pixelsOf } from '../../studio/agent/plan/regions.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Turn } from '../../studio/requests.ts';
import type { Runtime } from '../runtime.ts';
import { compileTurn } from '../turns/context-graph.ts';
import { keepMask } from '../turns/masks.ts';
import { thingMask } from './thing-mask.ts';

/**
 * Keeps the mask of a step that edits and answers its hash; undefined where the step names no place, or that of its thing is not
 * known. Throws {@link Refusal} `unmade_picture` while the picture that it edits is not made: neither size nor tokens are known.
 */
export async function maskOfWords(
  parts: Runtime,
  sessionId: string,
  turn: Turn,
  { region, only }: ActionOf<'edit'>,
): Promise<string | undefined> {
  if (region === undefined && only === undefined) return undefined;
  const compiled = compileTurn(parts, sessionId, turn);
  const { inputs } = compiled.ok ? compiled.context : compiled;
  const target = inputs.find(({ role }) => role === 'target');
  if (!target) throw new Refusal('nothing_to_edit.session', {});
  const { pictureId, widthPx, heightPx } = target;
  if (pictureId === null || widthPx === null || heightPx === null) throw new Refusal('unmade_picture', {});
  if (region !== undefined) return regionMask(parts, region, widthPx, heightPx);
  return thingMask(parts, sessionId, pictureId, only!);
}

async function regionMask(
  parts: Runtime,
  region: Region,
  widthPx: number,
  heightPx: number,
): Promise<string> {
  const { left, top, right, bottom } = pixelsOf(region, widthPx, heightPx);
  const plain = new Uint8Array(widthPx * heightPx);
  for (let y = top; y < bottom; y += 1) plain.fill(255, y * widthPx + left, y * widthPx + right);
  return (await keepMask(parts, plain, widthPx, heightPx)).hash;
}
