/**
 * The language between page and server: the views that routes answer, the events of the log. The bodies and queries are in
 * `requests.ts`; the routes are the lines of `server/http/app.ts`, and `GET /api/openapi.json` of a running server. Imported by
 * both sides; knows neither React nor SQL.
 */

import type { CacheUse, EngineState, ModelInfo, SecondLook, TokenCounts } from '../engine/index.ts';
import type { Plan, Said, StepOutcome } from './agent/actions.ts';
import type { LanguageCall, MessageReading } from './agent/message-reading.ts';
import type { Drift, ElapsedMs, Recipe } from './recipe.ts';
import type { ContextNote, Wording } from './refusal.ts';
import type {
  Freeable,
  InputRole,
  InputSource,
  JobState,
  OperationKind,
  Stage,
  TurnKind,
  TurnMode,
  TurnState,
} from './vocabulary.ts';

export type { CacheUse, SecondLook } from '../engine/index.ts';
export type { Said, SaidWords, StepOutcome } from './agent/actions.ts';
export type { Looking, Message, MessageBody } from './agent/message.ts';
export type { LanguageCall, MessageReading } from './agent/message-reading.ts';
export type { Drift, DriftFigures, ElapsedMs, Recipe } from './recipe.ts';
export type { ContextNote } from './refusal.ts';
export type * from './requests.ts';
export type { InputRole, JobState, TurnMode } from './vocabulary.ts';

/** Answer of `GET /api/health`. `model` is null until it was loaded once. */
export interface Health {
  /** Of the engine; or `degraded`: the server answers, and can store nothing. */
  state: EngineState | 'degraded';
  model: ModelInfo | null;
  error?: ErrorBody['error'];
}

/** Whether an engine can draw now: `idle` is loaded once it is asked for, `away` comes back by itself. */
export type EngineStanding = 'idle' | 'starting' | 'ready' | 'away' | 'failed';

/** An engine that this server can draw by. */
export interface EngineView {
  name: string;
  /** `embedded`: a checkpoint of this machine; else how the server elsewhere is spoken to. */
  kind: string;
  standing: EngineStanding;
  /** Why it is away, or failed. */
  reason: string | null;
  /** Null until it was loaded once. */
  model: ModelInfo | null;
  /** It draws where none is named. */
  isDefault: boolean;
  /** Memory of its process; null where it has none here. */
  residentBytes: number | null;
  /** Mean time of a picture, as measured; null until there was one. */
  meanPictureMs: number | null;
  /** Jobs that have not ended and are to be drawn by it. */
  jobs: number;
  /** Where it is; null for a reader who may not change the engines. */
  source: EngineSource | null;
}

export interface EngineSource {
  folder?: string | undefined;
  addresses?: string[] | undefined;
  model?: string | undefined;
  /** The environment variable that has the key; never the key. */
  keyEnv?: string | undefined;
}

/** Answer of `GET /api/engines`. */
export interface EngineList {
  engines: EngineView[];
  /** Whether this reader may add, try and remove engines. */
  mayChange: boolean;
  /** How engines elsewhere can be spoken to. */
  kinds: string[];
}

/** Answer of `POST /api/engines/:name/test`: a small picture that is stored nowhere. */
export interface EngineTrial {
  dataUrl: string;
  widthPx: number;
  heightPx: number;
  ms: number;
}

/** Answer of `GET /api/stored`: what the studio keeps of whoever asks. */
export interface Stored {
  sessions: number;
  /** Deleted, and not purged yet. */
  deletedSessions: number;
  /** Prompts as they were typed, with their recipes. */
  messages: number;
  pictures: { count: number; bytes: number };
  /** Added files as they came, with all that is written in them. */
  originals: { count: number; bytes: number };
  /** Latents and prior tokens, from which exact edits go on. */
  arrays: { count: number; bytes: number };
  /** Fingerprint of the key that receipts are signed with. */
  signedBy: string;
}

export interface SessionView {
  id: string;
  /** Made from the first message until the session is renamed. */
  title: string;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
  /** Stands above the others of the list since then. */
  pinnedAt: number | null;
  tags: string[];
  /** The active picture: the next edit starts from it. */
  headPictureId: string | null;
  /** Blob hash of the newest picture. */
  thumbnailHash: string | null;
  pictureCount: number;
}

/** Answer of `GET /api/sessions`; follow the feed `*` after `seq`. `nextCursor` is null on the last page. */
export interface SessionPage {
  sessions: SessionView[];
  nextCursor: string | null;
  seq: number;
}

