/**
 * Under a finished picture one quiet line: its version, how long it took, and what of the message was not understood. Then what can
 * be done with it. Everything else, where the time went, what was reused, seed and drift, opens with Details; only an alarm is told at once.
 */
import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import type { CacheUse, PictureView, SecondLook, TurnView } from '../../../studio/protocol.ts';
import { useEngines } from '../api/use-engines.ts';
import { CacheStrip } from '../facts/cache-strip.tsx';
import { CopySeed } from '../facts/copy-seed.tsx';
import { DriftAlarm } from '../facts/drift-alarm.tsx';
import { DriftFact } from '../facts/drift-fact.tsx';
import { NotUnderstood } from '../facts/not-understood.tsx';
import { SecondLookFacts } from '../facts/second-look-facts.tsx';
import { TimeBar } from '../facts/time-bar.tsx';
import { madeBy, type Twin } from '../state/made-by.ts';
import type { Handling } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';
import { seconds } from '../ui/figures/seconds.ts';
import { LookedAt } from './looked-at.tsx';
import { type Held, PictureActions, type Toggled } from './picture-actions.tsx';

interface ResultFactsProps {
  turn: TurnView;
  picture: PictureView;
  parent: PictureView | null;
  root: PictureView | null;
  /** A picture of the same message by another model. */
  twin: Twin | null;
  cache: CacheUse[] | undefined;
  handled: readonly Handling[];
  look: SecondLook | undefined;
  /** It is the active picture. */
  isHead: boolean;
  /** The active branch no longer passes through the turn. */
  aside: boolean;
  before: Held | null;
  flip: Toggled | null;
}

export function ResultFacts(props: ResultFactsProps) {
  const { turn, picture, cache = [], handled, look, isHead, aside } = props;
  const t = useTranslations();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { job, recipe } = turn;
  const total = totalMs(job);
  const version = `v${picture.version}`;
  return (
    <div className="flex animate-appear flex-col gap-2">
      <div className="flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1 text-sm text-soft">
        <span className={`font-mono font-semibold ${aside ? '' : 'text-accent'}`}>{version}</span>
        {isHead && <span className="sr-only">{t('details.active')}</span>}
        {total !== null && <span className="tabular-nums">{seconds(total)}</span>}
        {recipe?.quality === 'draft' && <span>{t('details.draft')}</span>}
        {recipe && <MadeBy turn={turn} />}
        {aside && <span>{t('turn.aside')}</span>}
        {job && (
          <button
            type="button"
            aria-label={t('turn.figures', { version })}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className="flex h-6 items-center gap-0.5 rounded-sm px-1 hover:bg-wash hover:text-ink"
          >
            {t('details.details')}
            <ChevronDown
              className={`size-3.5 transition-transform ${open ? 'rotate-180' : ''}`}
              aria-hidden="true"
            />
          </button>
        )}
        <NotUnderstood turn={turn} />
      </div>
      <DriftAlarm turn={turn} picture={picture} />
      <div
        id={id}
        hidden={!open}
        className="flex flex-col gap-2 rounded-xl border border-line px-3.5 py-3 [&[hidden]]:hidden"
      >
        {recipe && (
          <p className="flex flex-wrap items-center gap-x-3 text-sm">
            <CopySeed seed={recipe.seed} />
            <span>{t('turn.stepsShort', { count: recipe.steps })}</span>
          </p>
        )}
        {job && <TimeBar job={job} />}
        {cache.length > 0 && <CacheStrip entries={cache} />}
        {look && <SecondLookFacts look={look} />}
        {picture.drift && <DriftFact drift={picture.drift} />}
        {handled.map((each) => (
          <p key={each} className="text-soft text-xs">
            {t(`turn.${each}`)}
          </p>
        ))}
      </div>
      <LookedAt turn={turn} picture={picture} look={look} />
      <PictureActions {...props} />
    </div>
  );
}

/** The model that made a version, where there are several; its exact name is in the details. */
function MadeBy({ turn: { recipe, job } }: { turn: TurnView }) {
  const t = useTranslations();
  const name = madeBy(recipe!, job);
  const several = (useEngines()?.engines.length ?? 0) > 1;
  return (
    several && (
      <span className="max-w-48 truncate" title={recipe!.modelDigest}>
        {t('engines.madeBy', { name })}
      </span>
    )
  );
}
