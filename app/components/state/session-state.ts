/**
 * The state of one open session: a snapshot, then events on top of it.
 * Pure and free of React. Events at or before `seq` are ignored, so a socket may repeat itself after a break.
 */
import type { Stage } from '../../../engine/index.ts';
import type {
  ImageView,
  JobView,
  NodeView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
} from '../../protocol.ts';

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
}

export interface SessionState {
  session: SessionView;
  nodes: NodeView[];
  progress: Record<string, Progress>;
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
};

export function isActive(job: JobView | null): boolean {
  return job?.state === 'queued' || job?.state === 'running' || job?.state === 'interrupted';
}

/** The state at a snapshot, with the runs under way as far as the server knew them then. */
export function fromSnapshot({ session, nodes, seq, progress = [] }: SessionSnapshot): SessionState {
  return progress.reduce(take, { session, nodes, seq, progress: {}, deleted: false });
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
    case 'job.queued': {
      const { job, position } = event.payload;
      return withProgress(withJob(next, job), job.nodeId, { ...IDLE, queuePosition: position });
    }
    case 'job.started':
      return withProgress(withJob(pruned(next), event.payload.job), event.payload.job.nodeId, {
        ...IDLE,
        startedAt: event.at,
      });
    case 'stage':
      return withStage(next, event.payload);
    case 'preview': {
      const { nodeId, imageIndex, dataUrl, widthPx, heightPx } = event.payload;
      const { previews } = next.progress[nodeId] ?? IDLE;
      return withProgress(next, nodeId, {
        previews: { ...previews, [imageIndex]: { dataUrl, widthPx, heightPx } },
      });
    }
    case 'image.saved':
      return withImage(next, event.payload.image);
    case 'job.done':
    case 'job.failed':
    case 'job.cancelled':
    case 'job.interrupted':
      return withJob(next, event.payload.job);
    case 'session.created':
    case 'session.updated':
      return { ...next, session: event.payload.session };
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
  { nodeId, stage, imageIndex, done, total }: Extract<SessionEvent, { type: 'stage' }>['payload'],
): SessionState {
  const before = state.progress[nodeId] ?? IDLE;
  const counts = before.imageIndex === imageIndex ? before.counts : {};
  return withProgress(state, nodeId, {
    stage,
    imageIndex,
    queuePosition: null,
    counts: { ...counts, [stage]: { done, total } },
  });
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
