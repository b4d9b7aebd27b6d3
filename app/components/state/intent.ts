/**
 * What the next message will do: mode, target and inputs in order. Pure; the composer shows exactly this and sends
 * exactly this, so nothing is guessed after the button is pressed.
 */
import type { ImageView, InputRole, NodeView, TurnBody } from '../../protocol.ts';
import type { Draft } from './drafts.ts';
import type { SessionState } from './session-state.ts';

export interface IntentInput {
  image: ImageView;
  role: InputRole;
}

export interface Intent {
  mode: 'new' | 'edit';
  /** In context order: the target first, then references as they were added. */
  inputs: IntentInput[];
}

export function allImages(nodes: readonly NodeView[]): ImageView[] {
  return nodes.flatMap(({ images }) => images);
}

export function findImage(nodes: readonly NodeView[], imageId: string | null): ImageView | null {
  return allImages(nodes).find(({ id }) => id === imageId) ?? null;
}

/** The picture that an edit starts from when none was chosen: the head, or the newest picture if the head is unknown. */
export function headImage(state: SessionState | null): ImageView | null {
  if (!state) return null;
  return findImage(state.nodes, state.session.headImageId) ?? allImages(state.nodes).at(-1) ?? null;
}

export function resolveIntent(draft: Draft, state: SessionState | null): Intent {
  const nodes = state?.nodes ?? [];
  const target = findImage(nodes, draft.targetId) ?? headImage(state);
  const mode = draft.mode ?? (target ? 'edit' : 'new');
  const inputs: IntentInput[] = [];
  if (mode === 'edit' && target) inputs.push({ image: target, role: 'target' });
  for (const { imageId, role } of draft.references) {
    const image = findImage(nodes, imageId);
    if (image) inputs.push({ image, role });
  }
  return { mode: mode === 'edit' && target ? 'edit' : 'new', inputs };
}

export function turnBody(draft: Draft, intent: Intent): TurnBody {
  return {
    prompt: draft.text.trim(),
    mode: intent.mode,
    inputs: intent.inputs.map(({ image, role }) => ({ imageId: image.id, role })),
    options: draft.options,
  };
}
