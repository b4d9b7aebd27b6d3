/** Which pictures led to which: the active branch, and where every version stands in the graph. Pure. */
import type { History, InputView, NodeView } from '../../../studio/protocol.ts';
import { isActive } from './session-state.ts';

/** The picture that a node goes on from: its target, or its first input when it has none. */
export function parentInput(node: NodeView): InputView | null {
  const shown = node.inputs.filter(({ role }) => role !== 'mask');
  return shown.find(({ role }) => role === 'target') ?? shown[0] ?? null;
}

/** Nodes from the root to the one that made this picture, in order. */
export function branchNodes(nodes: readonly NodeView[], imageId: string | null): NodeView[] {
  const nodeOf = new Map(nodes.flatMap((node) => node.images.map(({ id }) => [id, node] as const)));
  const line: NodeView[] = [];
  let node = imageId === null ? undefined : nodeOf.get(imageId);
  while (node && !line.includes(node)) {
    line.push(node);
    const parent = parentInput(node);
    node = parent ? nodeOf.get(parent.imageId) : undefined;
  }
  return line.reverse();
}

/**
 * Ids of the pictures from which this one was made step by step, itself included. A picture in the making goes by the id of
 * its turn.
 */
export function ancestry(nodes: readonly NodeView[], id: string): Set<string> {
  const nodeOf = makers(nodes);
  const line = new Set<string>();
  let current: string | null = id;
  while (current !== null && !line.has(current)) {
    line.add(current);
    const node = nodeOf.get(current);
    const parent = node && parentInput(node);
    current = parent ? (nodeOf.has(parent.imageId) ? parent.imageId : parent.nodeId) : null;
  }
  return line;
}

/** What the end of the branch is known by. */
interface HeadState {
  session: { headImageId: string | null };
  nodes: readonly NodeView[];
  history: History;
}

/**
 * The end of the branch as it will be: the newest turn under way, which becomes the active one when it is done, unless another
 * version was chosen since it was asked for. Else the active picture.
 */
export function comingHead({ session, nodes, history: { undo } }: HeadState): string | null {
  const chosenAt = undo?.kind === 'head' ? undo.at : Number.NEGATIVE_INFINITY;
  const coming = nodes.findLast(({ job, state }) => state === 'active' && isActive(job));
  if (!coming || coming.createdAt < chosenAt) return session.headImageId;
  return coming.images[0]?.id ?? coming.id;
}

/**
 * Turns that the session went another way from: what goes on from pictures of the branch without being on it, and what is
 * newer than its end. An older picture with a line of its own is not aside.
 */
export function turnsAside(nodes: readonly NodeView[], headId: string | null): Set<string> {
  const head = headId === null ? undefined : makers(nodes).get(headId);
  const aside = new Set<string>();
  if (!head) return aside;
  const used = turnsWithin(nodes, head);
  let isLater = false;
  for (const node of nodes) {
    const goesOn = node.inputs.some(
      ({ nodeId }) => nodeId !== null && (used.has(nodeId) || aside.has(nodeId)),
    );
    if (!used.has(node.id) && (goesOn || isLater)) aside.add(node.id);
    if (node === head) isLater = true;
  }
  return aside;
}

/** Every turn whose picture went into this one's, in whatever role, and itself. */
function turnsWithin(nodes: readonly NodeView[], end: NodeView): Set<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const within = new Set<string>();
  const left: (NodeView | undefined)[] = [end];
  while (left.length > 0) {
    const node = left.pop();
    if (!node || within.has(node.id)) continue;
    within.add(node.id);
    left.push(...node.inputs.map(({ nodeId }) => byId.get(nodeId ?? '')));
  }
  return within;
}

/** The turn behind each id, of its own or of one of its pictures. */
function makers(nodes: readonly NodeView[]): Map<string, NodeView> {
  return new Map(
    nodes.flatMap((node) => [[node.id, node] as const, ...node.images.map(({ id }) => [id, node] as const)]),
  );
}
