/** The HTTP routes of the server as functions, in the order of `server/http/app.ts`. */
import type { Plan } from '../../../studio/agent/actions.ts';
import type { Known } from '../../../studio/known.ts';
import type {
  ComposedAnswer,
  ContextResult,
  EngineList,
  EngineTrial,
  GalleryPage,
  GalleryPicture,
  Health,
  JobView,
  Looking,
  MaskView,
  MessageAnswer,
  MessageBody,
  OperationView,
  PictureView,
  PlanAnswer,
  QueueView,
  RepeatBody,
  ReplayAnswer,
  ReplayChange,
  Restored,
  SearchPage,
  SessionChange,
  SessionPage,
  SessionSnapshot,
  SessionView,
  TurnBody,
  TurnChange,
  TurnView,
} from '../../../studio/protocol.ts';
import type { JobVerb, SessionListState, TurnKind } from '../../../studio/vocabulary.ts';
import { randomKey } from './random-key.ts';
import { call, callWithRetry, json, query } from './request.ts';

export { ApiError } from './request.ts';

const sessionPath = (id: string, rest = '') => `/api/sessions/${encodeURIComponent(id)}${rest}`;
const POST = { method: 'POST' };

/** A server that is only loading answers 503, which is an answer; it throws when there is none. */
export async function getHealth(): Promise<Health> {
  const response = await fetch('/api/health', { cache: 'no-store' });
  return (await response.json()) as Health;
}

export function getKnown(model?: string): Promise<Known> {
  return call(`/api/model${query({ model })}`, { cache: 'no-cache' });
}

export function listEngines(): Promise<EngineList> {
  return call('/api/engines');
}

/** An engine to add: a checkpoint folder of the server's machine, or a server elsewhere. */
export type NewEngine =
  | { name: string; kind: 'embedded'; folder: string }
  | { name: string; kind: string; addresses: string[]; model?: string; keyEnv?: string };

const enginePath = (name: string, rest = '') => `/api/engines/${encodeURIComponent(name)}${rest}`;

export function addEngine(engine: NewEngine): Promise<unknown> {
  return call('/api/engines', json(engine));
}

export function removeEngine(name: string): Promise<void> {
  return call(enginePath(name), { method: 'DELETE' });
}

export function setDefaultEngine(name: string): Promise<unknown> {
  return call(enginePath(name), json({ default: true }, { method: 'PATCH' }));
}

/** Loads an engine for messages to come. */
export function startEngine(name: string): Promise<unknown> {
  return call(enginePath(name, '/start'), POST);
}

/** Lets an engine draw a small picture that is stored nowhere. */
export function tryEngine(name: string): Promise<EngineTrial> {
  return call(enginePath(name, '/test'), POST);
}

/** Sessions by their newest change, and the place in the event log from which to follow them. */
export function listSessions(state: SessionListState, cursor?: string): Promise<SessionPage> {
  return call(`/api/sessions${query({ state: state === 'active' ? undefined : state, cursor })}`);
}

export async function createSession(): Promise<SessionView> {
  return (await callWithRetry<{ session: SessionView }>('/api/sessions', json({}))).session;
}

export async function importSession(file: Blob): Promise<SessionView> {
  const headers = { 'Content-Type': 'application/octet-stream' };
  const init = { method: 'POST', headers, body: file };
  return (await call<{ session: SessionView }>('/api/sessions/import', init)).session;
}

export function exportHref(sessionId: string): string {
  return sessionPath(sessionId, '/export');
}

export function openSession(id: string): Promise<SessionSnapshot> {
  return call(sessionPath(id));
}

export async function changeSession(id: string, change: SessionChange): Promise<SessionView> {
  return (await call<{ session: SessionView }>(sessionPath(id), json(change, { method: 'PATCH' }))).session;
}

export function deleteSession(id: string): Promise<void> {
  return call(sessionPath(id), { method: 'DELETE' });
}

export async function restoreSession(id: string): Promise<SessionView> {
  return (await call<{ session: SessionView }>(sessionPath(id, '/restore'), POST)).session;
}

export type HistoryStep = 'undo' | 'redo';

/** The operation that was taken back or done again, and how the session stands since. */
export interface SteppedHistory {
  operation: OperationView;
  session: SessionView;
}

/** Takes back, or does again, the newest operation of the session. */
export function stepHistory(id: string, step: HistoryStep): Promise<SteppedHistory> {
  return call(sessionPath(id, `/${step}`), POST);
}

export interface Uploaded {
  turn: TurnView;
  /** The picture of the turn that was uploaded: a file with a receipt may come back to a turn that made several. */
  pictureId: string;
  /** The branch that a file with a receipt brought with it. */
  restored?: Restored;
}

export function uploadPicture(sessionId: string, file: Blob): Promise<Uploaded> {
  const type = file.type || 'application/octet-stream';
  const init = { method: 'POST', headers: { 'Content-Type': type }, body: file };
  return call(sessionPath(sessionId, '/uploads'), init);
}

