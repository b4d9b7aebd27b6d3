/**
 * One run of one job, from its first event to its last: the request is built from rows, each event of the engine is
 * stored, and the end is told. What is stored stays, so a later run goes on from there. Knows no order of jobs.
 */
import type { Logger } from 'pino';
import type { BlobStore } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import { findJob, type JobRow, updateJob } from '../../db/jobs.ts';
import { type PictureRow, pictureOfSession, picturesOfTurn } from '../../db/pictures.ts';
import { findTurn, type InputRow, inputsOfTurn, type TurnRow } from '../../db/turns.ts';
import {
  decodeLatents,
  decodePriorTokens,
  type Engine,
  type EngineEvent,
  type GenerationRequest,
  type MadePicture,
} from '../../engine/index.ts';
import type { ElapsedMs, Recipe } from '../../studio/recipe.ts';
import { failureSentence } from '../refusal-text.ts';
import { appendEvent, type EventDraft } from '../views/event-log.ts';
import { jobView } from '../views/views.ts';
import { failureOf, type JobFailure } from './job-failure.ts';
import { drawnHere } from './job-model.ts';
import { Progress } from './progress.ts';
import { readAhead } from './read-ahead.ts';
import { dropCheckpoint, readCheckpoint, saveCheckpoint } from './save-checkpoint.ts';
import { savedIndexes, savePicture } from './save-picture.ts';

export interface JobParts {
  db: Database;
  blobs: BlobStore;
  engine: Engine;
  log: Logger;
}

/** What goes into the log as the engine tells it. */
type ToldEvent = Extract<EngineEvent, { type: 'cache' | 'tokens' | 'resized' }>;

/** Why a run is stopped, weightiest first: the user stopped it, the user paused it, the server goes down. */
const STOP_REASONS = ['cancel', 'pause', 'shutdown'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** The wish that a run stops. Until it has, more may be wished: a signal keeps its first reason, this the weightiest. */
export class Stop {
  readonly #abort = new AbortController();
  #reason: StopReason | undefined;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  wish(reason: StopReason): void {
    this.#reason = STOP_REASONS.find((each) => each === reason || each === this.#reason);
    this.#abort.abort();
  }
}

/** Runs that an engine's death may end before the job is given up. */
export const MAX_ATTEMPTS = 3;

/** A job at work: its rows, and whether they still stand. */
export interface JobRun extends JobParts {
  jobId: string;
  sessionId: string;
  turn: TurnRow;
  recipe: Recipe;
}

/** Runs a job to an end that is stored: done, cancelled, failed or interrupted. Throws only what the database throws. */
export async function runJob(parts: JobParts, jobId: string, stop: Stop): Promise<void> {
  const run = begin(parts, jobId);
  try {
    const elapsedMs = await generate(drawnHere(run), stop.signal);
    checkComplete(run);
    end(run, 'done', { elapsedMs });
    dropCheckpoint(run, jobId);
    void readAhead(run, findJob(run.db, jobId)?.owner, () => nextReferences(run));
  } catch (error) {
    conclude(run, error, stop);
  }
}

function begin(parts: JobParts, jobId: string): JobRun {
  const { db } = parts;
  const { sessionId, turnId, attempt } = findJob(db, jobId)!;
  const turn = findTurn(db, turnId)!;
  db.write(() => {
    const job = updateJob(db, jobId, { state: 'running', attempt: attempt + 1, startedAt: Date.now() });
    appendEvent(db, { sessionId, jobId, type: 'job.started', payload: { job: jobView(job) } });
  });
  return { ...parts, jobId, sessionId, turn, recipe: turn.recipe! };
}

async function generate(run: JobRun, signal: AbortSignal): Promise<ElapsedMs> {
  const progress = new Progress(run);
  let elapsedMs: ElapsedMs = {};
  const request = await requestOf(run);
  if (request.only?.length === 0) return elapsedMs;
  for await (const event of run.engine.generate(request, { signal })) {
    if (!findJob(run.db, run.jobId)) break;
    if (event.type === 'done') elapsedMs = event.elapsedMs;
    else await store(run, progress, event);
  }
  return elapsedMs;
}

function store(
  run: JobRun,
  progress: Progress,
  event: Exclude<EngineEvent, { type: 'done' }>,
): Promise<void> | void {
  switch (event.type) {
    case 'stage':
      return progress.stage(event);
    case 'preview':
      return progress.preview(event);
    case 'picture':
      return savePicture(run, event);
    case 'cache':
    case 'tokens':
    case 'resized':
      return tell(run, event);
    case 'checkpoint':
      return saveCheckpoint(run, run.jobId, event.state);
    default:
      event satisfies never;
  }
}

/** The picture just made is the likely next target, beside the same references. */
async function nextReferences(run: JobRun): Promise<(Uint8Array | MadePicture)[]> {
  const { db, blobs, turn } = run;
  const picture = picturesOfTurn(db, turn.id)[0];
  if (!picture) return [];
  const others = inputsOfTurn(db, turn.id).filter(({ role }) => role !== 'target' && role !== 'mask');
  return Promise.all([madePicture(blobs, picture), ...others.map((input) => readReference(run, input))]);
}

