/**
 * The plan of a change of an earlier edit: the edits of the active branch in their new order. Edits whose request is unchanged keep
 * their pictures, the others are made anew. Pure; the server shows the plan or carries it out. Old turns stay as a branch.
 */
import { compileContext } from './context.ts';
import type { Recipe, ReplayChange, SessionView, TurnView } from './protocol.ts';
import { textsByHand } from './quotes.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { InputRole, TurnKind, TurnMode, TurnState } from './vocabulary.ts';

export interface ReplayGraph {
  session: Pick<SessionView, 'id' | 'headPictureId'>;
  turns: readonly TurnView[];
}

/** A picture that goes into a planned turn: one that is there, or the one that an earlier step of the plan makes. */
export type PlannedInput = { role: InputRole } & (
  | { pictureId: string; turnId: string | null; hash: string }
  | { step: number; index: number }
);

export interface PlannedTurn {
  /** The turn that it stands in for. */
  replaces: string;
  /** The turn whose pictures are kept; undefined: to be made. */
  kept?: TurnView;
  kind: TurnKind;
  mode: TurnMode | null;
  prompt: string;
  sentPrompt: string;
  recipe: Recipe | null;
  inputs: PlannedInput[];
  /** Which of its pictures goes on. */
  index: number;
}

/** The branch from its first picture to its end, as it will be. */
export interface ReplayPlan {
  steps: PlannedTurn[];
  /** The last picture, where it is there already. */
  headPictureId: string | null;
  states: { turnId: string; before: TurnState; after: TurnState }[];
}

interface Link {
  turn: TurnView;
  /** Which of its pictures the next link edits. */
  index: number;
}

/** Plans a change. Throws {@link Refusal}. */
export function planReplay(graph: ReplayGraph, change: ReplayChange): ReplayPlan {
  const branch = branchOf(graph);
  const order = changedOrder(graph, branch, change);
  const steps: PlannedTurn[] = [];
  /** Where the pictures of a turn come from now: a step of this plan. */
  const moved = new Map<string, number>();
  for (const { turn, index } of order) {
    const reworded = change.type === 'reword' && turn.id === change.turnId ? change.prompt : undefined;
    const wanted = wantedTurn(graph, { turn, index }, steps, moved, reworded);
    const kept = wanted.inputs.some((input) => 'step' in input) ? undefined : sameTurn(graph, wanted);
    steps.push(kept ? { ...wanted, kept } : wanted);
    moved.set(turn.id, steps.length - 1);
  }
  const last = steps.at(-1)!;
  return {
    steps,
    headPictureId: last.kept ? (pictureOf(last.kept, last.index)?.id ?? null) : null,
    states: stateChanges(graph, change),
  };
}

/** The turns from the first picture of a branch to a picture (default: the active one). Throws {@link Refusal}. */
export function branchOf({ session, turns }: ReplayGraph, pictureId = session.headPictureId): Link[] {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const branch: Link[] = [];
  let next = pictureId === null ? undefined : linkTo(turns, pictureId);
  while (next) {
    branch.unshift(next);
    const target = next.turn.inputs.find(({ role }) => role === 'target');
    const maker = target && byId.get(target.turnId ?? '');
    next = maker && { turn: maker, index: indexOf(maker, target.pictureId) };
  }
  if (branch.length === 0) throw new Refusal('nothing_to_edit.session', {}, { field: 'change' });
  return branch;
}

function linkTo(turns: readonly TurnView[], pictureId: string): Link | undefined {
  const turn = turns.find(({ pictures }) => pictures.some(({ id }) => id === pictureId));
  return turn && { turn, index: indexOf(turn, pictureId) };
}

function indexOf({ pictures }: TurnView, pictureId: string): number {
  return pictures.find(({ id }) => id === pictureId)?.index ?? 0;
}

function changedOrder(graph: ReplayGraph, branch: Link[], change: ReplayChange): Link[] {
  const [root, ...edits] = branch as [Link, ...Link[]];
  const place = edits.findIndex(({ turn }) => turn.id === change.turnId);
  if (change.type === 'enable') return enabled(graph, branch, change.turnId);
  if (change.type === 'reword' && root.turn.id === change.turnId && root.turn.recipe) return branch;
  if (place < 0)
    throw new Refusal(
      root.turn.id === change.turnId ? 'not_on_branch.first' : 'not_on_branch.other_branch',
      {},
      { field: 'change.turnId' },
    );
  if (change.type === 'reword') return branch;
  const others = edits.filter((_, index) => index !== place);
  if (change.type === 'disable') return [root, ...others];
  const after = [root, ...others].findIndex(({ turn }) => turn.id === change.after);
  if (after < 0) throw new Refusal('not_on_branch.after', {}, { field: 'change.after' });
  return [root, ...others].toSpliced(after + 1, 0, edits[place]!);
}

/** The branch with a turn that was left out, behind the turn that it followed when it was first made. */
function enabled({ turns }: ReplayGraph, branch: Link[], turnId: string): Link[] {
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const turn = byId.get(turnId);
  if (turn?.state !== 'disabled') throw new Refusal('not_disabled', {}, { field: 'change.turnId' });
  const origins = branch.map((link) => originOf(byId, link.turn).id);
  let place = -1;
  for (
    let parent = targetOf(byId, originOf(byId, turn));
    parent && place < 0;
    parent = targetOf(byId, parent)
  )
    place = origins.lastIndexOf(originOf(byId, parent).id);
  return branch.toSpliced(Math.max(place, 0) + 1, 0, { turn, index: 0 });
}

