'use client';
/** What can be done with turns and pictures, for every component that offers it. */
import { createContext, use } from 'react';
import type { PictureView, RepeatBody, ReplayChange, TurnView } from '../../../studio/protocol.ts';
import type { JobVerb } from '../../../studio/vocabulary.ts';
import type { Way } from './use-history-step.ts';

export interface Deeds {
  /** Looks at a picture, large. */
  view: (pictureId: string) => void;
  /** Makes a picture the one that is talked about; nothing moves, since it is in sight. */
  choose: (pictureId: string) => void;
  /** The same, and the conversation goes to it. */
  select: (pictureId: string) => void;
  showDetails: (pictureId: string) => void;
  compare: (oneId: string, otherId: string) => void;
  /** Only sets the composer. */
  editFrom: (picture: PictureView) => void;
  addReference: (picture: PictureView) => void;
  reuseSettings: (turn: TurnView) => void;
  reuseText: (turn: TurnView) => void;
  /** Makes a picture the head: the branch goes on from there. */
  continueFrom: (pictureId: string) => void;
  repeat: (turnId: string, body: RepeatBody) => void;
  replay: (change: ReplayChange) => void;
  rebase: (from: PictureView, to: PictureView) => void;
  copyPicture: (picture: PictureView) => void;
  copyMessage: (turn: TurnView) => void;
  hide: (turnId: string) => void;
  travel: (way: Way) => void;
  tellJob: (jobId: string, verb: JobVerb) => void;
}

export const DeedsContext = createContext<Deeds | null>(null);

export function useDeeds(): Deeds {
  const deeds = use(DeedsContext);
  if (!deeds) throw new TypeError('Expected a DeedsContext above this component, got none.');
  return deeds;
}