export async function uploadMask(sessionId: string, png: Blob): Promise<MaskView> {
  const init = { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: png };
  return (await call<{ mask: MaskView }>(sessionPath(sessionId, '/masks'), init)).mask;
}

/** The context that a turn would be stored with; nothing is stored. */
export function compileTurn(sessionId: string, body: TurnBody, signal: AbortSignal): Promise<ContextResult> {
  return call(sessionPath(sessionId, '/context'), { ...json(body), signal });
}

/** The turn with its job, as the page holds both. */
async function queued(answer: Promise<{ turn: TurnView; job: JobView }>): Promise<TurnView> {
  const { turn, job } = await answer;
  return { ...turn, job: turn.job ?? job };
}

export function postTurn(sessionId: string, body: TurnBody, key: string): Promise<TurnView> {
  return queued(callWithRetry(sessionPath(sessionId, '/turns'), json(body, { key })));
}

/** Says something in words. What was read as the turn that came with it is answered as that turn. */
export function postMessage(sessionId: string, body: MessageBody, key: string): Promise<ComposedAnswer> {
  return callWithRetry(sessionPath(sessionId, '/messages'), json(body, { key }));
}

/** How a message would be read; nothing is stored. */
export function planMessage(
  sessionId: string,
  body: Omit<MessageBody, 'dryRun'>,
  signal: AbortSignal,
): Promise<PlanAnswer> {
  return call(sessionPath(sessionId, '/messages'), { ...json({ ...body, dryRun: true }), signal });
}

/** Changes the steps of a message that are not done yet. */
export function changePlan(messageId: string, plan: Plan): Promise<MessageAnswer> {
  return call(`/api/messages/${messageId}`, json({ plan }, { method: 'PATCH' }));
}

export function getLooking(): Promise<Looking> {
  return call('/api/looking');
}

/** Sets whether an edit that did not work is drawn once more by itself. */
export function setLooking(onceMore: boolean): Promise<Looking> {
  return call('/api/looking', json({ onceMore }, { method: 'PUT' }));
}

export function repeatTurn(turnId: string, body: RepeatBody): Promise<TurnView> {
  return queued(callWithRetry(`/api/turns/${turnId}/repeat`, json(body, { key: randomKey() })));
}

export function replay(sessionId: string, change: ReplayChange, dryRun = false): Promise<ReplayAnswer> {
  return callWithRetry(sessionPath(sessionId, '/replay'), json({ change, dryRun }, { key: randomKey() }));
}

/** The instructions between two pictures as one text, before anything is made. */
export async function rebasePrompt(sessionId: string, from: string, to: string): Promise<string> {
  const path = sessionPath(sessionId, '/rebase');
  return (await call<{ prompt: string }>(path, json({ from, to, dryRun: true }, { key: randomKey() })))
    .prompt;
}

export function rebase(sessionId: string, from: string, to: string, prompt: string): Promise<TurnView> {
  const init = json({ from, to, prompt }, { key: randomKey() });
  return queued(callWithRetry(sessionPath(sessionId, '/rebase'), init));
}

export function changeTurn(turnId: string, state: TurnChange['state']): Promise<unknown> {
  return call(`/api/turns/${turnId}`, json({ state }, { method: 'PATCH' }));
}

export function getQueue(): Promise<QueueView> {
  return call('/api/queue');
}

export function pauseQueue(paused: boolean): Promise<QueueView> {
  return call('/api/queue', json({ paused }));
}

export function changeJob(id: string, verb: JobVerb): Promise<unknown> {
  return call(`/api/jobs/${id}/${verb}`, POST);
}

/** Moves a waiting job right before another one, or with null to the end of the queue. */
export function moveJob(id: string, before: string | null): Promise<unknown> {
  return call(`/api/jobs/${id}/move`, json({ before }));
}

export function search(q: string, signal: AbortSignal, cursor?: string): Promise<SearchPage> {
  return call(`/api/search${query({ q, cursor })}`, { signal });
}

export interface GalleryFilter {
  q?: string;
  kind?: TurnKind;
}

export function listPictures(
  filter: GalleryFilter,
  signal: AbortSignal,
  cursor?: string,
): Promise<GalleryPage> {
  return call(`/api/pictures${query({ ...filter, cursor })}`, { signal });
}

export function getPicture(id: string): Promise<{ picture: GalleryPicture; turn: TurnView }> {
  return call(`/api/pictures/${encodeURIComponent(id)}`);
}

/** Name of a picture as a file. */
export function fileNameOf({ version }: PictureView): string {
  return `palimpsest-v${version}.png`;
}

/** Address of a picture as a file to save; one that was made here carries its receipt. */
export function downloadHref(picture: PictureView): string {
  return `/images/${picture.hash}?download=${encodeURIComponent(fileNameOf(picture))}`;
}