/** The turn as it was asked for by hand, before any replay. */
function originOf(byId: Map<string, TurnView>, turn: TurnView): TurnView {
  let origin = turn;
  for (let seen = byId.get(origin.replaces ?? ''); seen; seen = byId.get(origin.replaces ?? ''))
    origin = seen;
  return origin;
}

function targetOf(byId: Map<string, TurnView>, turn: TurnView): TurnView | undefined {
  return byId.get(turn.inputs.find(({ role }) => role === 'target')?.turnId ?? '');
}

function wantedTurn(
  graph: ReplayGraph,
  { turn, index }: Link,
  steps: readonly PlannedTurn[],
  moved: ReadonlyMap<string, number>,
  reworded: string | undefined,
): PlannedTurn {
  const inputs = turn.inputs.map(({ role, pictureId, turnId, hash }): PlannedInput => {
    const before = steps.at(-1);
    if (role === 'target' && before) return picked(before, steps.length - 1, before.index, role);
    const step = role === 'mask' ? undefined : moved.get(turnId ?? '');
    const maker = graph.turns.find(({ id }) => id === turnId);
    return step !== undefined && maker
      ? picked(steps[step]!, step, indexOf(maker, pictureId), role)
      : { role, pictureId, turnId, hash };
  });
  const { id: replaces, kind, mode, prompt, sentPrompt, recipe } = turn;
  const planned = { replaces, kind, mode, prompt, sentPrompt, recipe, inputs, index };
  return reworded === undefined ? planned : { ...planned, ...understood(graph, turn, planned, reworded) };
}

function picked(from: PlannedTurn, step: number, index: number, role: InputRole): PlannedInput {
  const picture = from.kept && pictureOf(from.kept, index);
  return picture
    ? { role, pictureId: picture.id, turnId: picture.turnId, hash: picture.hash }
    : { role, step, index };
}

/** Another prompt for a turn: its mentions are understood on the turn's own inputs. */
function understood(
  graph: ReplayGraph,
  turn: TurnView,
  planned: PlannedTurn,
  prompt: string,
): Pick<PlannedTurn, 'prompt' | 'sentPrompt' | 'recipe' | 'inputs'> {
  const named = turn.inputs.flatMap(({ pictureId, role }) => (role === 'mask' ? [] : [{ pictureId, role }]));
  const byHand = textsByHand(turn.prompt, turn.recipe?.renderTexts);
  const result = compileContext(
    { ...graph, others: foreignInputs(graph, turn) },
    {
      prompt,
      mode: turn.mode ?? (turn.kind === 'edit' ? 'edit' : 'new'),
      inputs: named,
      renderTexts: byHand.length > 0 ? byHand : undefined,
      options: {},
    },
  );
  if (!result.ok) throw refusalOf(result.problems[0], { field: 'change.prompt' });
  const { sentPrompt, renderTexts, inputs } = result.context;
  const added = inputs
    .slice(named.length)
    .flatMap(({ role, pictureId, turnId, hash }): PlannedInput[] =>
      pictureId === null ? [] : [{ role, pictureId, turnId, hash }],
    );
  const masks = planned.inputs.filter(({ role }) => role === 'mask');
  return {
    prompt,
    sentPrompt,
    recipe: planned.recipe && { ...planned.recipe, renderTexts },
    inputs: [...planned.inputs.filter(({ role }) => role !== 'mask'), ...added, ...masks],
  };
}

/** Inputs from other sessions, which the graph does not have. */
function foreignInputs({ turns }: ReplayGraph, turn: TurnView) {
  const own = new Set(turns.flatMap(({ pictures }) => pictures.map(({ id }) => id)));
  return turn.inputs
    .filter(({ pictureId, role }) => role !== 'mask' && !own.has(pictureId))
    .map(({ pictureId, turnId, hash }) => ({
      pictureId,
      turnId: turnId ?? '',
      hash,
      version: 0,
      widthPx: 0,
      heightPx: 0,
      sessionId: '',
      sessionTitle: '',
    }));
}

/** A turn of the session that was the same request and made its picture. */
function sameTurn({ turns }: ReplayGraph, wanted: PlannedTurn): TurnView | undefined {
  const key = requestKey(wanted);
  return turns.find(
    (turn) => pictureOf(turn, wanted.index) && requestKey({ ...turn, inputs: turn.inputs }) === key,
  );
}

type Request = Pick<PlannedTurn, 'kind' | 'sentPrompt' | 'recipe'> & {
  inputs: readonly { role: InputRole; pictureId?: string }[];
};

function requestKey({ kind, sentPrompt, recipe, inputs }: Request): string {
  const fields = Object.entries(recipe ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([kind, sentPrompt, fields, inputs.map(({ role, pictureId }) => [role, pictureId])]);
}

function pictureOf({ pictures }: TurnView, index: number) {
  return pictures.find((picture) => picture.index === index);
}

function stateChanges({ turns }: ReplayGraph, { type, turnId }: ReplayChange): ReplayPlan['states'] {
  if (type !== 'disable' && type !== 'enable') return [];
  const before = turns.find(({ id }) => id === turnId)!.state;
  return [{ turnId, before, after: type === 'disable' ? 'disabled' : 'active' }];
}