export interface PictureView {
  id: string;
  turnId: string;
  /** v1, v2, … in order of creation within the session; uploads count too. */
  version: number;
  index: number;
  /** Served from `/images/HASH`. */
  hash: string;
  /** The file as it came, of a picture that was added; absent for others. It may be larger, and of another format. */
  originalHash?: string;
  /** Present where it is one. */
  isFavourite?: true;
  widthPx: number;
  heightPx: number;
  /** Whether its prior tokens are stored: without them, as of one made elsewhere, there is no picture of the same layout. */
  hasLayout: boolean;
  /** Null for a picture that edits nothing, and until it was measured (event `picture.measured`). */
  drift: Drift | null;
}

export interface JobView {
  id: string;
  turnId: string;
  /** The engine that is to draw it, or drew it; null or absent for jobs of older versions. */
  engine?: string | null;
  state: JobState;
  attempt: number;
  /** With the code `parent_failed`: a turn that it waited for made no picture. */
  error: { code: string; message: string } | null;
  elapsedMs: ElapsedMs | null;
  /** Turns whose pictures this job needs and that are not made yet. */
  waitsFor: string[];
}

/** Time left until a job is done, waiting included, from the event's `at`: 80 of 100 runs end between low and high. */
export interface Eta {
  lowMs: number;
  likelyMs: number;
  highMs: number;
  /** Measured runs that this is learned from. */
  runs: number;
}

export interface InputView {
  pictureId: string;
  role: InputRole;
  /** Order in the context; masks stand last and have no number in the prompt. */
  position: number;
  /**
   * The picture's blob: it can be shown even if the picture is of another session, or deleted since. Empty while the
   * turn that makes it is not done.
   */
  hash: string;
  /** The turn that makes it; null for a picture of another session and for a mask. */
  turnId: string | null;
}

export interface TurnView {
  id: string;
  kind: TurnKind;
  /** As it was chosen; null for uploads and for turns of older versions. */
  mode: TurnMode | null;
  state: TurnState;
  /** As it was typed. */
  prompt: string;
  /** As the model reads it: mentions are numbers of inputs. */
  sentPrompt: string;
  createdAt: number;
  inputs: InputView[];
  recipe: Recipe | null;
  pictures: PictureView[];
  job: JobView | null;
  /** The turn that this one stands in for since a replay; null for a turn that was asked for by hand. */
  replaces: string | null;
  /** What was said of it when it was asked for, such as words that the model of then does not know. Absent in old events. */
  warnings?: ContextNote[];
}

/** Something done to a session that can be undone. */
export interface OperationView {
  id: number;
  kind: OperationKind;
  at: number;
  /** The turn it is about, where there is one. */
  turnId: string | null;
}

/** The operations that undo and redo would take next; null: there is none. */
export interface History {
  undo: OperationView | null;
  redo: OperationView | null;
}

/** Answer of `GET /api/sessions/:id`: state up to and including event `seq`; subscribe after it. */
export interface SessionSnapshot {
  session: SessionView;
  turns: TurnView[];
  /** Messages that are more than a turn, oldest first. */
  messages: MessageView[];
  history: History;
  seq: number;
  /**
   * Where jobs under way stand: the newest `job.queued` or `job.position`, `stage`, `preview` and `cache` of each, oldest
   * first, all up to `seq`. Apply them as if they had just come.
   */
  progress?: SessionEvent[];
}

/** Where a waiting or running job stands. Position 0 runs now or next. */
export interface QueueEntry {
  job: JobView;
  sessionId: string;
  prompt: string;
  position: number;
  eta: Eta | null;
}

/** The queue as a whole: running first, then waiting in order, then paused. A paused queue ends what runs and starts nothing. */
export interface QueueView {
  paused: boolean;
  entries: QueueEntry[];
  seq: number;
}

export interface MaskView {
  hash: string;
  widthPx: number;
  heightPx: number;
  /** Share of the area that is white, 0 to 1. */
  paintedShare: number;
}

/** One picture as the model will get it. */
export interface CompiledInput {
  /** 1, 2, …: the model reads it as "image N" in the prompt that is sent. Null for a mask. */
  number: number | null;
  role: InputRole;
  /** Null for the picture of a turn that is not done; then `turnId` and `index` name it. */
  pictureId: string | null;
  turnId: string | null;
  index: number;
  /** Empty where there is no picture yet. */
  hash: string;
  /** Version within its session; null where there is no picture yet, and for a mask. */
  version: number | null;
  /** Null for this session. */
  sessionTitle: string | null;
  widthPx: number | null;
  heightPx: number | null;
  /** Named by hand, by a mention in the text (`mention` is its token), or taken as the mode's default. */
  source: InputSource;
  mention: string | null;
}

