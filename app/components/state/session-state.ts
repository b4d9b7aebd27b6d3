/**
 * The state of one open session: a snapshot, then events on top of it.
 * Pure and free of React. Events at or before `seq` are ignored, so a socket may repeat itself after a break.
 */
import type {
  CacheUse,
  Eta,
  History,
  JobView,
  MessageView,
  PictureView,
  SecondLook,
  SessionEvent,
  SessionSnapshot,
  SessionView,
  TurnView,
} from '../../../studio/protocol.ts';
import { isUnderWay, type Stage } from '../../../studio/vocabulary.ts';

export interface Preview {
  dataUrl: string;
  widthPx: number;
  heightPx: number;
}

/** What is known of a run while it is under way; pictures and durations live in the turn. */
export interface Progress {
  startedAt: number | null;
  queuePosition: number | null;
  pictureIndex: number;
  stage: Stage | null;
  counts: Partial<Record<Stage, { done: number; total: number }>>;
  previews: Record<number, Preview>;
  /** Time left as the server estimated it at the moment `at`. */
  eta: (Eta & { at: number }) | null;
}

/** What is done to a turn's pictures beyond what was asked for, and told beside them. */
export type Handling = Extract<SessionEvent['type'], 'resized' | 'fitted' | 'composited'>;

export interface SessionState {
  session: SessionView;
  turns: TurnView[];
  /** Messages that are more than a turn, oldest first. */
  messages: MessageView[];
  progress: Record<string, Progress>;
  /** What the caches did for a turn, by turn. */
  cache: Record<string, CacheUse[]>;
  /** What was done to the pictures of turns, beyond what was asked for. */
  handled: Record<string, Handling[]>;
  /** Second looks at the pictures of a turn, by turn and index. */
  looks: Record<string, Record<number, SecondLook>>;
  history: History;
  seq: number;
  deleted: boolean;
}

const IDLE: Progress = {
  startedAt: null,
  queuePosition: null,
  pictureIndex: 0,
  stage: null,
  counts: {},
  previews: {},
  eta: null,
};

/** The turn that runs, else the first that waits. */
export function runningTurn(state: SessionState | null): TurnView | null {
  const active = (state?.turns ?? []).filter(({ job }) => isUnderWay(job));
  return active.find(({ job }) => job?.state === 'running') ?? active[0] ?? null;
}

/** The state at a snapshot, with the progress of runs under way as the server knew it then. */
export function fromSnapshot(snapshot: SessionSnapshot): SessionState {
  const { session, turns, messages, history, seq, progress = [] } = snapshot;
  return progress.reduce(withEvent, {
    session,
    turns,
    messages,
    history,
    seq,
    progress: {},
    cache: {},
    handled: {},
    looks: {},
    deleted: false,
  });
}

/**
 * The state after the snapshot was asked for once more. Cache uses and what was done to pictures of earlier turns, which only events
 * carry, are kept; a snapshot that is older than the events already applied changes nothing.
 */
export function withSnapshot(before: SessionState | undefined, snapshot: SessionSnapshot): SessionState {
  if (!before) return fromSnapshot(snapshot);
  if (before.seq > snapshot.seq) return before;
  const after = fromSnapshot(snapshot);
  return {
    ...after,
    cache: { ...before.cache, ...after.cache },
    handled: { ...before.handled, ...after.handled },
    looks: { ...before.looks, ...after.looks },
  };
}

export function applyEvents(state: SessionState, events: readonly SessionEvent[]): SessionState {
  return events.reduce(applyEvent, state);
}

export function applyEvent(state: SessionState, event: SessionEvent): SessionState {
  if (event.seq <= state.seq || event.sessionId !== state.session.id) return state;
  return withEvent({ ...state, seq: event.seq }, event);
}

