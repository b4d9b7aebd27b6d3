/**
 * The version graph. A click selects, a double click continues from there, dragging an edit up or down the branch moves it;
 * the same with arrow keys, Enter, Shift + Enter and Alt + arrow. Draws only what is in sight.
 */
import '@xyflow/react/dist/base.css';
import {
  type CoordinateExtent,
  type Edge,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  type XYPosition,
} from '@xyflow/react';
import { Maximize } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { idOfEnd } from '../../../studio/branch.ts';
import { useActions } from '../actions/actions.ts';
import type { SessionState } from '../state/session-state.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { Translator } from '../ui/translator.ts';
import { useRem } from '../ui/use-rem.ts';
import {
  type Area,
  type GraphEdge,
  type GraphItem,
  graphOf,
  isMovable,
  madeBranch,
  neighbour,
  viewOf,
} from './graph.ts';
import { NODE_HEIGHT_PX, NODE_WIDTH_PX, VersionNode, type VersionNodeType } from './version-node.tsx';

const ROW_PX = 112;
const COLUMN_PX = 100;
const NODE_TYPES = { version: VersionNode };
/** Paper around the outermost versions. */
const MARGIN_PX = 20;
/** Below this a picture cannot be told from another; only fitting the whole graph goes further. */
const LEAST_ZOOM = 0.5;
const USUAL_REM_PX = 16;

interface LineageGraphProps {
  state: SessionState;
  selectedId: string | null;
}

