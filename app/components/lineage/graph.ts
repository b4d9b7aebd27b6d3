/**
 * The versions of a session as a graph with places: every picture below those it came from, an edit in the column of what it
 * changed, and what hangs together in a block of its own, under the blocks that are older. Which branch is active moves nothing. Pure.
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
  /** Rows between it and the top of its block. */
  depth: number;
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

interface Place {
  row: number;
  column: number;
}

function placed(turns: TurnView[], edges: GraphEdge[], branch: Set<string>): GraphItem[] {
  const into = Map.groupBy(edges, ({ to }) => to);
  const blocks = blocksOf(turns, edges);
  const within = new Map(blocks.flatMap((ids) => [...placedWithin(ids, into)]));
  const origins = originsOf(blocks, within);
  return turns.flatMap((turn) =>
    placesOf(turn).map(({ id, picture }): GraphItem => {
      const { row: depth, column } = within.get(id)!;
      const origin = origins.get(id)!;
      return {
        ...{ id, turn, picture, depth, onBranch: branch.has(id) },
        row: origin.row + depth,
        column: origin.column + column,
      };
    }),
  );
}

/** What hangs together, by inputs or as pictures of one message; oldest first, and each in order of age. */
function blocksOf(turns: TurnView[], edges: readonly GraphEdge[]): string[][] {
  const ids = turns.map((turn) => placesOf(turn).map(({ id }) => id));
  const parent = new Map<string, string>();
  const top = (id: string): string => {
    const above = parent.get(id);
    return above === undefined || above === id ? id : top(above);
  };
  const join = (one: string, other: string) => parent.set(top(other), top(one));
  for (const [first, ...others] of ids) for (const other of others) join(first!, other);
  for (const { from, to } of edges) join(from, to);
  return [...Map.groupBy(ids.flat(), top).values()];
}

/** Rows and columns of the versions of one block, from its own corner. */
function placedWithin(ids: readonly string[], into: Map<string, GraphEdge[]>): Map<string, Place> {
  const places = new Map<string, Place>();
  const taken = new Set<string>();
  for (const id of ids) {
    const parents = into.get(id) ?? [];
    const row = Math.max(-1, ...parents.map(({ from }) => places.get(from)?.row ?? -1)) + 1;
    const first = parents.find(({ role }) => role === 'target') ?? parents[0];
    const above = first && places.get(first.from);
    let column = above?.column ?? 0;
    while (taken.has(`${row}:${column}`)) column += 1;
    places.set(id, { row, column });
    // A long way down keeps its column to itself, so that no picture lies on its line.
    for (let passed = Math.min((above?.row ?? row) + 1, row); passed <= row; passed++)
      taken.add(`${passed}:${column}`);
  }
  return places;
}

/** How many columns of blocks of one row stand beside each other. */
const SHELF_COLUMNS = 3;

/** The corner of the block of each version: blocks of one row stand side by side, all others under each other. */
function originsOf(blocks: readonly string[][], within: Map<string, Place>): Map<string, Place> {
  const origins = new Map<string, Place>();
  let bottom = 0;
  let shelf: Place | null = null;
  for (const ids of blocks) {
    const places = ids.map((id) => within.get(id)!);
    const rows = Math.max(...places.map(({ row }) => row)) + 1;
    const columns = Math.max(...places.map(({ column }) => column)) + 1;
    const fits = rows === 1 && shelf !== null && shelf.column + columns <= SHELF_COLUMNS;
    const origin: Place = fits ? shelf! : { row: bottom, column: 0 };
    for (const id of ids) origins.set(id, origin);
    bottom = Math.max(bottom, origin.row + rows);
    shelf = rows === 1 ? { row: origin.row, column: origin.column + columns } : null;
  }
  return origins;
}

/** The pictures of the active branch, in order; what is in the making cannot be moved yet. */
export function madeBranch(items: readonly GraphItem[]): GraphItem[] {
  return items.filter(({ onBranch, picture }) => onBranch && picture).sort((a, b) => a.row - b.row);
}

/** True for an edit of the active branch: it can be moved. */
export function isMovable({ onBranch, depth, picture }: GraphItem): boolean {
  return onBranch && depth > 0 && picture !== null;
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
