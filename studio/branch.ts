/** The end of the active branch: the picture that the next edit goes on from. Pure. */
import { type ContextGraph, own, type Picture, unmade } from './pictures.ts';
import type { TurnView } from './protocol.ts';
import { isUnderWay } from './vocabulary.ts';

type BranchState = Pick<ContextGraph, 'turns' | 'history'> & { session: { headPictureId: string | null } };

/**
 * The end of the branch as it will be: the first picture of the newest turn under way that becomes the active one when it is
 * done. Every turn does, unless another version was chosen by hand since it was asked for. Else the active picture; undefined
 * where there is none.
 */
export function endOfBranch(state: BranchState): Picture | undefined {
  const coming = state.turns.findLast((turn) => isComing(turn) && becomesActive(state, turn));
  if (coming) {
    const first = coming.pictures.find(({ index }) => index === 0);
    return first ? own(first) : unmade(coming, 0);
  }
  for (const { pictures } of state.turns) {
    const head = pictures.find(({ id }) => id === state.session.headPictureId);
    if (head) return own(head);
  }
  return undefined;
}

/** The id of the end of the branch: its picture's, or its turn's while that is not made. */
export function idOfEnd(state: BranchState): string | null {
  const end = endOfBranch(state);
  return end?.pictureId ?? end?.turnId ?? state.session.headPictureId;
}

function isComing({ job, state }: TurnView): boolean {
  return state === 'active' && isUnderWay(job);
}

/** Where nothing is known of what was chosen, only a turn that goes on from the active picture is taken to follow it. */
function becomesActive(state: BranchState, turn: TurnView): boolean {
  if (!state.history) return goesOnFromActive(state, turn);
  const { undo } = state.history;
  return undo?.kind !== 'head' || turn.createdAt >= undo.at;
}

function goesOnFromActive(state: BranchState, turn: TurnView): boolean {
  const target = turn.inputs.find(({ role }) => role === 'target');
  if (!target || target.pictureId === state.session.headPictureId)
    return target !== undefined || state.session.headPictureId === null;
  // A target is older than its turn, so this ends.
  const maker = state.turns.find(({ id }) => id === target.turnId && id !== turn.id);
  return maker !== undefined && isComing(maker) && goesOnFromActive(state, maker);
}