export default function LineageGraph(props: LineageGraphProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ state, selectedId }: LineageGraphProps) {
  const t = useTranslations();
  const actions = useActions();
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const headId = state.session.headPictureId;
  const endId = idOfEnd(state);
  const { items, edges } = useMemo(() => graphOf(state.turns, endId), [state.turns, endId]);
  const area = useMemo(() => areaOf(items), [items]);
  const widthPx = useStore(({ width }) => width);
  const heightPx = useStore(({ height }) => height);
  const most = useRem() / USUAL_REM_PX;
  /** As large as the room for its columns allows, so that versions side by side are all in sight. */
  const usualZoom = Math.max(LEAST_ZOOM, Math.min(most, widthPx / area.widthPx));
  const wholeZoom = Math.min(most, widthPx / area.widthPx, heightPx / area.heightPx);
  const extent = useMemo(() => extentOf(area, { widthPx, heightPx }), [area, widthPx, heightPx]);
  const focusId = items.some(({ id }) => id === selectedId) ? selectedId : (items.at(-1)?.id ?? null);
  const flowEdges = useMemo(() => edgesOf(edges, items, t), [edges, items, t]);
  const settled = useMemo(
    () => items.map((item) => flowNodeOf(item, { selectedId, headId, focusId })),
    [items, selectedId, headId, focusId],
  );
  /** Where the edit that is being dragged is now; every other version stands where its row and column say. */
  const [dragged, setDragged] = useState<{ id: string; position: XYPosition } | null>(null);
  const nodes = dragged
    ? settled.map((node) => (node.id === dragged.id ? { ...node, position: dragged.position } : node))
    : settled;

  function follow(changes: NodeChange<VersionNodeType>[]) {
    for (const change of changes)
      if (change.type === 'position' && change.dragging && change.position)
        setDragged({ id: change.id, position: change.position });
  }

  const show = useCallback(
    ({ row, column }: Place, zoom: number) => {
      const { x, y } = placeOf({ row, column });
      const point = { xPx: x + NODE_WIDTH_PX / 2 + MARGIN_PX, yPx: y + NODE_HEIGHT_PX / 2 + MARGIN_PX };
      const view = viewOf(area, { widthPx, heightPx }, point, zoom);
      flow.setViewport({ x: view.x + MARGIN_PX * zoom, y: view.y + MARGIN_PX * zoom, zoom });
    },
    [area, widthPx, heightPx, flow],
  );

  // The selected version, else the newest, is brought into sight. One that is in sight does not move, or it would leave the pointer.
  const { row, column } = items.find(({ id }) => id === selectedId) ?? items.at(-1) ?? { row: 0, column: 0 };
  const ready = items.length > 0 && heightPx > 0;
  const showIfHidden = useEffectEvent((wanted: Place) => {
    const { x, y, zoom } = flow.getViewport();
    const place = placeOf(wanted);
    const isWithin = (at: number, length: number, room: number) => at >= 0 && at + length * zoom <= room;
    const isSeen =
      isWithin(x + place.x * zoom, NODE_WIDTH_PX, widthPx) &&
      isWithin(y + place.y * zoom, NODE_HEIGHT_PX, heightPx);
    if (!isSeen || zoom !== usualZoom) show(wanted, usualZoom);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another usual zoom is when to look at it anew.
  useEffect(() => {
    if (ready) showIfHidden({ row, column });
  }, [ready, row, column, usualZoom]);

  /** The whole graph; once more, the selected version at its usual size. */
  function fit() {
    const isWhole = flow.getViewport().zoom === wholeZoom;
    show({ row, column }, isWhole ? usualZoom : wholeZoom);
  }

  function move(item: GraphItem, afterId: string | null) {
    if (afterId !== null) actions.replay({ type: 'move', turnId: item.turn.id, after: afterId });
  }

  function drop({ data: { item }, position }: VersionNodeType) {
    const branch = madeBranch(items);
    const others = branch.filter(({ id }) => id !== item.id);
    const after = others.findLast(({ row }) => row * ROW_PX < position.y) ?? others[0];
    const before = branch[branch.indexOf(item) - 1];
    setDragged(null);
    if (after && after !== before) move(item, after.turn.id);
  }

  function press(event: KeyboardEvent) {
    const id = (event.target as HTMLElement).dataset.version;
    const item = items.find((each) => each.id === id);
    if (!item) return;
    const way = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.key === 'Enter' && event.shiftKey && item.picture) actions.continueFrom(item.id);
    else if (event.altKey && way !== 0) move(item, neighbour(items, item, way));
    else {
      const next = step(items, item, event.key);
      if (!next) return;
      actions.select(next.id);
      show(next, usualZoom);
      requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`[data-version="${CSS.escape(next.id)}"]`)?.focus(),
      );
    }
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons within.
    <div ref={frame} className="relative size-full" onKeyDown={press}>
      <p id="graph-hint" className="sr-only">
        {t('details.graphHint')}
      </p>
      <ReactFlow
        aria-label={t('details.graph')}
        aria-describedby="graph-hint"
        nodes={nodes}
        edges={flowEdges}
        nodeTypes={NODE_TYPES}
        onNodesChange={follow}
        onNodeClick={(_, node) => node.data.item.picture && actions.select(node.id)}
        onNodeDoubleClick={(_, node) => node.data.item.picture && actions.continueFrom(node.id)}
        onNodeDragStop={(_, node) => drop(node)}
        nodeDragThreshold={6}
        disableKeyboardA11y
        ariaLabelConfig={{
          'node.a11yDescription.default': t('details.graphHint'),
          'node.a11yDescription.keyboardDisabled': t('details.graphHint'),
          'edge.a11yDescription.default': t('details.graph'),
        }}
        edgesFocusable={false}
        nodesConnectable={false}
        panOnScroll
        zoomOnDoubleClick={false}
        defaultViewport={{ x: MARGIN_PX, y: MARGIN_PX, zoom: 1 }}
        minZoom={Math.min(LEAST_ZOOM, wholeZoom || LEAST_ZOOM)}
        maxZoom={1.5 * most}
        onlyRenderVisibleElements
        proOptions={{ hideAttribution: true }}
        translateExtent={extent}
      />
      <IconButton
        label={t('details.fit')}
        onClick={fit}
        className="absolute right-2 bottom-2 size-8 border border-line bg-card"
      >
        <Maximize aria-hidden="true" />
      </IconButton>
    </div>
  );
}

