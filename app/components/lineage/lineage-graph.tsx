'use client';
/**
 * The version graph. A click selects, a double click continues from there, dragging an edit up or down the branch moves it;
 * the same with arrow keys, Enter, Shift + Enter and Alt + arrow. Draws only what is in sight.
 */
import '@xyflow/react/dist/base.css';
import { type Edge, ReactFlow, ReactFlowProvider, useNodesState, useReactFlow } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef } from 'react';
import { useDeeds } from '../state/deeds.ts';
import type { SessionState } from '../state/session-state.ts';
import { type GraphItem, graphOf, neighbour } from './graph.ts';
import { NODE_PX, VersionNode, type VersionNodeType } from './version-node.tsx';

const ROW_PX = 112;
const COLUMN_PX = 100;
const NODE_TYPES = { version: VersionNode };
const LEFT_PX = 16;
const TOP_PX = 24;

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
  const deeds = useDeeds();
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const headId = state.session.headImageId;
  const { items, edges } = useMemo(() => graphOf(state.nodes, headId), [state.nodes, headId]);
  const focusId = items.some(({ id }) => id === selectedId) ? selectedId : (items.at(-1)?.id ?? null);
  const [nodes, setNodes, onNodesChange] = useNodesState<VersionNodeType>([]);
  const flowEdges = useMemo(() => edges.map(edgeOf), [edges]);

  const settle = useCallback(
    () =>
      setNodes(
        items.map((item) => ({
          id: item.id,
          type: 'version',
          // Named, so that a node that is drawn anew is not hidden until it is measured: a double click must find it.
          width: NODE_PX + 20,
          height: NODE_PX + 18,
          position: { x: item.column * COLUMN_PX, y: item.row * ROW_PX },
          draggable: item.onBranch && item.row > 0,
          focusable: false,
          data: {
            item,
            chosen: item.id === selectedId,
            head: item.id === headId,
            focusable: item.id === focusId,
          },
        })),
      ),
    [items, selectedId, headId, focusId, setNodes],
  );
  useEffect(settle, [settle]);

  // The end of the branch is what one wants to see; a graph that is wandered through stays where it is.
  const shownRow = items.find(({ id }) => id === selectedId)?.row ?? items.at(-1)?.row ?? 0;
  const ready = nodes.length > 0;
  useEffect(() => {
    const height = frame.current?.clientHeight ?? 0;
    if (!ready) return;
    const below = Math.max(0, (shownRow + 1) * ROW_PX + TOP_PX * 2 - height);
    flow.setViewport({ x: LEFT_PX, y: TOP_PX - below, zoom: 1 });
  }, [ready, shownRow, flow]);

  function move(item: GraphItem, afterId: string | null) {
    if (afterId !== null) deeds.replay({ type: 'move', nodeId: item.node.id, after: afterId });
  }

  function drop({ data: { item }, position }: VersionNodeType) {
    const branch = items.filter(({ onBranch }) => onBranch).sort((a, b) => a.row - b.row);
    const others = branch.filter(({ id }) => id !== item.id);
    const after = others.findLast(({ row }) => row * ROW_PX < position.y) ?? others[0];
    const before = branch[branch.indexOf(item) - 1];
    settle();
    if (after && after !== before) move(item, after.node.id);
  }

  function press(event: KeyboardEvent) {
    const id = (event.target as HTMLElement).dataset.version;
    const item = items.find((each) => each.id === id);
    if (!item) return;
    const way = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.key === 'Enter' && event.shiftKey && item.image) deeds.continueFrom(item.id);
    else if (event.altKey && way !== 0) move(item, neighbour(items, item, way));
    else {
      const next = step(items, item, event.key);
      if (!next) return;
      deeds.select(next.id);
      flow.setCenter(next.column * COLUMN_PX + NODE_PX / 2, next.row * ROW_PX + NODE_PX / 2, { zoom: 1 });
      requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`[data-version="${CSS.escape(next.id)}"]`)?.focus(),
      );
    }
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons within.
    <div ref={frame} className="size-full" onKeyDown={press}>
      <p id="graph-hint" className="sr-only">
        {t('details.graphHint')}
      </p>
      <ReactFlow
        aria-label={t('details.graph')}
        aria-describedby="graph-hint"
        nodes={nodes}
        edges={flowEdges}
        nodeTypes={NODE_TYPES}
        onNodesChange={onNodesChange}
        onNodeClick={(_, node) => node.data.item.image && deeds.select(node.id)}
        onNodeDoubleClick={(_, node) => node.data.item.image && deeds.continueFrom(node.id)}
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
        minZoom={0.4}
        maxZoom={1.5}
        onlyRenderVisibleElements
        proOptions={{ hideAttribution: true }}
      />
    </div>
  );
}

function edgeOf({ from, to, role, onBranch }: ReturnType<typeof graphOf>['edges'][number]): Edge {
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
