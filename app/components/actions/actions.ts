/** What can be done with turns and pictures, for every component that offers it. */
import { createContext, use } from 'react';
import type { Action, Plan } from '../../../studio/agent/actions.ts';
import type { PictureView, RepeatBody, ReplayChange, TurnView } from '../../../studio/protocol.ts';
import type { JobVerb } from '../../../studio/vocabulary.ts';
import type { HistoryStep } from '../api/routes.ts';

/** Actions that only change what the page shows. */
export interface ViewActions {
  /** Opens a picture as large as the screen allows. */
  view: (pictureId: string) => void;
  /** Selects a picture that is in sight: nothing moves. */
  choose: (pictureId: string) => void;
  /** Selects a picture, and the conversation goes to it. */
  select: (pictureId: string) => void;
  showDetails: (pictureId: string) => void;
  compare: (one: PictureView, other: PictureView) => void;
  /** Opens the search with words in it. */
  search: (words: string) => void;
  /** Puts the cursor where the next words go. */
  focusMessage: () => void;
}

export interface Actions extends ViewActions {
  /** Makes a picture the target of the message in the composer; sends nothing. */
  editFrom: (picture: PictureView) => void;
  /** Chooses one of the pictures in sight: the branch and the message in the composer go on from it. Nothing moves. */
  goOnFrom: (picture: PictureView) => void;
  /** Adds a picture to the message in the composer; sends nothing. */
  addReference: (picture: PictureView) => void;
  reuseSettings: (turn: TurnView) => void;
  reuseText: (turn: TurnView) => void;
  /** Puts the message of a turn into the composer once more, in other words, with the pictures that went in. */
  writeAgain: (turn: TurnView, text: string) => void;
  /** The same with a mask over the picture that it changed, to be painted first. */
  holdWithMask: (turn: TurnView) => void;
  /** Makes a picture the head: the branch goes on from there. */
  continueFrom: (pictureId: string) => void;
  repeat: (turnId: string, body: RepeatBody) => void;
  replay: (change: ReplayChange) => void;
  /** Asks for the instructions between two pictures as one text, and opens it to be put right and sent. */
  rebase: (from: PictureView, to: PictureView) => void;
  copyPicture: (picture: PictureView) => void;
  copyMessage: (turn: TurnView) => void;
  hide: (turnId: string) => void;
  stepHistory: (step: HistoryStep) => void;
  changeJob: (jobId: string, verb: JobVerb) => void;
  /** Stops a turn, and with it all steps of its message that are not done. */
  stop: (turn: TurnView) => void;
  /** Sends a plan as a message with these words: a choice that was tapped. */
  say: (text: string, plan: Plan) => void;
  changePlan: (messageId: string, plan: Plan) => void;
  /** Does what a step only shows: two pictures compared, the search, a file to keep. */
  show: (step: Action) => void;
}

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = use(ActionsContext);
  if (!actions) throw new TypeError('Expected an ActionsContext above this component, got none.');
  return actions;
}
