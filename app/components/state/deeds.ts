'use client';
/** What can be done with turns and pictures, for every component that offers it. */
import { createContext, use } from 'react';
import type { ImageView, NodeView, RepeatBody, ReplayChange } from '../../../studio/protocol.ts';
import type { JobVerb } from './api.ts';
import type { Way } from './use-travel.ts';

export interface Deeds {
  /** Looks at a picture, large. */
  view: (imageId: string) => void;
  /** Makes a picture the one that is talked about; nothing moves, since it is in sight. */
  choose: (imageId: string) => void;
  /** The same, and the conversation goes to it. */
  select: (imageId: string) => void;
  showDetails: (imageId: string) => void;
  compare: (oneId: string, otherId: string) => void;
  /** Only sets the composer. */
  editFrom: (image: ImageView) => void;
  addReference: (image: ImageView) => void;
  reuseSettings: (node: NodeView) => void;
  reuseText: (node: NodeView) => void;
  /** Makes a picture the head: the branch goes on from there. */
  continueFrom: (imageId: string) => void;
  repeat: (nodeId: string, body: RepeatBody) => void;
  replay: (change: ReplayChange) => void;
  rebase: (from: ImageView, to: ImageView) => void;
  copyPicture: (image: ImageView) => void;
  copyMessage: (node: NodeView) => void;
  hide: (nodeId: string) => void;
  travel: (way: Way) => void;
  tellJob: (jobId: string, verb: JobVerb) => void;
}

export const DeedsContext = createContext<Deeds | null>(null);

export function useDeeds(): Deeds {
  const deeds = use(DeedsContext);
  if (!deeds) throw new TypeError('Expected a DeedsContext above this component, got none.');
  return deeds;
}