/** The context of a turn, complete and in order; the inspector shows it, and the same is sent. */
export interface CompiledContext {
  mode: TurnMode;
  kind: Exclude<TurnKind, 'upload'>;
  prompt: string;
  sentPrompt: string;
  /** The words to draw: those put in by hand, else those between quotes in the prompt. */
  renderTexts: string[];
  inputs: CompiledInput[];
  /** Notes for the user to read before sending. */
  warnings: ContextNote[];
}

/** Answer of `compileContext` and of `POST /api/sessions/:id/context`. */
export type ContextResult =
  | { ok: true; context: CompiledContext }
  | {
      ok: false;
      problems: [ContextNote, ...ContextNote[]];
      /** As far as they were understood. */
      inputs: CompiledInput[];
    };

/** One turn of a replay: made anew, or kept because its compiled request is unchanged. */
export interface ReplayStep {
  /** The turn that it stands in for. */
  replaces: string;
  /** The turn with the pictures; null for one to be made by a dry run. */
  turnId: string | null;
  kept: boolean;
  prompt: string;
}

export interface ReplayAnswer {
  steps: ReplayStep[];
  /** Turns that were queued; empty for a dry run, or where all pictures were there. */
  turns: TurnView[];
}

/** A message that was read: its plan, and what came of each step that was taken. */
export interface MessageView {
  id: string;
  /** As it was typed. */
  text: string;
  /** Empty while a language model reads the message. */
  plan: Plan;
  /** How a language model read it; null where none did. Absent in old events. */
  reading?: MessageReading | null;
  /** One for each step that was taken, in order; a step waits where it needs a picture that is still being made. */
  outcomes: StepOutcome[];
  /** What its answers and questions said when they were given. */
  said: Said[];
  createdAt: number;
}

/** Answer of `GET /api/language`: the language model that reads messages, where one is named. */
export interface LanguageView {
  /** Whether this reader may change it. */
  mayChange: boolean;
  language: {
    model: string;
    /** Whether small pictures of a session go to it. */
    sees: boolean;
    /** What one message may take: seconds, calls, and tokens of its answers. */
    timeS: number;
    steps: number;
    tokens: number;
    /** What a million tokens cost. */
    price: { input: number; output: number; currency: string } | null;
    /** The environment names it; it cannot be taken out on the page. */
    isOfEnvironment: boolean;
    /** Where it is; null for a reader who may not change it. The key is never told. */
    source: { address: string; keyEnv?: string } | null;
  } | null;
}

/** Answer of `POST /api/language/test`: what it said to a short question. */
export interface LanguageTrial {
  words: string;
  calls: LanguageCall[];
  /** Why it said nothing that can be used; null: it answered. */
  failure: MessageReading['failure'];
}

/** Answer of `POST /api/sessions/:id/wording`. */
export interface WordingAnswer {
  wording: string;
  /** The language model that worded it; null: the rules of the drawing model's own list. */
  model: string | null;
  calls: LanguageCall[];
  /** Why a language model that is named did not. */
  failure: MessageReading['failure'];
}

/** What an answer or a question says, in the reader's language. */
export interface SaidStep {
  /** Its place in the plan, from 0. */
  step: number;
  text: string;
  /** What stands on each choice of a question. */
  choices: string[];
}

/** Answer of a dry run of `POST /api/sessions/:id/messages`. */
export interface PlanAnswer {
  plan: Plan;
  /** How a language model read it; null where none did. */
  reading: MessageReading | null;
  said: SaidStep[];
  /** Whether the turn that was sent along would be stored as it is. */
  isTurn: boolean;
}

/** Answer of `POST /api/sessions/:id/messages`, with the turns that it made. */
export interface MessageAnswer {
  message: MessageView;
  turns: TurnView[];
  said: SaidStep[];
}

/** The same for a message that came with a turn and was read as it: it is that turn, and no message beside it. */
export type ComposedAnswer = MessageAnswer | { message: null; turns: [TurnView]; said: [] };

/** A place in the history that a search found. */
export interface SearchHit {
  sessionId: string;
  sessionTitle: string;
  /** Null: the title was found. */
  turnId: string | null;
  /** The text around the first match; `match` marks what was found. */
  snippet: { text: string; match: boolean }[];
  at: number;
  /** The first picture of the turn that was found, or the newest of the session. */
  thumbnailHash: string | null;
  /** Of the session. */
  archived: boolean;
}

export interface SearchPage {
  hits: SearchHit[];
  nextCursor: string | null;
}

export interface GalleryPicture extends PictureView {
  sessionId: string;
  sessionTitle: string;
  kind: TurnKind;
  prompt: string;
  createdAt: number;
}

export interface GalleryPage {
  pictures: GalleryPicture[];
  nextCursor: string | null;
}

/** The turns that a dropped picture of ours brought back, and how many of their pictures are not here. */
export interface Restored {
  turns: TurnView[];
  missingPictures: number;
}

