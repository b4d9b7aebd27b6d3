/**
 * What the next message will do: mode, inputs in order, and what they come to. Pure; the composer shows exactly this and
 * sends exactly this, so nothing is guessed after the button is pressed. What a turn means is decided by `compileContext`,
 * the same function that the server stores the turn by.
 */
import { compileContext, modeFor } from '../../../studio/context.ts';
import type { ContextGraph } from '../../../studio/pictures.ts';
import type {
  CompiledInput,
  ContextResult,
  PictureView,
  Turn,
  TurnBody,
  TurnInput,
  TurnView,
} from '../../../studio/protocol.ts';
import type { TurnMode } from '../../../studio/vocabulary.ts';
import type { Draft, DraftMask } from './drafts.ts';
import type { SessionState } from './session-state.ts';

export interface Intent {
  mode: TurnMode;
  /** Pictures that were put in by hand. */
  byHand: TurnInput[];
  /** Those by hand and the one that the mode takes by itself, in context order. */
  inputs: CompiledInput[];
  /** The mask painted over the target; null without one. */
  mask: DraftMask | null;
  /** What the model reads in the place of the text; null: the text. */
  wording: string | null;
}

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

export function resolveIntent(draft: Draft, state: SessionState | null): Intent {
  const graph = graphOf(draft, state);
  const target = findPicture(graph.turns, draft.targetId);
  const mode = modeFor(graph, draft.mode, target !== null);
  const byHand: TurnInput[] = draft.references
    .filter(({ pictureId, other }) => other !== undefined || findPicture(graph.turns, pictureId))
    .map(({ pictureId, role }) => ({ pictureId, role }));
  if (target && (mode === 'edit' || mode === 'style'))
    byHand.unshift({ pictureId: target.id, role: 'target' });
  const result = compileContext(graph, turnByHand(draft, { mode, byHand, mask: null, wording: null }));
  const inputs = (result.ok ? result.context : result).inputs.filter(({ source }) => source !== 'mention');
  const edited = inputs.find(({ role }) => role === 'target')?.pictureId;
  const mask = draft.mask?.targetId === edited ? draft.mask : null;
  return { mode, byHand, inputs, mask, wording: null };
}

/** The message as it is sent: with every picture that is shown, so that it means the same whatever happens meanwhile. */
export function turnBody(draft: Draft, intent: Intent): TurnBody {
  const shown: TurnInput[] = intent.inputs.map(({ role, pictureId, turnId, index }) =>
    pictureId === null ? { turnId: turnId!, index, role } : { pictureId, role },
  );
  return turnByHand(draft, { ...intent, byHand: shown });
}

/** The message as it was put together by hand: the pictures that its mode takes by itself are left to `compileContext`. */
export function turnByHand(draft: Draft, { mode, byHand, mask, wording }: Omit<Intent, 'inputs'>): Turn {
  const words = draft.renderTexts.map((text) => text.trim()).filter(Boolean);
  return {
    prompt: draft.text.trim(),
    mode,
    inputs: mask === null ? byHand : [...byHand, { maskHash: mask.hash, role: 'mask' }],
    ...(words.length > 0 ? { renderTexts: words } : {}),
    ...(wording === null ? {} : { wording }),
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
  return compileContext({ ...graphOf(draft, state), maxInputs }, turnByHand(draft, intent));
}

function graphOf(draft: Draft, state: SessionState | null): ContextGraph {
  const { session, turns, history } = state ?? { session: { id: '', headPictureId: null }, turns: [] };
  return { session, turns, history, others: draft.references.flatMap(({ other }) => other ?? []) };
}
