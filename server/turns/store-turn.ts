/**
 * A turn that was understood, into its rows: node, inputs, job and their events, in one transaction with whatever it comes
 * with. The one place that does it, for messages, regenerates, replays and rebases. Knows no model.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { firstEventOfJob } from '../../db/events.ts';
import { imageIdOf, newId } from '../../db/ids.ts';
import { findJobByKey, insertJob, type JobRow, jobsAhead } from '../../db/jobs.ts';
import { insertNode, type NewInput, type NewNode } from '../../db/nodes.ts';
import { findSession, renameSession, touchSession } from '../../db/sessions.ts';
import type { CompiledInput, JobView, NodeView } from '../../studio/protocol.ts';
import { HttpError } from '../http/http.ts';
import type { Runtime } from '../runtime.ts';
import { appendEvent, appendSessionUpdated } from '../views/event-log.ts';
import { readNodeView } from '../views/views.ts';
import { titleOf } from './title.ts';

export interface TurnAnswer {
  node: NodeView;
  job: JobView;
}

/** Who asks, under which key, and for what: the same key with another request is refused. */
export interface Claim {
  owner: string;
  key: string;
  fingerprint: string;
}

/** The claim of a request; `asked` is all that it asks for. */
export function claimOf({ owner }: Pick<Runtime, 'owner'>, key: string, asked: unknown): Claim {
  return { owner, key, fingerprint: createHash('sha256').update(JSON.stringify(asked)).digest('hex') };
}

/** The answer that a claim was given before. Throws {@link HttpError} 409 where its key stands for something else. */
export function claimedAnswer(db: Database, { owner, key, fingerprint }: Claim): TurnAnswer | undefined {
  const job = findJobByKey(db, owner, key);
  if (!job) return undefined;
  if (job.fingerprint !== fingerprint)
    throw new HttpError(
      409,
      'idempotency_conflict',
      'This Idempotency-Key was used for another message. Use a new key for a new message.',
    );
  const { node } = firstEventOfJob(db, job.id, 'turn.created')!.payload as { node: NodeView };
  return { node, job: node.job! };
}

/** Stores a turn and its place in the queue, and tells of both; inside of `write`. */
export function storeTurn(
  db: Database,
  node: NewNode,
  inputs: readonly NewInput[],
  { owner, key, fingerprint }: Claim,
): TurnAnswer {
  const { sessionId } = node;
  const row = insertNode(db, node, inputs);
  const job = insertJob(db, { id: newId(), nodeId: row.id, owner, idempotencyKey: key, fingerprint });
  const view = readNodeView(db, row, job);
  tellOfTurn(db, view, job, sessionId);
  if (findSession(db, sessionId)?.title === '') renameSession(db, sessionId, titleOf(node.prompt));
  else touchSession(db, sessionId);
  appendSessionUpdated(db, sessionId);
  return { node: view, job: view.job! };
}

function tellOfTurn(db: Database, node: NodeView, row: JobRow, sessionId: string): void {
  const about = { sessionId, jobId: row.id };
  const job = node.job!;
  appendEvent(db, { ...about, type: 'turn.created', payload: { node } });
  appendEvent(db, { ...about, type: 'job.queued', payload: { job, position: jobsAhead(db, row) } });
}

/** The row of a compiled input: the picture, or the id that it will have. */
export function inputRow({ imageId, nodeId, index, hash, role }: CompiledInput): NewInput {
  const id = imageId ?? (nodeId === null ? hash : imageIdOf(nodeId, index));
  return { imageId: id, role, madeBy: nodeId, pixelsBlob: hash === '' ? null : hash };
}
