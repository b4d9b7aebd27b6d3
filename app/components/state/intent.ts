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
  InputRole,
  PictureView,
  TurnBody,
  TurnInput,
  TurnMode,
  TurnView,
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

export function allPictures(turns: readonly TurnView[]): PictureView[] {
  return turns.flatMap(({ pictures }) => pictures);
}

export function findPicture(turns: readonly TurnView[], pictureId: string | null): PictureView | null {
  if (pictureId === null) return null;
  for (const { pictures } of turns)
    for (const picture of pictures) if (picture.id === pictureId) return picture;
  return null;
}

/** The picture that the session shows as its newest: the head, or the last one if the head is unknown. */
export function headPicture(state: SessionState | null): PictureView | null {
  if (!state) return null;
  return findPicture(state.turns, state.session.headPictureId) ?? allPictures(state.turns).at(-1) ?? null;
}

/** What an edit starts from when nothing was chosen: the end of the active branch, made or in the making. */
function defaultPicture(state: SessionState | null): Picture | null {
  return state ? (activePicture(state) ?? null) : null;
}

export function resolveIntent(draft: Draft, state: SessionState | null): Intent {
  const turns = state?.turns ?? [];
  const chosen = findPicture(turns, draft.targetId);
  const start = chosen ? own(chosen) : defaultPicture(state);
  const mode = draft.mode === 'edit' && !start ? 'new' : (draft.mode ?? (start ? 'edit' : 'new'));
  const named: [Picture, InputRole][] = [];
  if (start && (mode === 'edit' || (mode === 'style' && chosen))) named.push([start, 'target']);
  for (const { pictureId, role, other } of draft.references) {
    const mine = findPicture(turns, pictureId);
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
    maskHash: draft.mask && draft.mask.targetId === target?.pictureId ? draft.mask.hash : null,
  };
}

export function turnBody(draft: Draft, intent: Intent): TurnBody {
  const inputs: TurnInput[] = intent.inputs.map(({ role, pictureId, turnId, index }) =>
    pictureId === null ? { turnId: turnId!, index, role } : { pictureId, role },
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
  const { session, turns } = state ?? { session: { id: '', headPictureId: null }, turns: [] };
  const others = draft.references.flatMap(({ other }) => other ?? []);
  const { prompt, mode, inputs, renderTexts, options } = turnBody(draft, intent);
  const turn = { prompt, mode, inputs: inputs as TurnInput[], renderTexts, options: options ?? {} };
  return compileContext({ session, turns, others, maxInputs }, turn);
}
