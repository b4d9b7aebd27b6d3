/** Which pictures led to which: the line from the root to one picture. Pure. */
import type { NodeView } from '../../protocol.ts';

/** The target of a node, or its first input when it has none. */
export function parentImageId(node: NodeView): string | null {
  const target = node.inputs.find(({ role }) => role === 'target') ?? node.inputs[0];
  return target?.imageId ?? null;
}

/** Ids of the pictures from which this one was made step by step, itself included. */
export function ancestry(nodes: readonly NodeView[], imageId: string): Set<string> {
  const nodeOf = new Map(nodes.flatMap((node) => node.images.map(({ id }) => [id, node] as const)));
  const line = new Set<string>();
  let current: string | null = imageId;
  while (current !== null && !line.has(current)) {
    line.add(current);
    const node = nodeOf.get(current);
    current = node ? parentImageId(node) : null;
  }
  return line;
}
