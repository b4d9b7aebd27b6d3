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
  LanguageTrial,
  LanguageView,
  Looking,
  MaskView,
  MessageAnswer,
  MessageBody,
  OperationView,
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
  StorageView,
  Stored,
  TurnBody,
  TurnChange,
  TurnView,
  WordingAnswer,
} from '../../../studio/protocol.ts';
import {
  EXTENSIONS,
  type Freeable,
  type GallerySort,
  type JobVerb,
  type SavedFormat,
  type SessionListState,
  type TurnKind,
  type TurnMode,
} from '../../../studio/vocabulary.ts';
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

export function getStorage(): Promise<StorageView> {
  return call('/api/storage');
}

export function freeStorage(what: Freeable): Promise<StorageView> {
  return call('/api/storage/free', json({ what }));
}

export function listEngines(): Promise<EngineList> {
  return call('/api/engines');
}

export function getStored(): Promise<Stored> {
  return call('/api/stored');
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

export function getLanguage(): Promise<LanguageView> {
  return call('/api/language', { cache: 'no-store' });
}

/** A language model to name: its address, what it is called there, and what it may take. */
export interface NewLanguage {
  address: string;
  model: string;
  sees: boolean;
  keyEnv?: string;
  price?: { input: number; output: number; currency: string };
}

export function nameLanguage(language: NewLanguage): Promise<LanguageView> {
  return call('/api/language', json(language, { method: 'PUT' }));
}

export function removeLanguage(): Promise<void> {
  return call('/api/language', { method: 'DELETE' });
}

export function tryLanguage(): Promise<LanguageTrial> {
  return call('/api/language/test', POST);
}

/** A prompt in words that the model understands best; nothing is stored. */
export function wordPrompt(
  sessionId: string,
  asked: { prompt: string; mode: TurnMode; model?: string },
  signal: AbortSignal,
): Promise<WordingAnswer> {
  return call(sessionPath(sessionId, '/wording'), { ...json(asked), signal });
}

/** Sessions by their newest change, and the place in the event log from which to follow them. */
export function listSessions(state: SessionListState, tag?: string, cursor?: string): Promise<SessionPage> {
  return call(`/api/sessions${query({ state: state === 'active' ? undefined : state, tag, cursor })}`);
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

/** All sessions, each as its bundle, in one archive. */
export const EXPORT_ALL_HREF = '/api/export';

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

export async function duplicateSession(id: string): Promise<SessionView> {
  return (await call<{ session: SessionView }>(sessionPath(id, '/duplicate'), POST)).session;
}

export async function listTags(): Promise<string[]> {
  return (await call<{ tags: string[] }>('/api/tags')).tags;
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

/** With a feather the edge of the mask is that soft. */
export async function uploadMask(sessionId: string, png: Blob, featherPx: number): Promise<MaskView> {
  const init = { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: png };
  const feather = featherPx > 0 ? String(featherPx) : undefined;
  const path = sessionPath(sessionId, `/masks${query({ feather })}`);
  return (await call<{ mask: MaskView }>(path, init)).mask;
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
  favourites?: boolean;
  sort?: GallerySort;
}

export function listPictures(
  filter: GalleryFilter,
  signal: AbortSignal,
  cursor?: string,
): Promise<GalleryPage> {
  const favourites = filter.favourites ? 'true' : undefined;
  return call(`/api/pictures${query({ ...filter, favourites, cursor })}`, { signal });
}

/** Marks a picture as a favourite, or not. */
export function markPicture(id: string, favourite: boolean): Promise<unknown> {
  return call(`/api/pictures/${encodeURIComponent(id)}`, json({ favourite }, { method: 'PATCH' }));
}

/** Takes pictures of other sessions along with their branches; with `move` they are hidden where they were. */
export function takeAlong(sessionId: string, pictureIds: readonly string[], move: boolean): Promise<unknown> {
  return call(sessionPath(sessionId, '/pictures'), json({ pictureIds, move }));
}

export function getPicture(id: string): Promise<{ picture: GalleryPicture; turn: TurnView }> {
  return call(`/api/pictures/${encodeURIComponent(id)}`);
}

/** Address of a picture as a file of a format; one that was made here carries its receipt. The server names the file. */
export function savedHref({ id }: { id: string }, format: SavedFormat = 'png'): string {
  return `/pictures/${encodeURIComponent(id)}.${EXTENSIONS[format]}`;
}

/** The same, to be saved. */
export function downloadHref(picture: { id: string }, format?: SavedFormat): string {
  return `${savedHref(picture, format)}?download`;
}

/** Address of the file of a picture that was added, as it came. */
export function originalHref({ id }: { id: string }): string {
  return `/pictures/${encodeURIComponent(id)}.original`;
}

/** Address of several pictures as one zip: of a session, of a turn, or those of a selection. */
export function zipHref(which: { sessionId: string } | { turnId: string } | { ids: string }): string {
  return `/api/pictures.zip${query({ ...which })}`;
}

/** Address of a session as a page of HTML to be saved. */
export function sessionPageHref(sessionId: string): string {
  return sessionPath(sessionId, '/page');
}
