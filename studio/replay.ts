/**
 * What a change of an earlier edit comes to: the edits of the active branch in their new order, of which those whose
 * request is unchanged keep their pictures and the others are made anew. Pure: the page shows the plan, the server carries
 * it out. Old turns stay as a branch.
 */
import { compileContext } from './context.ts';
import type { InputRole, NodeView, Recipe, ReplayChange, SessionView, TurnMode } from './protocol.ts';

export interface ReplayGraph {
  session: Pick<SessionView, 'id' | 'headImageId'>;
  nodes: readonly NodeView[];
}

/** A picture that goes into a planned turn: one that is there, or the one that an earlier step of the plan makes. */
export type PlannedInput = { role: InputRole } & (
  | { imageId: string; nodeId: string | null; hash: string }
  | { step: number; index: number }
);

export interface PlannedTurn {
  /** The turn that it stands in for. */
  replaces: string;
  /** The turn whose pictures are kept; undefined: to be made. */
  kept?: NodeView;
  kind: NodeView['kind'];
  mode: TurnMode | null;
  prompt: string;
  sentPrompt: string;
  recipe: Recipe | null;
  inputs: PlannedInput[];
  /** Which of its pictures goes on. */
  index: number;
}

/** The branch from its first picture to the head, as it will be. */
export interface ReplayPlan {
  steps: PlannedTurn[];
  /** The last picture, where it is there already. */
  headImageId: string | null;
  states: { nodeId: string; before: NodeView['state']; after: NodeView['state'] }[];
}

/** A change that cannot be made, and why. */
export class ReplayProblem extends Error {
  readonly code: string;
  readonly field: string;

  constructor(code: string, message: string, field = 'change.nodeId') {
    super(message);
    this.name = 'ReplayProblem';
    this.code = code;
    this.field = field;
  }
}

interface Link {
  node: NodeView;
  /** Which of its pictures the next link edits. */
  index: number;
}

/** Plans a change. Throws {@link ReplayProblem}. */
export function planReplay(graph: ReplayGraph, change: ReplayChange): ReplayPlan {
  const branch = branchOf(graph);
  const order = changedOrder(graph, branch, change);
  const steps: PlannedTurn[] = [];
  /** Where the pictures of a node come from now: a step of this plan. */
  const moved = new Map<string, number>();
  for (const { node, index } of order) {
    const reworded = change.type === 'reword' && node.id === change.nodeId ? change.prompt : undefined;
    const wanted = wantedTurn(graph, { node, index }, steps, moved, reworded);
    const kept = wanted.inputs.some((input) => 'step' in input) ? undefined : sameTurn(graph, wanted);
    steps.push(kept ? { ...wanted, kept } : wanted);
    moved.set(node.id, steps.length - 1);
  }
  const last = steps.at(-1)!;
  return {
    steps,
    headImageId: last.kept ? (pictureOf(last.kept, last.index)?.id ?? null) : null,
    states: stateChanges(graph, change),
  };
}

/** The turns from the first picture of a branch to a picture (default: the head). Throws {@link ReplayProblem}. */
export function branchOf({ session, nodes }: ReplayGraph, imageId = session.headImageId): Link[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const branch: Link[] = [];
  let next = imageId === null ? undefined : linkTo(nodes, imageId);
  while (next) {
    branch.unshift(next);
    const target = next.node.inputs.find(({ role }) => role === 'target');
    const maker = target && byId.get(target.nodeId ?? '');
    next = maker && { node: maker, index: indexOf(maker, target.imageId) };
  }
  if (branch.length === 0)
    throw new ReplayProblem('nothing_to_edit', 'There is no picture in this session yet.', 'change');
  return branch;
}

function linkTo(nodes: readonly NodeView[], imageId: string): Link | undefined {
  const node = nodes.find(({ images }) => images.some(({ id }) => id === imageId));
  return node && { node, index: indexOf(node, imageId) };
}

function indexOf({ images }: NodeView, imageId: string): number {
  return images.find(({ id }) => id === imageId)?.index ?? 0;
}

function changedOrder(graph: ReplayGraph, branch: Link[], change: ReplayChange): Link[] {
  const [root, ...edits] = branch as [Link, ...Link[]];
  const place = edits.findIndex(({ node }) => node.id === change.nodeId);
  if (change.type === 'enable') return enabled(graph, branch, change.nodeId);
  if (change.type === 'reword' && root.node.id === change.nodeId && root.node.recipe) return branch;
  if (place < 0)
    throw new ReplayProblem(
      'not_on_branch',
      root.node.id === change.nodeId
        ? 'The first picture of a branch cannot be moved or left out. Make a new one instead.'
        : 'This turn is not on the active branch. Make one of its pictures active first.',
    );
  if (change.type === 'reword') return branch;
  const others = edits.filter((_, index) => index !== place);
  if (change.type === 'disable') return [root, ...others];
  const after = [root, ...others].findIndex(({ node }) => node.id === change.after);
  if (after < 0)
    throw new ReplayProblem(
      'not_on_branch',
      'A turn can only be moved behind another one of the active branch.',
      'change.after',
    );
  return [root, ...others].toSpliced(after + 1, 0, edits[place]!);
}

