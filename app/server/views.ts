/** Rows as the page sees them. Reads only; knows no request. */
import type { Database, EventRow } from '../../db/database.ts';
import { eventsOfJobs, lastSeq } from '../../db/events.ts';
import { type ImageRow, imagesOfNode, imagesOfSession } from '../../db/images.ts';
import { type JobRow, jobsOfSession, jobsUnderWay } from '../../db/jobs.ts';
import {
  type InputRow,
  inputsOfNode,
  inputsOfSession,
  type NodeRow,
  nodesOfSession,
} from '../../db/nodes.ts';
import { findSession, type SessionRow } from '../../db/sessions.ts';
import type {
  ImageView,
  JobView,
  NodeView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
} from '../protocol.ts';

export function sessionView(row: SessionRow): SessionView {
  const { id, title, createdAt, updatedAt, headImageId, thumbnailHash, imageCount } = row;
  return { id, title, createdAt, updatedAt, headImageId, thumbnailHash, imageCount };
}

export function imageView({
  id,
  nodeId,
  version,
  index,
  pixelsBlob,
  widthPx,
  heightPx,
}: ImageRow): ImageView {
  return { id, nodeId, version, index, hash: pixelsBlob, widthPx, heightPx };
}

export function jobView({ id, nodeId, state, attempt, errorCode, errorMessage, elapsedMs }: JobRow): JobView {
  const error = errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' };
  return { id, nodeId, state, attempt, error, elapsedMs: elapsedMs ?? null };
}

export function nodeView(
  node: NodeRow,
  inputs: InputRow[],
  images: ImageRow[],
  job: JobRow | undefined,
): NodeView {
  return {
    id: node.id,
    kind: node.kind,
    prompt: node.prompt,
    createdAt: node.createdAt,
    inputs: inputs.map(({ imageId, role, position, pixelsBlob }) => ({
      imageId,
      role,
      position,
      hash: pixelsBlob,
    })),
    recipe: node.recipe ?? null,
    images: images.map(imageView),
    job: job ? jobView(job) : null,
  };
}

/** A node just written, read back with its edges. */
export function readNodeView(db: Database, node: NodeRow, job?: JobRow): NodeView {
  return nodeView(node, inputsOfNode(db, node.id), imagesOfNode(db, node.id), job);
}

/** A row of the log as the socket sends it. */
export function eventView({ seq, sessionId, jobId, at, type, payload }: EventRow): SessionEvent {
  return { seq, sessionId, jobId, at, type, payload } as SessionEvent;
}

/** A session whole, with the number of the event it stands at; undefined when there is none with this id. */
export function snapshot(db: Database, sessionId: string): SessionSnapshot | undefined {
  const session = findSession(db, sessionId);
  if (!session) return undefined;
  const inputs = Map.groupBy(inputsOfSession(db, sessionId), (row) => row.nodeId);
  const images = Map.groupBy(imagesOfSession(db, sessionId), (row) => row.nodeId);
  const jobs = new Map(jobsOfSession(db, sessionId).map((row) => [row.nodeId, row]));
  return {
    session: sessionView(session),
    nodes: nodesOfSession(db, sessionId).map((node) =>
      nodeView(node, inputs.get(node.id) ?? [], images.get(node.id) ?? [], jobs.get(node.id)),
    ),
    seq: lastSeq(db),
    progress: newestProgress(db, sessionId),
  };
}

/** The newest `stage` and `preview` of each picture that is being made. */
function newestProgress(db: Database, sessionId: string): SessionEvent[] {
  const jobIds = jobsUnderWay(db, sessionId).map((job) => job.id);
  if (jobIds.length === 0) return [];
  const newest = new Map<string, EventRow>();
  for (const event of eventsOfJobs(db, jobIds, ['stage', 'preview'])) {
    const { imageIndex } = event.payload as { imageIndex: number };
    newest.set(`${event.jobId} ${event.type} ${imageIndex}`, event);
  }
  return [...newest.values()].sort((a, b) => a.seq - b.seq).map(eventView);
}