function tell({ db, jobId, sessionId, turn }: JobRun, { type, ...told }: ToldEvent): void {
  const payload = { turnId: turn.id, ...told };
  db.write(() => appendEvent(db, { sessionId, jobId, type, payload } as EventDraft));
}

async function requestOf(run: JobRun): Promise<GenerationRequest> {
  const { db, blobs, turn, recipe } = run;
  const { widthPx, heightPx, seed, steps, guidanceScale, count, layout, renderTexts } = recipe;
  const inputs = inputsOfTurn(db, turn.id);
  const seen = inputs.filter(({ role }) => role !== 'mask');
  const mask = inputs.find(({ role }) => role === 'mask');
  const references = await Promise.all(seen.map((input) => readReference(run, input)));
  const made = savedIndexes(db, turn.id);
  const only = Array.from({ length: count }, (_, index) => index).filter((index) => !made.includes(index));
  return {
    only,
    owner: findJob(db, run.jobId)!.owner,
    resume: await readCheckpoint(run, run.jobId),
    target: Math.max(
      0,
      seen.findIndex(({ role }) => role === 'target'),
    ),
    mask: mask && (await blobs.read(mask.pixelsBlob!)),
    priorTokens: recipe.layoutOf && decodePriorTokens(await blobs.read(recipe.layoutOf.priorHash)),
    prompt: turn.sentPrompt ?? turn.prompt,
    renderTexts,
    references,
    widthPx,
    heightPx,
    seed,
    steps,
    guidanceScale,
    count,
    layout,
  };
}

/**
 * An input's file; for a picture that this model made in this session, with what it was made from, unless the recipe asks for
 * pixels. To another model those tokens would mean something else.
 */
async function readReference(
  { db, blobs, turn, recipe }: JobRun,
  input: InputRow,
): Promise<Uint8Array | MadePicture> {
  const picture =
    recipe.chain === 'exact' ? pictureOfSession(db, turn.sessionId, input.pictureId) : undefined;
  const isOfThisModel = picture && findTurn(db, picture.turnId)?.recipe?.modelDigest === recipe.modelDigest;
  return isOfThisModel ? madePicture(blobs, picture) : blobs.read(input.pixelsBlob!);
}

/** A picture's file, with what it was made from where that is stored. */
async function madePicture(blobs: BlobStore, picture: PictureRow): Promise<Uint8Array | MadePicture> {
  const file = await blobs.read(picture.pixelsBlob);
  if (!picture.latentBlob || !picture.priorBlob) return file;
  const [latents, prior] = await Promise.all([blobs.read(picture.latentBlob), blobs.read(picture.priorBlob)]);
  return { file, latents: decodeLatents(latents), priorTokens: decodePriorTokens(prior) };
}

function checkComplete({ db, turn, recipe, jobId }: JobRun): void {
  const saved = savedIndexes(db, turn.id).length;
  if (saved !== recipe.count && findJob(db, jobId))
    throw new Error(`The engine ended after ${saved} of ${recipe.count} pictures`);
}

/** Stores how a run ended that did not end well. */
function conclude(run: JobRun, error: unknown, { reason }: Stop): void {
  const job = findJob(run.db, run.jobId);
  if (!job) return;
  const failure = failureOf(error);
  if (reason === 'cancel') end(run, 'cancelled');
  else if (reason === 'pause') end(run, 'paused', { attempt: job.attempt - 1 });
  else if (reason === 'shutdown') end(run, 'interrupted', { attempt: job.attempt - 1 });
  else if (failure.code !== 'engine_died') fail(run, error, failure);
  else if (job.attempt < MAX_ATTEMPTS) end(run, 'interrupted');
  else fail(run, error, { code: 'engine_died', message: failureSentence('engine_died', job.attempt) });
}

function fail(run: JobRun, error: unknown, { code, message }: JobFailure): void {
  run.log.warn({ err: error, job: run.jobId }, 'a job failed');
  end(run, 'failed', { errorCode: code, errorMessage: message });
}

type End = 'done' | 'failed' | 'cancelled' | 'interrupted' | 'paused';

function end({ db, jobId, sessionId }: JobRun, state: End, change: Partial<JobRow> = {}): void {
  if (findJob(db, jobId)) endJob(db, { id: jobId, sessionId }, state, change);
}

/** Stores the end of a run and tells of it. */
export function endJob(
  db: Database,
  { id, sessionId }: { id: string; sessionId: string },
  state: End,
  change: Partial<JobRow> = {},
): JobRow {
  return db.write(() => {
    const finishedAt = state === 'interrupted' || state === 'paused' ? null : Date.now();
    const job = updateJob(db, id, { ...change, state, finishedAt });
    appendEvent(db, { sessionId, jobId: id, type: `job.${state}`, payload: { job: jobView(job) } });
    return job;
  });
}
