/**
 * What stands in the composer, one draft per session, kept in localStorage so that a reload loses nothing, and the same in every
 * tab. Where a browser forbids storage, a draft lives as long as its page.
 * A small external store for `useSyncExternalStore`; knows neither server nor sending.
 */
import { useSyncExternalStore } from 'react';
import type { OtherPicture } from '../../../studio/pictures.ts';
import type { InputRole, TurnBody, TurnMode, TurnView } from '../../../studio/protocol.ts';
import { draftDefaults } from './preferences.ts';

/** A picture put into the message by hand. */
export interface DraftReference {
  pictureId: string;
  role: Extract<InputRole, 'reference' | 'style'>;
  /** What there is to know of a picture of another session; absent for one of this. */
  other?: OtherPicture;
}

/** What was painted over the target; it counts only while that picture is the target. */
export interface DraftMask {
  hash: string;
  targetId: string;
  /** Share of the picture that may change, 0 to 1. */
  paintedShare: number;
}

export interface Draft {
  text: string;
  /** `null`: edit the head when there is one, else a new picture. The composer always shows which. */
  mode: TurnMode | null;
  /** Picture to edit; `null` means the head of the session. */
  targetId: string | null;
  references: DraftReference[];
  mask: DraftMask | null;
  /** Words to draw; an empty list leaves it to the quotes in the text. */
  renderTexts: string[];
  options: DraftOptions;
  /** The model reads the message in words that it understands best, not as it was typed. */
  enhance: boolean;
  /** The engine that draws; `null` leaves it to the session. */
  model: string | null;
  /** Another engine that draws the same message too. */
  also: string | null;
}

/** `undefined` leaves the choice to the server. */
export type DraftOptions = NonNullable<TurnBody['options']>;

export const EMPTY_DRAFT: Draft = {
  text: '',
  mode: null,
  targetId: null,
  references: [],
  mask: null,
  renderTexts: [],
  options: {},
  enhance: false,
  model: null,
  also: null,
};

/** As an earlier version may have written it: 0.1.0 called the id of a picture `imageId`. */
type StoredDraft = Partial<Omit<Draft, 'references'>> & {
  references?: (Omit<DraftReference, 'pictureId'> & { pictureId?: string; imageId?: string })[];
};

const cache = new Map<string, Draft>();
const listeners = new Set<() => void>();

function storageKey(sessionId: string | null): string {
  return `draft:${sessionId ?? 'new'}`;
}

export function readDraft(sessionId: string | null): Draft {
  const key = storageKey(sessionId);
  const known = cache.get(key);
  if (known) return known;
  const draft = parsed(stored(key));
  cache.set(key, draft);
  return draft;
}

/** A draft of a session or of none, as it begins: with the options that the settings name. */
export function freshDraft(): Draft {
  return { ...EMPTY_DRAFT, ...draftDefaults() };
}

/** Even to look for the storage throws where it is forbidden. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** A draft written by an older version, or by hand, must never keep the page from opening. */
function parsed(text: string | null): Draft {
  if (text === null) return freshDraft();
  try {
    const { references = [], ...stored } = JSON.parse(text) as StoredDraft;
    const named = references.flatMap(({ imageId, pictureId = imageId, ...rest }) =>
      pictureId === undefined ? [] : [{ pictureId, ...rest }],
    );
    return { ...EMPTY_DRAFT, ...stored, references: named };
  } catch {
    return EMPTY_DRAFT;
  }
}

export function writeDraft(sessionId: string | null, change: Partial<Draft>): void {
  const key = storageKey(sessionId);
  const draft = { ...readDraft(sessionId), ...change };
  cache.set(key, draft);
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Full or forbidden storage: the draft still lives in memory.
  }
  for (const listener of listeners) listener();
}

/** What is sent is gone from the box; model, wording, size, steps and count stay as they were set. */
export function clearDraft(sessionId: string | null): void {
  const { options, model, enhance } = readDraft(sessionId);
  writeDraft(sessionId, { ...EMPTY_DRAFT, options, model, enhance });
}

/** Nothing is left of a draft, options included. */
export function forgetDraft(sessionId: string | null): void {
  writeDraft(sessionId, freshDraft());
}

/** The message of a turn as it would be written again, with the pictures that went in. */
export function draftOf({ prompt, mode, inputs }: TurnView): Partial<Draft> {
  const references = inputs.flatMap(({ pictureId, role }): DraftReference[] =>
    role === 'reference' || role === 'style' ? [{ pictureId, role }] : [],
  );
  const targetId = inputs.find(({ role }) => role === 'target')?.pictureId ?? null;
  return { text: prompt, mode, targetId, references, mask: null };
}

/** Puts a picture behind those that are there. Once more with another role changes its role. */
export function addReference(sessionId: string | null, reference: DraftReference): void {
  const { references } = readDraft(sessionId);
  const others = references.filter(({ pictureId }) => pictureId !== reference.pictureId);
  writeDraft(sessionId, { references: [...others, reference] });
}

/** Whether anything but the words of a message was chosen for it: then it is a turn as it stands, whatever the words say. */
export function isByHand({ mode, targetId, references, mask, renderTexts, also }: Draft): boolean {
  const isChosen = mode !== null || targetId !== null || mask !== null || also !== null;
  return isChosen || references.length > 0 || renderTexts.length > 0;
}

/** Another tab wrote a draft: it is what stands here too, so that neither overwrites the other with what it was before. */
function follow({ key }: StorageEvent): void {
  if (key === null) cache.clear();
  else if (!cache.delete(key)) return;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('storage', follow);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('storage', follow);
  };
}

export function useDraft(sessionId: string | null): Draft {
  return useSyncExternalStore(
    subscribe,
    () => readDraft(sessionId),
    () => EMPTY_DRAFT,
  );
}
