/**
 * What the next message will do: mode, inputs in order, and what they come to. Pure; the composer shows exactly this and
 * sends exactly this, so nothing is guessed after the button is pressed. What a turn means is decided by `compileContext`,
 * the same function that the server stores the turn by.
 */
import { activePicture, compileContext } from '../../../studio/context.ts';
import { foreign, own } from '../../../studio/named-pictures.ts';
import type {
  CompiledInput,
  ContextResult,
  ImageView,
  InputRole,
  NodeView,
  TurnBody,
  TurnInput,
  TurnMode,
} from '../../../studio/protocol.ts';
import type { Draft } from './drafts.ts';
import type { SessionState } from './session-state.ts';

export interface Intent {
  mode: TurnMode;
  /** Named by hand or by the mode, in context order: the target first, then the others as they were added. */
  inputs: CompiledInput[];
  /** What is painted over the target. */
  maskHash: string | null;
}

type Picture = Omit<CompiledInput, 'number' | 'role' | 'source' | 'mention'>;

export function allImages(nodes: readonly NodeView[]): ImageView[] {
  return nodes.flatMap(({ images }) => images);
}

export function findImage(nodes: readonly NodeView[], imageId: string | null): ImageView | null {
  if (imageId === null) return null;
  for (const { images } of nodes) for (const image of images) if (image.id === imageId) return image;
  return null;
}

/** The picture that the session shows as its newest: the head, or the last one if the head is unknown. */
export function headImage(state: SessionState | null): ImageView | null {
  if (!state) return null;
  return findImage(state.nodes, state.session.headImageId) ?? allImages(state.nodes).at(-1) ?? null;
}

/** What an edit starts from when nothing was chosen: the end of the active branch, made or in the making. */
function defaultPicture(state: SessionState | null): Picture | null {
  return state ? (activePicture(state) ?? null) : null;
}

export function resolveIntent(draft: Draft, state: SessionState | null): Intent {
  const nodes = state?.nodes ?? [];
  const chosen = findImage(nodes, draft.targetId);
  const start = chosen ? own(chosen) : defaultPicture(state);
  const mode = draft.mode === 'edit' && !start ? 'new' : (draft.mode ?? (start ? 'edit' : 'new'));
  const named: [Picture, InputRole][] = [];
  if (start && (mode === 'edit' || (mode === 'style' && chosen))) named.push([start, 'target']);
  for (const { imageId, role, other } of draft.references) {
    const mine = findImage(nodes, imageId);
    if (mine) named.push([own(mine), role]);
    else if (other) named.push([foreign(other), role]);
  }
  if (start && mode === 'identity' && !named.some(([, role]) => role === 'reference'))
    named.unshift([start, 'reference']);
  const target = named.find(([, role]) => role === 'target')?.[0];
  return {
    mode,
    inputs: named.map(([picture, role], index) => ({
      number: index + 1,
      role,
      ...picture,
      source: 'named',
      mention: null,
    })),
    maskHash: draft.mask && draft.mask.targetId === target?.imageId ? draft.mask.hash : null,
  };
}

export function turnBody(draft: Draft, intent: Intent): TurnBody {
  const inputs: TurnInput[] = intent.inputs.map(({ role, imageId, nodeId, index }) =>
    imageId === null ? { nodeId: nodeId!, index, role } : { imageId, role },
  );
  if (intent.maskHash !== null) inputs.push({ maskHash: intent.maskHash, role: 'mask' });
  const words = draft.renderTexts.map((text) => text.trim()).filter(Boolean);
  return {
    prompt: draft.text.trim(),
    mode: intent.mode,
    inputs,
    ...(words.length > 0 ? { renderTexts: words } : {}),
    options: draft.options,
  };
}

/** What the message comes to, as far as this session knows: mentions of other sessions are the server's to find. */
export function compileIntent(
  draft: Draft,
  intent: Intent,
  state: SessionState | null,
  maxInputs: number | undefined,
): ContextResult {
  const { session, nodes } = state ?? { session: { id: '', headImageId: null }, nodes: [] };
  const others = draft.references.flatMap(({ other }) => other ?? []);
  const { prompt, mode, inputs, renderTexts, options } = turnBody(draft, intent);
  const turn = { prompt, mode, inputs: inputs as TurnInput[], renderTexts, options: options ?? {} };
  return compileContext({ session, nodes, others, maxInputs }, turn);
}