/** The branch with a turn that was left out, behind what it came behind when it was first made. */
function enabled({ nodes }: ReplayGraph, branch: Link[], nodeId: string): Link[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const node = byId.get(nodeId);
  if (node?.state !== 'disabled')
    throw new ReplayProblem('not_disabled', 'Only a turn that was left out can be taken in again.');
  const origins = branch.map((link) => originOf(byId, link.node).id);
  let place = -1;
  for (
    let parent = targetOf(byId, originOf(byId, node));
    parent && place < 0;
    parent = targetOf(byId, parent)
  )
    place = origins.lastIndexOf(originOf(byId, parent).id);
  return branch.toSpliced(Math.max(place, 0) + 1, 0, { node, index: 0 });
}

/** The turn as it was asked for by hand, before any replay. */
function originOf(byId: Map<string, NodeView>, node: NodeView): NodeView {
  let origin = node;
  for (let seen = byId.get(origin.replaces ?? ''); seen; seen = byId.get(origin.replaces ?? ''))
    origin = seen;
  return origin;
}

function targetOf(byId: Map<string, NodeView>, node: NodeView): NodeView | undefined {
  return byId.get(node.inputs.find(({ role }) => role === 'target')?.nodeId ?? '');
}

function wantedTurn(
  graph: ReplayGraph,
  { node, index }: Link,
  steps: readonly PlannedTurn[],
  moved: ReadonlyMap<string, number>,
  reworded: string | undefined,
): PlannedTurn {
  const inputs = node.inputs.map(({ role, imageId, nodeId, hash }): PlannedInput => {
    const before = steps.at(-1);
    if (role === 'target' && before) return picked(before, steps.length - 1, before.index, role);
    const step = role === 'mask' ? undefined : moved.get(nodeId ?? '');
    const maker = graph.nodes.find(({ id }) => id === nodeId);
    return step !== undefined && maker
      ? picked(steps[step]!, step, indexOf(maker, imageId), role)
      : { role, imageId, nodeId, hash };
  });
  const { id: replaces, kind, mode, prompt, sentPrompt, recipe } = node;
  const turn = { replaces, kind, mode, prompt, sentPrompt, recipe, inputs, index };
  return reworded === undefined ? turn : { ...turn, ...understood(graph, node, turn, reworded) };
}

function picked(from: PlannedTurn, step: number, index: number, role: InputRole): PlannedInput {
  const image = from.kept && pictureOf(from.kept, index);
  return image ? { role, imageId: image.id, nodeId: image.nodeId, hash: image.hash } : { role, step, index };
}

/** Another prompt for a turn: its mentions are understood on the turn's own inputs. */
function understood(
  graph: ReplayGraph,
  node: NodeView,
  turn: PlannedTurn,
  prompt: string,
): Pick<PlannedTurn, 'prompt' | 'sentPrompt' | 'inputs'> {
  const named = node.inputs.flatMap(({ imageId, role }) => (role === 'mask' ? [] : [{ imageId, role }]));
  const result = compileContext(
    { ...graph, others: foreignInputs(graph, node) },
    { prompt, mode: node.mode ?? (node.kind === 'edit' ? 'edit' : 'new'), inputs: named, options: {} },
  );
  if (!result.ok)
    throw new ReplayProblem(result.problems[0].code, result.problems[0].message, 'change.prompt');
  const { sentPrompt, inputs } = result.context;
  const added = inputs
    .slice(named.length)
    .flatMap(({ role, imageId, nodeId, hash }): PlannedInput[] =>
      imageId === null ? [] : [{ role, imageId, nodeId, hash }],
    );
  const masks = turn.inputs.filter(({ role }) => role === 'mask');
  return {
    prompt,
    sentPrompt,
    inputs: [...turn.inputs.filter(({ role }) => role !== 'mask'), ...added, ...masks],
  };
}

/** Inputs from other sessions, which the graph does not have. */
function foreignInputs({ nodes }: ReplayGraph, node: NodeView) {
  const own = new Set(nodes.flatMap(({ images }) => images.map(({ id }) => id)));
  return node.inputs
    .filter(({ imageId, role }) => role !== 'mask' && !own.has(imageId))
    .map(({ imageId, nodeId, hash }) => ({
      imageId,
      nodeId: nodeId ?? '',
      hash,
      version: 0,
      widthPx: 0,
      heightPx: 0,
      sessionId: '',
      sessionTitle: '',
    }));
}

/** A turn of the session that was the same request and made its picture. */
function sameTurn({ nodes }: ReplayGraph, wanted: PlannedTurn): NodeView | undefined {
  const key = requestKey(wanted);
  return nodes.find(
    (node) => pictureOf(node, wanted.index) && requestKey({ ...node, inputs: node.inputs }) === key,
  );
}

type Request = Pick<PlannedTurn, 'kind' | 'sentPrompt' | 'recipe'> & {
  inputs: readonly { role: InputRole; imageId?: string }[];
};

function requestKey({ kind, sentPrompt, recipe, inputs }: Request): string {
  const fields = Object.entries(recipe ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([kind, sentPrompt, fields, inputs.map(({ role, imageId }) => [role, imageId])]);
}

function pictureOf({ images }: NodeView, index: number) {
  return images.find((image) => image.index === index);
}

function stateChanges({ nodes }: ReplayGraph, { type, nodeId }: ReplayChange): ReplayPlan['states'] {
  if (type !== 'disable' && type !== 'enable') return [];
  const before = nodes.find(({ id }) => id === nodeId)!.state;
  return [{ nodeId, before, after: type === 'disable' ? 'disabled' : 'active' }];
}
