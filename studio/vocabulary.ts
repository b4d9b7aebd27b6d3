/**
 * The closed lists of words: states, kinds, roles, modes and the like, each in its one order. Tables, request schemas, types,
 * receipts, bundles, page and messages derive theirs from here. Pure; imports nothing but types.
 */
import type { STAGES as ENGINE_STAGES } from '../engine/index.ts';

/**
 * `queued` (a job may wait for other turns too), `running`, `interrupted` (goes on by itself), `paused` (until resumed), and
 * the ends `done`, `failed`, `cancelled`.
 */
export const JOB_STATES = [
  'queued',
  'running',
  'interrupted',
  'paused',
  'done',
  'failed',
  'cancelled',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** States of a job that starts as soon as there is room and its inputs are made. */
export const RUNNABLE: readonly JobState[] = ['queued', 'interrupted'];
/** States of a job that has a place in line and does not run. */
export const WAITING: readonly JobState[] = [...RUNNABLE, 'paused'];
/** States of a job that has not ended: its pictures are still to come. */
export const UNDER_WAY: readonly JobState[] = [...WAITING, 'running'];
/** States that a job stays in. */
export const ENDED = ['done', 'failed', 'cancelled'] as const satisfies readonly JobState[];
/** States from which a job can be tried again. */
export const RETRIABLE: readonly JobState[] = ['failed', 'cancelled'];

/** Actions of a person on a job. */
export const JOB_VERBS = ['cancel', 'retry', 'pause', 'resume'] as const;
export type JobVerb = (typeof JOB_VERBS)[number];

/** How a turn came about: a picture that was added, one from words (and references), or a changed one. */
export const TURN_KINDS = ['upload', 'generate', 'edit'] as const;
export type TurnKind = (typeof TURN_KINDS)[number];

/** `disabled`: left out by a replay; `removed`: hidden. Both keep everything. */
export const TURN_STATES = ['active', 'disabled', 'removed'] as const;
export type TurnState = (typeof TURN_STATES)[number];

/** Lists of sessions: those in use, those put aside, and those that can still be restored. */
export const SESSION_STATES = ['active', 'archived', 'deleted'] as const;
export type SessionListState = (typeof SESSION_STATES)[number];

/** Orders of the gallery. */
export const GALLERY_SORTS = ['newest', 'oldest'] as const;
export type GallerySort = (typeof GALLERY_SORTS)[number];

/** Formats in which a picture can be saved, and how their files' names end. */
export const SAVED_FORMATS = ['png', 'jpeg', 'webp'] as const;
export type SavedFormat = (typeof SAVED_FORMATS)[number];
export const EXTENSIONS: Record<SavedFormat, string> = { png: 'png', jpeg: 'jpg', webp: 'webp' };

/** Widths of small views of pictures, in pixels of the screen. */
export const THUMBNAIL_WIDTHS = [96, 192, 384, 768] as const;
export type ThumbnailWidth = (typeof THUMBNAIL_WIDTHS)[number];

/** The part that a picture has in the turn that it goes into. */
export const INPUT_ROLES = ['target', 'reference', 'style', 'mask'] as const;
export type InputRole = (typeof INPUT_ROLES)[number];

/** How a picture came into a turn: named by hand, by a mention in the text, or as the mode's default. */
export const INPUT_SOURCES = ['named', 'mention', 'default'] as const;
export type InputSource = (typeof INPUT_SOURCES)[number];

/** The purpose of a turn; shown as a chip, never guessed. */
export const TURN_MODES = ['new', 'edit', 'style', 'identity', 'combine'] as const;
export type TurnMode = (typeof TURN_MODES)[number];

/** `shared`: one sampled layout for all pictures of a turn; `separate`: each picture samples its own. */
export const LAYOUTS = ['shared', 'separate'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** How an input that was made in the session is read: `exact` from its stored prior tokens and latents, or from its pixels. */
export const CHAINS = ['exact', 'pixels'] as const;
export type Chain = (typeof CHAINS)[number];

/** A `draft` takes fewer steps where none are named. */
export const QUALITIES = ['draft', 'final'] as const;
export type Quality = (typeof QUALITIES)[number];

/** Operations on a session that can be undone. */
export const OPERATION_KINDS = [
  'turn',
  'upload',
  'head',
  'rename',
  'archive',
  'remove',
  'bring-back',
  'disable',
  'enable',
  'move',
  'reword',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Where the changed region of a measured edit comes from. */
export const DRIFT_REGIONS = ['mask', 'estimated'] as const;
/** Figures of a drift that can pass their threshold. */
export const DRIFT_ALARMS = ['psnr', 'ssim', 'shift', 'scale'] as const;

/** The stages of one picture, in order: the engine's list, which the type holds this one to. */
export const STAGES: typeof ENGINE_STAGES = ['encode', 'prior', 'denoise', 'vae'];
export type Stage = (typeof STAGES)[number];

/** Whether the pictures of a turn are still to come. */
export const isUnderWay = (job: { state: JobState } | null): boolean =>
  job !== null && UNDER_WAY.includes(job.state);

/**
 * What of the data folder can be given back. `deleted`: sessions that can still be brought back; `unused`: files that no message names;
 * `caches`: what is computed again when it is needed.
 */
export const FREEABLE = ['deleted', 'unused', 'caches'] as const;
export type Freeable = (typeof FREEABLE)[number];