/** Answer of `GET /api/events`: the next events of the feed, in order; none where it has no more. */
export interface EventPage {
  events: SessionEvent[];
}

/** A frame of the socket that says that it is alive, sent after each subscription and every {@link BEAT_MS}. */
export interface Beat {
  beat: true;
}
export const BEAT_MS = 10_000;

/** A row of the event log as the socket sends it. */
export type SessionEvent = { seq: number; sessionId: string; jobId: string | null; at: number } & (
  | { type: 'turn.created'; payload: { turn: TurnView } }
  | { type: 'upload.created'; payload: { turn: TurnView } }
  /** A turn looks different: its state, or an input that was made. */
  | { type: 'turn.updated'; payload: { turn: TurnView } }
  | { type: 'job.queued'; payload: { job: JobView; position: number; eta?: Eta | null } }
  /** The place in line or the time left changed; replaces the event before. */
  | { type: 'job.position'; payload: { job: JobView; position: number; eta: Eta | null } }
  | { type: 'job.started'; payload: { job: JobView; eta?: Eta | null } }
  | {
      type: 'stage';
      payload: {
        turnId: string;
        stage: Stage;
        pictureIndex: number;
        done: number;
        total: number;
        eta?: Eta | null;
      };
    }
  | {
      type: 'preview';
      payload: { turnId: string; pictureIndex: number; dataUrl: string; widthPx: number; heightPx: number };
    }
  /** The prompt was read. */
  | { type: 'tokens'; payload: { turnId: string } & TokenCounts }
  /** Uses of the caches by the whole turn so far: the newest event has all. */
  | { type: 'cache'; payload: { turnId: string; entries: CacheUse[] } }
  /** Pictures made here that were read from their pixels, by place among the inputs: their size is read only when resized. */
  | { type: 'resized'; payload: { turnId: string; references: number[] } }
  /** Pictures, by place among the inputs, that were resized to what an engine elsewhere takes. */
  | { type: 'fitted'; payload: { turnId: string; references: number[] } }
  /** The model knew no mask and drew the whole picture; outside of the mask the target's pixels were put back. */
  | { type: 'composited'; payload: { turnId: string } }
  /** Words were read back in a picture, and where they were misspelt it was drawn once more. */
  | { type: 'second-look'; payload: { turnId: string; pictureIndex: number } & SecondLook }
  | { type: 'picture.saved'; payload: { picture: PictureView } }
  /** The drift of an edit is known, or a picture became a favourite or stopped being one; `picture` is whole. */
  | { type: 'picture.measured' | 'picture.marked'; payload: { picture: PictureView } }
  | {
      type: 'job.done' | 'job.failed' | 'job.cancelled' | 'job.interrupted' | 'job.paused';
      payload: { job: JobView };
    }
  /** All words so far of the language model that reads a message. Only the newest is kept. */
  | { type: 'message.words'; payload: { messageId: string; words: string } }
  /** A message came or was read; a step of it was taken, or its plan was changed. */
  | { type: 'message.created' | 'message.updated'; payload: { message: MessageView } }
  /** An operation was done, undone or redone. Turns and session that changed come in events of their own beside it. */
  | {
      type: 'operation.done' | 'operation.undone' | 'operation.redone';
      payload: { operation: OperationView; history: History };
    }
  /** `deleted` can be restored (`session.restored`) until `purged`, which comes after all other events of it are gone. */
  | {
      type: 'session.created' | 'session.updated' | 'session.deleted' | 'session.restored' | 'session.purged';
      payload: { session: SessionView };
    }
  /** On the feed `queue`, whose `sessionId` is `queue`. Only the newest is kept. */
  | { type: 'queue.updated'; payload: { queue: Omit<QueueView, 'seq'> } }
);

/** Header by which a page learns which scripts and styles may take effect in it. */
export const NONCE_HEADER = 'palimpsest-nonce';
/** Close code of a socket whose reader was too slow; nothing is lost, subscribe again from the last `seq`. */
export const SLOW_READER = 4008;

/**
 * Error answer of every route, in the reader's language: 400 names the field; `suggestions` are texts that would be understood
 * in its place. `reason` distinguishes errors of one code, `params` are what the message names: with them the message of the
 * catalogue can be written in any language.
 */
export interface ErrorBody {
  error: Wording & { message: string; field?: string; suggestions?: string[] };
}

/** What the data folder holds, and what of it can be given back. */
export interface StorageView {
  /** Bytes of all sessions that are not deleted, archived ones included. */
  keptBytes: number;
  /** Bytes of what can be freed. */
  freeable: Record<Freeable, number>;
  deletedSessions: number;
  databaseBytes: number;
  /** Bytes that the disk still has. */
  diskFreeBytes: number;
}
