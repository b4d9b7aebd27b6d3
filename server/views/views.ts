/** Rows as the page sees them. Reads only; knows no request. */
import type { Database, EventRow } from '../../db/database.ts';
import { eventsOfJobs, lastingEvents, lastSeq } from '../../db/events.ts';
import { type JobRow, jobsOfSession, jobsUnderWay } from '../../db/jobs.ts';
import { type MessageRow, messagesOfSession } from '../../db/messages.ts';
import { history, type OperationRow } from '../../db/operations.ts';
import { type PictureRow, picturesOfSession, picturesOfTurn } from '../../db/pictures.ts';
import { findSession, type SessionRow } from '../../db/sessions.ts';
import {
  type InputRow,
  inputsOfSession,
  inputsOfTurn,
  type TurnRow,
  turnsOfSession,
} from '../../db/turns.ts';
import type {
  History,
  JobView,
  MessageView,
  OperationView,
  PictureView,
  SessionEvent,
  SessionSnapshot,
  SessionView,
  TurnView,
} from '../../studio/protocol.ts';
import type { OperationKind } from '../../studio/vocabulary.ts';

export function sessionView(row: SessionRow): SessionView {
  const { id, title, createdAt, updatedAt, archivedAt, headPictureId, thumbnailHash, pictureCount } = row;
  const { pinnedAt, tags } = row;
  return {
    ...{ id, title, createdAt, updatedAt, archivedAt, pinnedAt, tags, headPictureId },
    ...{ thumbnailHash, pictureCount },
  };
}

export function pictureView(row: PictureRow): PictureView {
  const { id, turnId, version, index, pixelsBlob, widthPx, heightPx, drift } = row;
  return {
    ...{ id, turnId, version, index, hash: pixelsBlob, widthPx, heightPx, drift },
    hasLayout: row.priorBlob !== null,
    ...(row.originalBlob !== null && { originalHash: row.originalBlob }),
    ...(row.favouriteAt !== null && { isFavourite: true as const }),
  };
}

/** A job; one that runs or has ended waits for nothing. */
export function jobView(row: JobRow, waitsFor: string[] = []): JobView {
  const { id, turnId, engine, state, attempt, errorCode, errorMessage, elapsedMs } = row;
  const error = errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' };
  return { id, turnId, engine, state, attempt, error, elapsedMs: elapsedMs ?? null, waitsFor };
}

export function turnView(
  turn: TurnRow,
  inputs: InputRow[],
  pictures: PictureRow[],
  job: JobRow | undefined,
): TurnView {
  const unmade = inputs.filter(({ pixelsBlob }) => pixelsBlob === null);
  const waitsFor = [...new Set(unmade.flatMap(({ madeBy }) => madeBy ?? []))];
  return {
    id: turn.id,
    kind: turn.kind,
    mode: turn.mode,
    state: turn.state,
    prompt: turn.prompt,
    sentPrompt: turn.sentPrompt ?? turn.prompt,
    createdAt: turn.createdAt,
    inputs: inputs.map(({ pictureId, role, position, pixelsBlob, madeBy }) => ({
      pictureId,
      role,
      position,
      hash: pixelsBlob ?? '',
      turnId: madeBy,
    })),
    recipe: turn.recipe ?? null,
    pictures: pictures.toSorted((a, b) => a.index - b.index).map(pictureView),
    job: job ? jobView(job, waitsFor) : null,
    replaces: turn.replaces,
    warnings: [...(turn.warnings ?? [])],
  };
}

/** A turn just written, read back with its edges. */
export function readTurnView(db: Database, turn: TurnRow, job?: JobRow): TurnView {
  return turnView(turn, inputsOfTurn(db, turn.id), picturesOfTurn(db, turn.id), job);
}

/** An operation on a session; rows of undo and redo are never shown as such. */
export function operationView({ seq, kind, turnId, at }: OperationRow): OperationView {
  return { id: seq, kind: kind as OperationKind, turnId, at };
}

export function historyView(db: Database, sessionId: string): History {
  const { undo, redo } = history(db, sessionId);
  return { undo: undo ? operationView(undo) : null, redo: redo ? operationView(redo) : null };
}

/** A message that was read, with its plan. */
export function messageView(row: MessageRow): MessageView {
  const { id, text, plan, reading, outcomes, said, createdAt } = row;
  return { id, text, plan, reading, outcomes, said, createdAt };
}

/** A row of the log as the socket sends it. */
export function eventView({ seq, sessionId, jobId, at, type, payload }: EventRow): SessionEvent {
  return { seq, sessionId, jobId, at, type, payload } as SessionEvent;
}

/** Every turn of a session with its edges, pictures and job. */
export function turnViews(db: Database, sessionId: string): TurnView[] {
  const inputs = Map.groupBy(inputsOfSession(db, sessionId), (row) => row.turnId);
  const pictures = Map.groupBy(picturesOfSession(db, sessionId), (row) => row.turnId);
  const jobs = new Map(jobsOfSession(db, sessionId).map((row) => [row.turnId, row]));
  return turnsOfSession(db, sessionId).map((turn) =>
    turnView(turn, inputs.get(turn.id) ?? [], pictures.get(turn.id) ?? [], jobs.get(turn.id)),
  );
}

/** A session whole, with the number of the event it stands at; undefined when there is none with this id. */
export function snapshot(db: Database, sessionId: string): SessionSnapshot | undefined {
  const session = findSession(db, sessionId);
  if (!session) return undefined;
  return {
    session: sessionView(session),
    turns: turnViews(db, sessionId),
    messages: messagesOfSession(db, sessionId).map(messageView),
    history: historyView(db, sessionId),
    seq: lastSeq(db),
    progress: newestProgress(db, sessionId),
  };
}

const PROGRESS = ['job.queued', 'job.position', 'job.started', 'stage', 'preview'];

/**
 * Where each job under way stands: the newest event of each kind, and of each picture that is being made. Of a job that has ended,
 * the events that stay of use.
 */
function newestProgress(db: Database, sessionId: string): SessionEvent[] {
  const underWay = jobsUnderWay(db, sessionId);
  const jobIds = underWay.map((job) => job.id);
  const newest = new Map<string, EventRow>();
  for (const event of [...lastingEvents(db, sessionId), ...eventsOfJobs(db, jobIds, PROGRESS)]) {
    const { pictureIndex = '' } = event.payload as { pictureIndex?: number };
    // A place in line ends with the start of the run, and an earlier run's start with a new place in line.
    const kind = event.type.startsWith('job.') ? 'job' : event.type;
    newest.set(`${event.jobId} ${kind} ${pictureIndex}`, event);
  }
  return [...newest.values()].sort((a, b) => a.seq - b.seq).map(eventView);
}