type Place = Pick<GraphItem, 'row' | 'column'>;

/** With its size, because React Flow hides a node without one until it is measured, and the second click of two would miss it. */
function flowNodeOf(
  item: GraphItem,
  { selectedId, headId, focusId }: Record<'selectedId' | 'headId' | 'focusId', string | null>,
): VersionNodeType {
  return {
    id: item.id,
    type: 'version',
    width: NODE_WIDTH_PX,
    height: NODE_HEIGHT_PX,
    measured: { width: NODE_WIDTH_PX, height: NODE_HEIGHT_PX },
    position: placeOf(item),
    draggable: isMovable(item),
    focusable: false,
    data: {
      item,
      chosen: item.id === selectedId,
      head: item.id === headId,
      focusable: item.id === focusId,
    },
  };
}

function placeOf({ row, column }: Place): { x: number; y: number } {
  return { x: column * COLUMN_PX, y: row * ROW_PX };
}

/** All versions with the paper around them. */
function areaOf(items: readonly GraphItem[]): Area {
  const columns = Math.max(0, ...items.map(({ column }) => column));
  const rows = Math.max(0, ...items.map(({ row }) => row));
  return {
    widthPx: columns * COLUMN_PX + NODE_WIDTH_PX + 2 * MARGIN_PX,
    heightPx: rows * ROW_PX + NODE_HEIGHT_PX + 2 * MARGIN_PX,
  };
}

/**
 * How far the graph can be moved: over all of it, and no less than the frame, or it would be put in the middle. Without a limit
 * while the frame has no size yet.
 */
function extentOf(area: Area, frame: Area): CoordinateExtent | undefined {
  if (frame.heightPx === 0) return undefined;
  const width = Math.max(area.widthPx, frame.widthPx);
  const height = Math.max(area.heightPx, frame.heightPx);
  return [
    [-MARGIN_PX, -MARGIN_PX],
    [width - MARGIN_PX, height - MARGIN_PX],
  ];
}

/** The lines of the graph, each named by the versions that it joins. */
function edgesOf(edges: readonly GraphEdge[], items: readonly GraphItem[], t: Translator): Edge[] {
  const names = new Map(
    items.map(({ id, picture }) => [id, picture ? `v${picture.version}` : t('composer.inTheMaking')]),
  );
  return edges.map((edge) => ({
    ...edgeOf(edge),
    ariaLabel: t('details.edge', {
      from: names.get(edge.from)!,
      to: names.get(edge.to)!,
      role: t(`details.roles.${edge.role}`),
    }),
  }));
}

function edgeOf({ from, to, role, onBranch }: GraphEdge): Edge {
  return {
    id: `${from}-${to}-${role}`,
    source: from,
    target: to,
    zIndex: onBranch ? 1 : 0,
    focusable: false,
    style: {
      stroke: onBranch ? 'var(--accent)' : 'var(--faint)',
      strokeWidth: onBranch ? 2 : 1.5,
      strokeDasharray: role === 'target' ? undefined : '4 4',
    },
  };
}

/** The version that an arrow key leads to: along the rows, or the nearest in another column. */
function step(items: readonly GraphItem[], from: GraphItem, key: string): GraphItem | undefined {
  const inOrder = (list: GraphItem[]) => list.sort((a, b) => distance(a, from) - distance(b, from))[0];
  if (key === 'ArrowUp') return inOrder(items.filter(({ row }) => row < from.row));
  if (key === 'ArrowDown') return inOrder(items.filter(({ row }) => row > from.row));
  if (key === 'ArrowLeft') return inOrder(items.filter(({ column }) => column < from.column));
  if (key === 'ArrowRight') return inOrder(items.filter(({ column }) => column > from.column));
  return undefined;
}

function distance(one: GraphItem, other: GraphItem): number {
  return Math.abs(one.row - other.row) + Math.abs(one.column - other.column);
}
