/**
 * The versions of a session as a graph with places: the active branch in the first column, others beside it, every
 * picture below those it came from. Pure.
 */
import type { InputRole, PictureView, TurnView } from '../../../studio/protocol.ts';
import { isUnderWay } from '../../../studio/vocabulary.ts';
import { ancestry, parentInput } from '../state/branch.ts';

export interface GraphItem {
  /** Id of the picture, or of its turn while it has none. */
  id: string;
  turn: TurnView;
  picture: PictureView | null;
  row: number;
  column: number;
  /** The version leads to the active picture. */
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
function shown(turns: readonly TurnView[]): TurnView[] {
  return turns.filter(
    ({ state, pictures, job }) => state !== 'removed' && (pictures.length > 0 || isUnderWay(job)),
  );
}

/** `headId` is a picture, or a turn that has none yet. */
export function graphOf(turns: readonly TurnView[], headId: string | null): Graph {
  const branch = headId === null ? new Set<string>() : ancestry(turns, headId);
  const visible = shown(turns);
  const idOf = new Map<string, string>();
  for (const turn of visible) {
    idOf.set(turn.id, turn.pictures[0]?.id ?? turn.id);
    for (const { id } of turn.pictures) idOf.set(id, id);
  }
  const edges = visible.flatMap((turn) =>
    placesOf(turn).flatMap(({ id }) =>
      turn.inputs.flatMap(({ pictureId, turnId, role }): GraphEdge[] => {
        const from = idOf.get(pictureId) ?? (turnId === null ? undefined : idOf.get(turnId));
        if (from === undefined || role === 'mask') return [];
        const isParent = parentInput(turn)?.pictureId === pictureId;
        return [{ from, to: id, role, onBranch: isParent && branch.has(from) && branch.has(id) }];
      }),
    ),
  );
  return { items: placed(visible, edges, branch), edges };
}

function placesOf(turn: TurnView): { id: string; picture: PictureView | null }[] {
  if (turn.pictures.length === 0) return [{ id: turn.id, picture: null }];
  return turn.pictures.map((picture) => ({ id: picture.id, picture }));
}

function placed(turns: TurnView[], edges: GraphEdge[], branch: Set<string>): GraphItem[] {
  const rows = new Map<string, number>();
  const columns = new Map<string, number>();
  const taken = new Set<string>();
  const into = Map.groupBy(edges, ({ to }) => to);
  const free = (row: number, column: number) => !taken.has(`${row}:${column}`);
  return turns.flatMap((turn) =>
    placesOf(turn).map(({ id, picture }): GraphItem => {
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
      return { id, turn, picture, row, column, onBranch };
    }),
  );
}

/** The pictures of the active branch, in order; what is in the making cannot be moved yet. */
export function madeBranch(items: readonly GraphItem[]): GraphItem[] {
  return items.filter(({ onBranch, picture }) => onBranch && picture).sort((a, b) => a.row - b.row);
}

/** True for an edit of the active branch: it can be moved. */
export function isMovable({ onBranch, row, picture }: GraphItem): boolean {
  return onBranch && row > 0 && picture !== null;
}

/** The turn after which an edit has to stand to be one place earlier or later; null where it cannot move. */
export function neighbour(items: readonly GraphItem[], item: GraphItem, way: -1 | 1): string | null {
  const branch = madeBranch(items);
  const place = branch.indexOf(item);
  if (place < 1) return null;
  const after = branch[way === -1 ? place - 2 : place + 1];
  return after ? after.turn.id : null;
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
