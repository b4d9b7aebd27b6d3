/**
 * What a reader of messages sees of a session: its versions with their words and where each came from, which one is the current
 * one, and what the loaded model knows. Small enough to be given to a language model whole. Pure; knows no row and no blob.
 */
import type { Knows } from '../known.ts';
import type { TurnMode, TurnState } from '../vocabulary.ts';

/** One version of a session. */
export interface SeenVersion {
  version: number;
  /** Versions of one turn have the same; 1, 2, … in the order of the turns. */
  turn: number;
  /** Null for an added file. */
  mode: TurnMode | null;
  /** As it was typed; the name of an added file, or empty. */
  prompt: string;
  /** The version that it changes; null for one that changes none. */
  from: number | null;
  /** Versions that went in beside. */
  references: readonly number[];
  /** `disabled`: left out; such a version can be taken in again. Removed ones are not seen at all. */
  state: Exclude<TurnState, 'removed'>;
  seed: number | null;
  steps: number | null;
  widthPx: number;
  heightPx: number;
}

export interface SeenSession {
  title: string;
  /** In the order of their numbers. */
  versions: readonly SeenVersion[];
  /** The version that an edit goes on from; null where there is none, or it is still being drawn. */
  current: number | null;
  /** Words of the messages that are still being drawn, oldest first. */
  underWay: readonly string[];
  canUndo: boolean;
  canRedo: boolean;
}

/** Everything that a reading depends on. */
export interface MessageContext {
  session: SeenSession;
  /** Null where the model does not say. */
  knows: Knows | null;
  model: string | null;
  /** The language model that reads messages, where one is named. */
  reader?: string | null;
}
