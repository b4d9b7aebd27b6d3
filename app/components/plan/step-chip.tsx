/**
 * One step of a message: the picture that it is about or has made, what it does, its words, and where it stands. A tap goes to its
 * picture, or shows once more what it shows; the menu changes it while it is not done.
 */
import { Check, CircleSlash, Clock, LoaderCircle, Paintbrush, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Action } from '../../../studio/agent/actions.ts';
import { type StepState, stateOfStep, turnsOfStep } from '../../../studio/agent/plan/step-state.ts';
import type { MessageView, PictureView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { allPictures } from '../state/intent.ts';
import { wordingText } from '../ui/wording.ts';
import { StepMenu } from './step-menu.tsx';
import { stepLabel, versionOf, wordsOf } from './step-words.ts';

interface StepChipProps {
  message: MessageView;
  step: number;
  /** Its number among the steps; null where it is the only one. */
  number: number | null;
  turns: TurnView[];
  sessionId: string;
}

const SIGNS: Record<StepState, typeof Check> = {
  waiting: Clock,
  running: LoaderCircle,
  done: Check,
  stopped: CircleSlash,
  failed: TriangleAlert,
  refused: TriangleAlert,
  left: CircleSlash,
};

export function StepChip({ message, step, number, turns, sessionId }: StepChipProps) {
  const t = useTranslations();
  const { select, show } = useActions();
  const action = message.plan[step]!;
  const state = stateOfStep(message, step, turns);
  const picture = pictureOf(action, message, step, turns);
  const words = wordsOf(action);
  const refusal = message.outcomes[step]?.refusal;
  const Sign = SIGNS[state];
  const label = stepLabel(t, action);
  const isShown = action.type === 'compare' || action.type === 'search' || action.type === 'export';
  const stateText = t(`plan.states.${state}`);
  return (
    <li
      aria-label={[number, label, words, stateText].filter(Boolean).join(', ')}
      data-state={state}
      className={`flex max-w-full items-center gap-1 rounded-2xl border bg-card py-1 pr-1 pl-1 text-sm ${
        state === 'running' ? 'border-accent' : 'border-line'
      } ${state === 'left' || state === 'stopped' ? 'text-soft' : ''}`}
    >
      <button
        type="button"
        disabled={!isShown && !picture}
        onClick={() => (isShown ? show(action) : picture && select(picture.id))}
        className="flex min-w-0 items-center gap-2 rounded-xl px-1 py-0.5 text-left enabled:hover:bg-wash"
      >
        {(picture || words !== null) && (
          <Thumbnail hash={picture?.hash ?? null} className="size-9 rounded-lg" />
        )}
        <span className="min-w-0">
          <span className="flex items-center gap-1.5 text-xs">
            {number !== null && <span className="font-mono text-soft">{number}</span>}
            <span className="font-medium">{label}</span>
            {picture && <span className="font-mono text-soft">v{picture.version}</span>}
            <Sign
              className={`size-3.5 shrink-0 ${state === 'running' ? 'animate-spin text-accent' : 'text-soft'}`}
              aria-hidden="true"
            />
          </span>
          {words !== null && (
            <span dir="auto" className="line-clamp-2 wrap-anywhere block max-w-80">
              {words}
            </span>
          )}
          <Region action={action} isKept={isMasked(message, step, turns)} />
          {refusal && (
            <span role="alert" className="wrap-anywhere block max-w-80 text-xs text-accent">
              {wordingText(t, refusal)}
            </span>
          )}
        </span>
      </button>
      <StepMenu message={message} step={step} turns={turns} sessionId={sessionId} label={label} />
    </li>
  );
}

/** Where an edit may change its picture. The place of a thing that nothing tells is said not to be known. */
function Region({ action, isKept }: { action: Action; isKept: boolean | null }) {
  const t = useTranslations();
  if (action.type !== 'edit') return null;
  const { region, only, mask } = action;
  const text =
    mask !== undefined
      ? t('plan.painted')
      : region !== undefined
        ? t(`plan.regions.${region}`)
        : only === undefined
          ? null
          : t(isKept === false ? 'plan.placeUnknown' : 'plan.onlyThing', { thing: only });
  if (text === null) return null;
  return (
    <span className="flex items-center gap-1 text-xs text-soft">
      <Paintbrush className="size-3 shrink-0 text-accent" aria-hidden="true" />
      {text}
    </span>
  );
}

/** Whether the turn of a step has a mask; null until it is there. */
function isMasked(message: MessageView, step: number, turns: readonly TurnView[]): boolean | null {
  const [turn] = turnsOfStep(message, step, turns);
  return turn ? turn.inputs.some(({ role }) => role === 'mask') : null;
}

/** The first picture that a step made, else the one that it is about. */
function pictureOf(
  action: Action,
  message: MessageView,
  step: number,
  turns: readonly TurnView[],
): PictureView | undefined {
  const [made] = turnsOfStep(message, step, turns).flatMap(({ pictures }) => pictures);
  const version = versionOf(action);
  return made ?? allPictures(turns).find((each) => each.version === version);
}
