/** The selection of the page, rested on the session and the address as they are in this render. */
import { type Dispatch, useReducer } from 'react';
import type { Address } from '../state/address.ts';
import {
  basisOf,
  firstSelection,
  reduceSelection,
  restedOn,
  type Selection,
  type SelectionAction,
} from '../state/selection.ts';
import type { SessionState } from '../state/session-state.ts';

export function useSelection(
  state: SessionState | null,
  address: Address,
): [Selection, Dispatch<SelectionAction>] {
  const basis = basisOf(address, state);
  const [held, dispatch] = useReducer(reduceSelection, basis, firstSelection);
  const selection = restedOn(held, basis);
  // A dispatch while rendering: React throws this render away and begins again with the new selection.
  if (selection !== held) dispatch({ type: 'rest', basis });
  return [selection, dispatch];
}