/** An event put into the state, whatever its `seq`. */
function withEvent(next: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'turn.created':
    case 'upload.created':
      return addTurn(next, event.payload.turn);
    case 'turn.updated':
      return withTurn(next, event.payload.turn.id, () => event.payload.turn);
    case 'job.queued':
    case 'job.position': {
      const { job, position, eta } = event.payload;
      const before = event.type === 'job.queued' ? IDLE : next.progress[job.turnId];
      return withProgress(withJob(next, job), job.turnId, {
        ...before,
        queuePosition: position,
        eta: dated(eta, event.at),
      });
    }
    case 'job.started':
      return withProgress(withJob(pruned(next), event.payload.job), event.payload.job.turnId, {
        ...IDLE,
        startedAt: event.at,
        eta: dated(event.payload.eta, event.at),
      });
    case 'stage':
      return withStage(next, event.payload, event.at);
    case 'cache': {
      const { turnId, entries } = event.payload;
      return { ...next, cache: { ...next.cache, [turnId]: entries } };
    }
    case 'resized':
    case 'fitted':
    case 'composited': {
      const { turnId } = event.payload;
      const handled = [...new Set([...(next.handled[turnId] ?? []), event.type])];
      return { ...next, handled: { ...next.handled, [turnId]: handled } };
    }
    case 'second-look': {
      const { turnId, pictureIndex, ...look } = event.payload;
      return {
        ...next,
        looks: { ...next.looks, [turnId]: { ...next.looks[turnId], [pictureIndex]: look } },
      };
    }
    case 'preview': {
      const { turnId, pictureIndex, dataUrl, widthPx, heightPx } = event.payload;
      const { previews } = next.progress[turnId] ?? IDLE;
      return withProgress(next, turnId, {
        previews: { ...previews, [pictureIndex]: { dataUrl, widthPx, heightPx } },
      });
    }
    case 'picture.saved':
    case 'picture.measured':
    case 'picture.marked':
      return withPicture(next, event.payload.picture);
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
    case 'message.created':
    case 'message.updated':
      return withMessage(next, event.payload.message);
    case 'message.words':
      return withWords(next, event.payload);
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

/** Adds a turn from an event or from the answer to a command, whichever comes first; the later one changes nothing. */
export function addTurn(state: SessionState, turn: TurnView): SessionState {
  if (state.turns.some(({ id }) => id === turn.id)) return state;
  return { ...state, turns: [...state.turns, turn] };
}

/** Adds a message from the answer to a command; one that its events have told of already stays as they told it. */
export function addMessage(state: SessionState, message: MessageView): SessionState {
  return state.messages.some(({ id }) => id === message.id) ? state : withMessage(state, message);
}

/** The words so far of the language model that reads a message. */
function withWords(
  state: SessionState,
  { messageId, words }: { messageId: string; words: string },
): SessionState {
  const messages = state.messages.map((each) =>
    each.id === messageId && each.reading ? { ...each, reading: { ...each.reading, words } } : each,
  );
  return { ...state, messages };
}

function withMessage(state: SessionState, message: MessageView): SessionState {
  const isKnown = state.messages.some(({ id }) => id === message.id);
  const messages = isKnown
    ? state.messages.map((each) => (each.id === message.id ? message : each))
    : [...state.messages, message];
  return { ...state, messages };
}

function withJob(state: SessionState, job: JobView): SessionState {
  return withTurn(state, job.turnId, (turn) => ({ ...turn, job }));
}

function withPicture(state: SessionState, picture: PictureView): SessionState {
  return withTurn(state, picture.turnId, (turn) => ({
    ...turn,
    pictures: [...turn.pictures.filter(({ id }) => id !== picture.id), picture].sort(
      (a, b) => a.index - b.index,
    ),
  }));
}

function withTurn(state: SessionState, turnId: string, change: (turn: TurnView) => TurnView): SessionState {
  return { ...state, turns: state.turns.map((turn) => (turn.id === turnId ? change(turn) : turn)) };
}

function withStage(
  state: SessionState,
  payload: Extract<SessionEvent, { type: 'stage' }>['payload'],
  at: number,
): SessionState {
  const { turnId, stage, pictureIndex, done, total, eta } = payload;
  const before = state.progress[turnId] ?? IDLE;
  const counts = before.pictureIndex === pictureIndex ? before.counts : {};
  return withProgress(state, turnId, {
    stage,
    pictureIndex,
    queuePosition: null,
    counts: { ...counts, [stage]: { done, total } },
    ...(eta === undefined ? {} : { eta: dated(eta, at) }),
  });
}

function dated(eta: Eta | null | undefined, at: number): Progress['eta'] {
  return eta ? { ...eta, at } : null;
}

function withProgress(state: SessionState, turnId: string, change: Partial<Progress>): SessionState {
  const before = state.progress[turnId] ?? IDLE;
  return { ...state, progress: { ...state.progress, [turnId]: { ...before, ...change } } };
}

/** Forgets previews of finished runs when another one starts, so that a long session stays small. */
function pruned(state: SessionState): SessionState {
  const kept = state.turns.filter(({ id, job }) => id in state.progress && isUnderWay(job));
  return { ...state, progress: Object.fromEntries(kept.map(({ id }) => [id, state.progress[id]!])) };
}
