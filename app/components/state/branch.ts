/** Which pictures led to which, and which turns a branch went another way from. Pure. */
import type { InputView, TurnView } from '../../../studio/protocol.ts';

/** The picture that a turn goes on from: its target, or its first input when it has none. */
export function parentInput(turn: TurnView): InputView | null {
  const shown = turn.inputs.filter(({ role }) => role !== 'mask');
  return shown.find(({ role }) => role === 'target') ?? shown[0] ?? null;
}

/** Turns from the root to the one that made this picture, in order. */
export function branchTurns(turns: readonly TurnView[], pictureId: string | null): TurnView[] {
  const turnOf = new Map(turns.flatMap((turn) => turn.pictures.map(({ id }) => [id, turn] as const)));
  const branch: TurnView[] = [];
  let turn = pictureId === null ? undefined : turnOf.get(pictureId);
  while (turn && !branch.includes(turn)) {
    branch.push(turn);
    const parent = parentInput(turn);
    turn = parent ? turnOf.get(parent.pictureId) : undefined;
  }
  return branch.reverse();
}

/**
 * Ids of the pictures from which this one was made step by step, itself included. A picture in the making goes by the id of
 * its turn.
 */
export function ancestry(turns: readonly TurnView[], id: string): Set<string> {
  const turnOf = makers(turns);
  const branch = new Set<string>();
  let current: string | null = id;
  while (current !== null && !branch.has(current)) {
    branch.add(current);
    const turn = turnOf.get(current);
    const parent = turn && parentInput(turn);
    current = parent ? (turnOf.has(parent.pictureId) ? parent.pictureId : parent.turnId) : null;
  }
  return branch;
}

/**
 * Turns that the session went another way from: what goes on from pictures of the branch without being on it, and what is
 * newer than its end. An older picture with a branch of its own is not aside.
 */
export function turnsAside(turns: readonly TurnView[], headId: string | null): Set<string> {
  const head = headId === null ? undefined : makers(turns).get(headId);
  const aside = new Set<string>();
  if (!head) return aside;
  const used = turnsWithin(turns, head);
  let isLater = false;
  for (const turn of turns) {
    const goesOn = turn.inputs.some(
      ({ turnId }) => turnId !== null && (used.has(turnId) || aside.has(turnId)),
    );
    if (!used.has(turn.id) && (goesOn || isLater)) aside.add(turn.id);
    if (turn === head) isLater = true;
  }
  return aside;
}

/** Every turn whose picture went into this one's, in whatever role, and itself. */
function turnsWithin(turns: readonly TurnView[], end: TurnView): Set<string> {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const within = new Set<string>();
  const left: (TurnView | undefined)[] = [end];
  while (left.length > 0) {
    const turn = left.pop();
    if (!turn || within.has(turn.id)) continue;
    within.add(turn.id);
    left.push(...turn.inputs.map(({ turnId }) => byId.get(turnId ?? '')));
  }
  return within;
}

/** The turn behind each id, of its own or of one of its pictures. */
function makers(turns: readonly TurnView[]): Map<string, TurnView> {
  return new Map(
    turns.flatMap((turn) => [
      [turn.id, turn] as const,
      ...turn.pictures.map(({ id }) => [id, turn] as const),
    ]),
  );
}
