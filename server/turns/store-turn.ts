/**
 * Stores a compiled turn: turn, inputs, job and their events, in the transaction of its caller. The one place that does it, for
 * messages, repeats, replays and rebases. Knows no model.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { firstEventOfJob } from '../../db/events.ts';
import { newId, pictureIdOf } from '../../db/ids.ts';
import { findJobByKey, insertJob, type JobRow, jobsAhead } from '../../db/jobs.ts';
import { findSession, renameSession, touchSession } from '../../db/sessions.ts';
import { insertTurn, type NewInput, type NewTurn } from '../../db/turns.ts';
import type { CompiledInput, JobView, TurnView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { requireJobRoom } from '../accounts/limits.ts';
import { appendEvent, appendSessionUpdated } from '../log/event-log.ts';
import { expectedJobMs } from '../queue/queue-view.ts';
import type { Runtime } from '../runtime.ts';
import { readTurnView } from '../views/views.ts';
import { titleOf } from './title.ts';

export interface TurnAnswer {
  turn: TurnView;
  job: JobView;
}

/** A request's owner, key and fingerprint: the same key with another request is refused. */
export interface Claim {
  owner: string;
  key: string;
  fingerprint: string;
}

/** A claim, and the engine that is to draw what it asks for. */
export interface DrawnClaim extends Claim {
  engine: string;
}

/** The claim of a request; `asked` is all that it asks for. */
export function claimOf({ owner }: Pick<Runtime, 'owner'>, key: string, asked: unknown): Claim {
  return { owner, key, fingerprint: createHash('sha256').update(JSON.stringify(asked)).digest('hex') };
}

/**
 * The answer that a claim was given before. Throws {@link Refusal} `idempotency_conflict` where its key stands for something
 * else.
 */
export function claimedAnswer(db: Database, { owner, key, fingerprint }: Claim): TurnAnswer | undefined {
  const job = findJobByKey(db, owner, key);
  if (!job) return undefined;
  if (job.fingerprint !== fingerprint) throw new Refusal('idempotency_conflict.turn', {});
  const { turn } = firstEventOfJob(db, job.id, 'turn.created')!.payload as { turn: TurnView };
  return { turn, job: turn.job! };
}

/** Stores a turn and its place in the queue, and appends their events; inside of `write`. */
export function storeTurn(
  db: Database,
  turn: NewTurn,
  inputs: readonly NewInput[],
  { owner, key, fingerprint, engine }: DrawnClaim,
): TurnAnswer {
  const { sessionId } = turn;
  const row = insertTurn(db, turn, inputs);
  requireJobRoom(db, owner, expectedJobMs(db, row));
  const job = insertJob(db, { id: newId(), turnId: row.id, owner, engine, idempotencyKey: key, fingerprint });
  const view = readTurnView(db, row, job);
  appendTurn(db, view, job, sessionId);
  if (findSession(db, sessionId)?.title === '')
    renameSession(db, sessionId, titleOf(turn.prompt, turn.sentPrompt ?? turn.prompt));
  else touchSession(db, sessionId);
  appendSessionUpdated(db, sessionId);
  return { turn: view, job: view.job! };
}

function appendTurn(db: Database, turn: TurnView, row: JobRow, sessionId: string): void {
  const about = { sessionId, jobId: row.id };
  const job = turn.job!;
  appendEvent(db, { ...about, type: 'turn.created', payload: { turn } });
  appendEvent(db, { ...about, type: 'job.queued', payload: { job, position: jobsAhead(db, row) } });
}

/** The row of a compiled input: the picture, or the id that it will have. */
export function inputRow({ pictureId, turnId, index, hash, role }: CompiledInput): NewInput {
  const id = pictureId ?? (turnId === null ? hash : pictureIdOf(turnId, index));
  return { pictureId: id, role, madeBy: turnId, pixelsBlob: hash === '' ? null : hash };
}
