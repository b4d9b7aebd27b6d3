/**
 * The state of one open session: a snapshot, then events on top of it.
 * Pure and free of React. Events at or before `seq` are ignored, so a socket may repeat itself after a break.
 */
import type { Stage } from '../../../engine/index.ts';
import type {
  CacheUse,
  Eta,
  History,
  ImageView,
  JobState,
  JobView,
  NodeView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
} from '../../../studio/protocol.ts';

export interface Preview {
  dataUrl: string;
  widthPx: number;
  heightPx: number;
}

/** What is known of a run while it is under way; pictures and durations live in the node. */
export interface Progress {
  startedAt: number | null;
  queuePosition: number | null;
  imageIndex: number;
  stage: Stage | null;
  counts: Partial<Record<Stage, { done: number; total: number }>>;
  previews: Record<number, Preview>;
  /** Time left as it was said at `at`. */
  eta: (Eta & { at: number }) | null;
}

export interface SessionState {
  session: SessionView;
  nodes: NodeView[];
  progress: Record<string, Progress>;
  /** What the caches did for a turn, by node. */
  cache: Record<string, CacheUse[]>;
  /** Nodes with an input made here that was read from its pixels, since the model reads its size only when resized. */
  resized: Record<string, boolean>;
  history: History;
  seq: number;
  deleted: boolean;
}

const IDLE: Progress = {
  startedAt: null,
  queuePosition: null,
  imageIndex: 0,
  stage: null,
  counts: {},
  previews: {},
  eta: null,
};

const UNDER_WAY: readonly JobState[] = ['queued', 'running', 'interrupted', 'paused'];

/** True for a job that will go on, by itself or when it is resumed. */
export function isActive(job: JobView | null): boolean {
  return job !== null && UNDER_WAY.includes(job.state);
}

/** The turn that runs, else the first that waits. */
export function runningNode(state: SessionState | null): NodeView | null {
  const active = (state?.nodes ?? []).filter(({ job }) => isActive(job));
  return active.find(({ job }) => job?.state === 'running') ?? active[0] ?? null;
}

/** The state at a snapshot, with the runs under way as far as the server knew them then. */
export function fromSnapshot(snapshot: SessionSnapshot): SessionState {
  const { session, nodes, history, seq, progress = [] } = snapshot;
  return progress.reduce(take, {
    session,
    nodes,
    history,
    seq,
    progress: {},
    cache: {},
    resized: {},
    deleted: false,
  });
}

export function applyEvents(state: SessionState, events: readonly SessionEvent[]): SessionState {
  return events.reduce(applyEvent, state);
}

export function applyEvent(state: SessionState, event: SessionEvent): SessionState {
  if (event.seq <= state.seq || event.sessionId !== state.session.id) return state;
  return take({ ...state, seq: event.seq }, event);
}

function take(next: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'turn.created':
    case 'upload.created':
      return addNode(next, event.payload.node);
    case 'node.updated':
      return withNode(next, event.payload.node.id, () => event.payload.node);
    case 'job.queued':
    case 'job.position': {
      const { job, position, eta } = event.payload;
      const before = event.type === 'job.queued' ? IDLE : next.progress[job.nodeId];
      return withProgress(withJob(next, job), job.nodeId, {
        ...before,
        queuePosition: position,
        eta: dated(eta, event.at),
      });
    }
    case 'job.started':
      return withProgress(withJob(pruned(next), event.payload.job), event.payload.job.nodeId, {
        ...IDLE,
        startedAt: event.at,
        eta: dated(event.payload.eta, event.at),
      });
    case 'stage':
      return withStage(next, event.payload, event.at);
    case 'cache': {
      const { nodeId, entries } = event.payload;
      return { ...next, cache: { ...next.cache, [nodeId]: entries } };
    }
    case 'resized':
      return { ...next, resized: { ...next.resized, [event.payload.nodeId]: true } };
    case 'preview': {
      const { nodeId, imageIndex, dataUrl, widthPx, heightPx } = event.payload;
      const { previews } = next.progress[nodeId] ?? IDLE;
      return withProgress(next, nodeId, {
        previews: { ...previews, [imageIndex]: { dataUrl, widthPx, heightPx } },
      });
    }
    case 'image.saved':
    case 'image.measured':
      return withImage(next, event.payload.image);
    case 'job.done':
    case 'job.failed':
    case 'job.cancelled':
    case 'job.interrupted':
    case 'job.paused':
      return withJob(next, event.payload.job);
    case 'session.created':
    case 'session.updated':
    case 'session.restored':
      return { ...next, session: event.payload.session, deleted: false };
    case 'operation.done':
    case 'operation.undone':
    case 'operation.redone':
      return { ...next, history: event.payload.history };
    case 'session.purged':
    case 'session.deleted':
      return { ...next, deleted: true };
    default:
      return next;
  }
}

/** Adds a node from an event or from the answer to a command, whichever comes first; the later one changes nothing. */
export function addNode(state: SessionState, node: NodeView): SessionState {
  if (state.nodes.some(({ id }) => id === node.id)) return state;
  return { ...state, nodes: [...state.nodes, node] };
}

function withJob(state: SessionState, job: JobView): SessionState {
  return withNode(state, job.nodeId, (node) => ({ ...node, job }));
}

function withImage(state: SessionState, image: ImageView): SessionState {
  return withNode(state, image.nodeId, (node) => ({
    ...node,
    images: [...node.images.filter(({ id }) => id !== image.id), image].sort((a, b) => a.index - b.index),
  }));
}

function withNode(state: SessionState, nodeId: string, change: (node: NodeView) => NodeView): SessionState {
  return { ...state, nodes: state.nodes.map((node) => (node.id === nodeId ? change(node) : node)) };
}

function withStage(
  state: SessionState,
  payload: Extract<SessionEvent, { type: 'stage' }>['payload'],
  at: number,
): SessionState {
  const { nodeId, stage, imageIndex, done, total, eta } = payload;
  const before = state.progress[nodeId] ?? IDLE;
  const counts = before.imageIndex === imageIndex ? before.counts : {};
  return withProgress(state, nodeId, {
    stage,
    imageIndex,
    queuePosition: null,
    counts: { ...counts, [stage]: { done, total } },
    ...(eta === undefined ? {} : { eta: dated(eta, at) }),
  });
}

function dated(eta: Eta | null | undefined, at: number): Progress['eta'] {
  return eta ? { ...eta, at } : null;
}

function withProgress(state: SessionState, nodeId: string, change: Partial<Progress>): SessionState {
  const before = state.progress[nodeId] ?? IDLE;
  return { ...state, progress: { ...state.progress, [nodeId]: { ...before, ...change } } };
}

/** Forgets previews of finished runs when another one starts, so that a long session stays small. */
function pruned(state: SessionState): SessionState {
  const kept = state.nodes.filter(({ id, job }) => id in state.progress && isActive(job));
  return { ...state, progress: Object.fromEntries(kept.map(({ id }) => [id, state.progress[id]!])) };
}
