/**
 * What page and server say to each other: request schemas (zod), snapshot and event types.
 * Imported by both sides; knows neither React nor SQL.
 *
 *     GET    /api/health                  200 { state, model } once a turn can be taken, else 503 { state, model, error }
 *     GET    /api/sessions                { sessions: SessionView[], seq }
 *     POST   /api/sessions                { title? }  201 { session }
 *     GET    /api/sessions/:id            SessionSnapshot
 *     PATCH  /api/sessions/:id            { title }  { session }
 *     DELETE /api/sessions/:id            204
 *     POST   /api/sessions/:id/uploads    bytes of a picture, or multipart/form-data with one file  201 { node }
 *     POST   /api/sessions/:id/turns      TurnBody  202 { node, job }
 *     POST   /api/jobs/:id/cancel         202 { job }
 *     POST   /api/jobs/:id/retry          202 { job }
 *     GET    /images/:hash[?download=name]
 *
 * Every error is an ErrorBody. Writes from another site are refused with 403.
 */
import { z } from 'zod';
import type { ModelInfo } from '../engine/index.ts';

export const INPUT_ROLES = ['target', 'reference', 'style', 'mask'] as const;
export type InputRole = (typeof INPUT_ROLES)[number];

/** Body of `POST /api/sessions/:id/turns`; needs an `Idempotency-Key` header. Answer 202 `{ node, job }`. */
export const turnSchema = z.strictObject({
  prompt: z.string(),
  /** `new` makes a picture from text and inputs; `edit` edits the target (default: the head of the session). */
  mode: z.enum(['new', 'edit']),
  inputs: z.array(z.strictObject({ imageId: z.string(), role: z.enum(INPUT_ROLES) })).default([]),
  renderTexts: z.array(z.string()).optional(),
  options: z
    .strictObject({
      widthPx: z.int().optional(),
      heightPx: z.int().optional(),
      seed: z.int().nonnegative().optional(),
      steps: z.int().optional(),
      guidanceScale: z.number().optional(),
      count: z.int().optional(),
      layout: z.enum(['shared', 'separate']).optional(),
      /** How an input made in this session is read: from what it was made of, or from its pixels. */
      chain: z.enum(['exact', 'pixels']).optional(),
    })
    .default({}),
});
export type TurnBody = z.input<typeof turnSchema>;
export type Turn = z.output<typeof turnSchema>;

export const newSessionSchema = z.strictObject({ title: z.string().trim().max(200).default('') });
export const renameSchema = z.strictObject({ title: z.string().trim().min(1).max(200) });

/** Answer of `GET /api/health`. `model` is null until it was loaded once. */
export interface Health {
  state: 'loading' | 'ready' | 'restarting' | 'failed' | 'closed';
  model: ModelInfo | null;
  error?: ErrorBody['error'];
}

export interface SessionView {
  id: string;
  title: string;
  createdAt: number;
  updatedAt: number;
  /** Image that the next edit starts from. */
  headImageId: string | null;
  /** Blob hash of the newest picture. */
  thumbnailHash: string | null;
  imageCount: number;
}

export interface ImageView {
  id: string;
  nodeId: string;
  /** v1, v2, … in order of creation within the session; uploads count too. */
  version: number;
  index: number;
  /** Served from `/images/HASH`. */
  hash: string;
  widthPx: number;
  heightPx: number;
}

export interface Recipe {
  widthPx: number;
  heightPx: number;
  seed: number;
  steps: number;
  guidanceScale: number;
  count: number;
  layout: 'shared' | 'separate';
  /** Absent means pixels. */
  chain?: 'exact' | 'pixels';
  renderTexts?: string[];
  modelName: string;
  modelDigest: string;
}

export type JobState = 'queued' | 'running' | 'interrupted' | 'done' | 'failed' | 'cancelled';

export interface JobView {
  id: string;
  nodeId: string;
  state: JobState;
  attempt: number;
  error: { code: string; message: string } | null;
  elapsedMs: Partial<Record<'encode' | 'prior' | 'decode' | 'vae', number>> | null;
}

export interface NodeView {
  id: string;
  kind: 'upload' | 'generate' | 'edit';
  prompt: string;
  createdAt: number;
  /** `hash` is the picture's blob: it can be shown even if the picture is of another session, or deleted since. */
  inputs: { imageId: string; role: InputRole; position: number; hash: string }[];
  recipe: Recipe | null;
  images: ImageView[];
  job: JobView | null;
}

/** Answer of `GET /api/sessions/:id`: state up to and including event `seq`; subscribe after it. */
export interface SessionSnapshot {
  session: SessionView;
  nodes: NodeView[];
  seq: number;
  /**
   * Where jobs under way stand: the newest `stage` and `preview` of each picture, oldest first, all up to `seq`.
   * Apply them as if they had just come.
   */
  progress?: SessionEvent[];
}

/** A row of the event log as the socket sends it. */
export type SessionEvent = { seq: number; sessionId: string; jobId: string | null; at: number } & (
  | { type: 'turn.created'; payload: { node: NodeView } }
  | { type: 'upload.created'; payload: { node: NodeView } }
  | { type: 'job.queued'; payload: { job: JobView; position: number } }
  | { type: 'job.started'; payload: { job: JobView } }
  | {
      type: 'stage';
      payload: {
        nodeId: string;
        stage: 'encode' | 'prior' | 'decode' | 'vae';
        imageIndex: number;
        done: number;
        total: number;
      };
    }
  | {
      type: 'preview';
      payload: { nodeId: string; imageIndex: number; dataUrl: string; widthPx: number; heightPx: number };
    }
  | { type: 'image.saved'; payload: { image: ImageView } }
  | { type: 'job.done' | 'job.failed' | 'job.cancelled' | 'job.interrupted'; payload: { job: JobView } }
  | { type: 'session.created' | 'session.updated' | 'session.deleted'; payload: { session: SessionView } }
);

/**
 * What a client sends on the socket at `/api/events`: a session's id, or `*` for the `session.*` events of all sessions.
 * Every later event comes in order, once; a closed socket asks again from its last `seq`. One socket may follow
 * several feeds, each a sequence of its own; asking again for the same feed moves its cursor.
 * The answers are SessionEvent frames; what cannot be understood is answered with an ErrorBody frame.
 */
export const subscribeSchema = z.strictObject({ subscribe: z.string(), after: z.int().nonnegative() });

/** Close code of a socket whose reader was too slow; nothing is lost, subscribe again from the last `seq`. */
export const SLOW_READER = 4008;

/** Error answer of every route: 400 names the field. */
export interface ErrorBody {
  error: { code: string; message: string; field?: string };
}
