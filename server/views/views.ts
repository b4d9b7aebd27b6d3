/** Rows as the page sees them. Reads only; knows no request. */
import type { Database, EventRow } from '../../db/database.ts';
import { eventsOfJobs, lastingEvents, lastSeq } from '../../db/events.ts';
import { type ImageRow, imagesOfNode, imagesOfSession } from '../../db/images.ts';
import { type JobRow, jobsOfSession, jobsUnderWay } from '../../db/jobs.ts';
import {
  type InputRow,
  inputsOfNode,
  inputsOfSession,
  type NodeRow,
  nodesOfSession,
} from '../../db/nodes.ts';
import { history, type OperationKind, type OperationRow } from '../../db/operations.ts';
import { findSession, type SessionRow } from '../../db/sessions.ts';
import type {
  History,
  ImageView,
  JobView,
  NodeView,
  OperationView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
} from '../../studio/protocol.ts';

export function sessionView(row: SessionRow): SessionView {
  const { id, title, createdAt, updatedAt, archivedAt, headImageId, thumbnailHash, imageCount } = row;
  return { id, title, createdAt, updatedAt, archivedAt, headImageId, thumbnailHash, imageCount };
}

export function imageView(row: ImageRow): ImageView {
  const { id, nodeId, version, index, pixelsBlob, widthPx, heightPx, drift } = row;
  return { id, nodeId, version, index, hash: pixelsBlob, widthPx, heightPx, drift };
}

/** A job; one that runs or has ended waits for nothing. */
export function jobView(row: JobRow, waitsFor: string[] = []): JobView {
  const { id, nodeId, state, attempt, errorCode, errorMessage, elapsedMs } = row;
  const error = errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' };
  return { id, nodeId, state, attempt, error, elapsedMs: elapsedMs ?? null, waitsFor };
}

export function nodeView(
  node: NodeRow,
  inputs: InputRow[],
  images: ImageRow[],
  job: JobRow | undefined,
): NodeView {
  const unmade = inputs.filter(({ pixelsBlob }) => pixelsBlob === null);
  const waitsFor = [...new Set(unmade.flatMap(({ madeBy }) => madeBy ?? []))];
  return {
    id: node.id,
    kind: node.kind,
    mode: node.mode,
    state: node.state,
    prompt: node.prompt,
    sentPrompt: node.sentPrompt ?? node.prompt,
    createdAt: node.createdAt,
    inputs: inputs.map(({ imageId, role, position, pixelsBlob, madeBy }) => ({
      imageId,
      role,
      position,
      hash: pixelsBlob ?? '',
      nodeId: madeBy,
    })),
    recipe: node.recipe ?? null,
    images: images.map(imageView),
    job: job ? jobView(job, waitsFor) : null,
    replaces: node.replaces,
  };
}

/** A node just written, read back with its edges. */
export function readNodeView(db: Database, node: NodeRow, job?: JobRow): NodeView {
  return nodeView(node, inputsOfNode(db, node.id), imagesOfNode(db, node.id), job);
}

/** What was done to a session; rows of undo and redo are never shown as such. */
export function operationView({ seq, kind, nodeId, at }: OperationRow): OperationView {
  return { id: seq, kind: kind as OperationKind, nodeId, at };
}

export function historyView(db: Database, sessionId: string): History {
  const { undo, redo } = history(db, sessionId);
  return { undo: undo ? operationView(undo) : null, redo: redo ? operationView(redo) : null };
}

/** A row of the log as the socket sends it. */
export function eventView({ seq, sessionId, jobId, at, type, payload }: EventRow): SessionEvent {
  return { seq, sessionId, jobId, at, type, payload } as SessionEvent;
}

/** Every node of a session with its edges, pictures and job. */
export function nodeViews(db: Database, sessionId: string): NodeView[] {
  const inputs = Map.groupBy(inputsOfSession(db, sessionId), (row) => row.nodeId);
  const images = Map.groupBy(imagesOfSession(db, sessionId), (row) => row.nodeId);
  const jobs = new Map(jobsOfSession(db, sessionId).map((row) => [row.nodeId, row]));
  return nodesOfSession(db, sessionId).map((node) =>
    nodeView(node, inputs.get(node.id) ?? [], images.get(node.id) ?? [], jobs.get(node.id)),
  );
}

/** A session whole, with the number of the event it stands at; undefined when there is none with this id. */
export function snapshot(db: Database, sessionId: string): SessionSnapshot | undefined {
  const session = findSession(db, sessionId);
  if (!session) return undefined;
  return {
    session: sessionView(session),
    nodes: nodeViews(db, sessionId),
    history: historyView(db, sessionId),
    seq: lastSeq(db),
    progress: newestProgress(db, sessionId),
  };
}

const PROGRESS = ['job.queued', 'job.position', 'job.started', 'stage', 'preview'];

/**
 * Where each job under way stands: the newest event of each kind, and of each picture that is being made. Of one that has
 * ended, what it did not have to compute.
 */
function newestProgress(db: Database, sessionId: string): SessionEvent[] {
  const underWay = jobsUnderWay(db, sessionId);
  const jobIds = underWay.map((job) => job.id);
  const newest = new Map<string, EventRow>();
  for (const event of [...lastingEvents(db, sessionId), ...eventsOfJobs(db, jobIds, PROGRESS)]) {
    const { imageIndex = '' } = event.payload as { imageIndex?: number };
    // A place in line ends with the start of the run, and an earlier run's start with a new place in line.
    const kind = event.type.startsWith('job.') ? 'job' : event.type;
    newest.set(`${event.jobId} ${kind} ${imageIndex}`, event);
  }
  return [...newest.values()].sort((a, b) => a.seq - b.seq).map(eventView);
}
