/**
 * The versions of a session as a graph with places: the active branch in the first column, others beside it, every
 * picture below those it came from. Pure.
 */
import type { ImageView, InputRole, NodeView } from '../../../studio/protocol.ts';
import { ancestry, parentInput } from '../state/branch.ts';
import { isActive } from '../state/session-state.ts';

export interface GraphItem {
  /** Of the picture, or of its turn while it has none. */
  id: string;
  node: NodeView;
  image: ImageView | null;
  row: number;
  column: number;
  /** On the way to the active picture. */
  onBranch: boolean;
}

export interface GraphEdge {
  from: string;
  to: string;
  role: InputRole;
  onBranch: boolean;
}

export interface Graph {
  items: GraphItem[];
  edges: GraphEdge[];
}

/** Turns that can be looked at: made, or in the making, and not hidden. */
function shown(nodes: readonly NodeView[]): NodeView[] {
  return nodes.filter(
    ({ state, images, job }) => state !== 'removed' && (images.length > 0 || isActive(job)),
  );
}

/** `headId` is a picture, or a turn that has none yet. */
export function graphOf(nodes: readonly NodeView[], headId: string | null): Graph {
  const branch = headId === null ? new Set<string>() : ancestry(nodes, headId);
  const visible = shown(nodes);
  const idOf = new Map<string, string>();
  for (const node of visible) {
    idOf.set(node.id, node.images[0]?.id ?? node.id);
    for (const { id } of node.images) idOf.set(id, id);
  }
  const edges = visible.flatMap((node) =>
    placesOf(node).flatMap(({ id }) =>
      node.inputs.flatMap(({ imageId, nodeId, role }): GraphEdge[] => {
        const from = idOf.get(imageId) ?? (nodeId === null ? undefined : idOf.get(nodeId));
        if (from === undefined || role === 'mask') return [];
        const isParent = parentInput(node)?.imageId === imageId;
        return [{ from, to: id, role, onBranch: isParent && branch.has(from) && branch.has(id) }];
      }),
    ),
  );
  return { items: placed(visible, edges, branch), edges };
}

function placesOf(node: NodeView): { id: string; image: ImageView | null }[] {
  if (node.images.length === 0) return [{ id: node.id, image: null }];
  return node.images.map((image) => ({ id: image.id, image }));
}

function placed(nodes: NodeView[], edges: GraphEdge[], branch: Set<string>): GraphItem[] {
  const rows = new Map<string, number>();
  const columns = new Map<string, number>();
  const taken = new Set<string>();
  const into = Map.groupBy(edges, ({ to }) => to);
  const free = (row: number, column: number) => !taken.has(`${row}:${column}`);
  return nodes.flatMap((node) =>
    placesOf(node).map(({ id, image }): GraphItem => {
      const parents = into.get(id) ?? [];
      const row = Math.max(-1, ...parents.map(({ from }) => rows.get(from) ?? -1)) + 1;
      const first = parents.find(({ role }) => role === 'target') ?? parents[0];
      const onBranch = branch.has(id);
      let column = onBranch ? 0 : Math.max(1, first ? (columns.get(first.from) ?? 1) : 1);
      while (!free(row, column)) column += 1;
      rows.set(id, row);
      columns.set(id, column);
      // A long way down keeps its column to itself, so that no picture lies on its line.
      const from = first ? (rows.get(first.from) ?? row) : row;
      for (let passed = Math.min(from + 1, row); passed <= row; passed++) taken.add(`${passed}:${column}`);
      return { id, node, image, row, column, onBranch };
    }),
  );
}

/** The pictures of the active branch, in order; what is in the making cannot be moved yet. */
export function madeBranch(items: readonly GraphItem[]): GraphItem[] {
  return items.filter(({ onBranch, image }) => onBranch && image).sort((a, b) => a.row - b.row);
}

/** True for an edit of the active branch: it can be moved. */
export function isMovable({ onBranch, row, image }: GraphItem): boolean {
  return onBranch && row > 0 && image !== null;
}

/** The node after which an edit has to stand to be one place earlier or later; null where it cannot move. */
export function neighbour(items: readonly GraphItem[], item: GraphItem, way: -1 | 1): string | null {
  const branch = madeBranch(items);
  const place = branch.indexOf(item);
  if (place < 1) return null;
  const after = branch[way === -1 ? place - 2 : place + 1];
  return after ? after.node.id : null;
}

export interface Area {
  widthPx: number;
  heightPx: number;
}

/**
 * Where a frame looks so that a point of the graph is in its middle, or as near to it as the edges of the graph allow. A graph
 * that is smaller than its frame begins where the frame does.
 */
export function viewOf(graph: Area, frame: Area, point: { xPx: number; yPx: number }, zoom: number) {
  const along = (length: number, room: number, at: number) =>
    Math.round(Math.min(0, Math.max(room - length * zoom, room / 2 - at * zoom))) || 0;
  return {
    x: along(graph.widthPx, frame.widthPx, point.xPx),
    y: along(graph.heightPx, frame.heightPx, point.yPx),
    zoom,
  };
}
