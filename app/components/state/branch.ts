/** Which pictures led to which: the active branch, and where every version stands in the graph. Pure. */
import type { InputView, NodeView } from '../../protocol.ts';

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

/** Ids of the pictures from which this one was made step by step, itself included. */
export function ancestry(nodes: readonly NodeView[], imageId: string): Set<string> {
  const nodeOf = new Map(nodes.flatMap((node) => node.images.map(({ id }) => [id, node] as const)));
  const line = new Set<string>();
  let current: string | null = imageId;
  while (current !== null && !line.has(current)) {
    line.add(current);
    const node = nodeOf.get(current);
    current = (node && parentInput(node)?.imageId) ?? null;
  }
  return line;
}
