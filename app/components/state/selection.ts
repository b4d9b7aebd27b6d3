/**
 * Which picture the page is about, which turn the conversation goes to, and which two pictures are compared. A selection
 * rests on a basis, the session with its head and the address: where the basis changes, the parts of the selection that depended on it are dropped. Pure.
 */
import type { Address, TurnAddress } from './address.ts';
import type { Compared } from './compared.ts';
import { headPicture } from './intent.ts';
import type { SessionState } from './session-state.ts';

export interface Basis extends Address {
  /** The session that has been loaded; the address may name one that is still on its way. */
  openId: string | null;
  headId: string | null;
  newestTurnId: string | null;
}

export interface Selection {
  basis: Basis;
  /** The picture that was selected; null selects the head. */
  pictureId: string | null;
  /** The turn that the conversation goes to, each new object once; null leaves the scroll position. */
  shown: TurnAddress | null;
  compared: readonly [Compared, Compared] | null;
  /** The session that the page was last at: a picture from the gallery goes there. */
  lastSessionId: string | null;
}

export type SelectionAction =
  /** Selects a picture that is in sight. */
  | { type: 'choose'; pictureId: string }
  /** Selects a picture and goes to its turn. */
  | { type: 'select'; pictureId: string }
  | { type: 'compare'; two: readonly [Compared, Compared] | null }
  | { type: 'rest'; basis: Basis };

export function basisOf(address: Address, state: SessionState | null): Basis {
  return {
    ...address,
    openId: state?.session.id ?? null,
    headId: headPicture(state)?.id ?? null,
    newestTurnId: state?.turns.at(-1)?.id ?? null,
  };
}

export function firstSelection(basis: Basis): Selection {
  const { sessionId, pictureId } = basis;
  return { basis, pictureId, shown: turnOf(basis), compared: null, lastSessionId: sessionId };
}

export function reduceSelection(selection: Selection, action: SelectionAction): Selection {
  switch (action.type) {
    case 'choose':
      return { ...selection, pictureId: action.pictureId };
    case 'select':
      return {
        ...selection,
        pictureId: action.pictureId,
        shown: { turnId: null, pictureId: action.pictureId },
      };
    case 'compare':
      return { ...selection, compared: action.two };
    case 'rest':
      return restedOn(selection, action.basis);
  }
}

/** The same selection where the basis is the same. */
export function restedOn(selection: Selection, basis: Basis): Selection {
  const { basis: before } = selection;
  const isSame = (...keys: (keyof Basis)[]) => keys.every((key) => before[key] === basis[key]);
  if (isSame('sessionId', 'isGallery', 'turnId', 'pictureId', 'openId', 'headId', 'newestTurnId'))
    return selection;
  // A session that has just been opened has what its address names to select and to show, too.
  const hasArrived = !isSame('turnId', 'pictureId', 'openId');
  const arrivedAt = hasArrived ? basis.pictureId : null;
  const shownBefore = isSame('newestTurnId') ? selection.shown : null;
  return {
    basis,
    pictureId: arrivedAt ?? (isSame('openId', 'headId') ? selection.pictureId : null),
    shown: hasArrived ? turnOf(basis) : shownBefore,
    compared: isSame('sessionId', 'isGallery') ? selection.compared : null,
    lastSessionId: basis.isGallery ? selection.lastSessionId : basis.sessionId,
  };
}

function turnOf({ turnId, pictureId }: TurnAddress): TurnAddress | null {
  return turnId === null ? null : { turnId, pictureId };
}
