/**
 * Beside a finished picture: its version, and in one line seconds, what was reused, and the seed. The rest, steps, where the
 * time went, every cache, drift, is one click away; what went wrong is told at once. Under it what to do with the picture.
 */
import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import type { CacheUse, PictureView, SecondLook, TurnView } from '../../../studio/protocol.ts';
import { CacheStrip, reusedOf } from '../facts/cache-strip.tsx';
import { CopySeed } from '../facts/copy-seed.tsx';
import { DriftBadge } from '../facts/drift-badge.tsx';
import { NotUnderstood } from '../facts/not-understood.tsx';
import { SecondLookFacts } from '../facts/second-look-facts.tsx';
import { TimeBar } from '../facts/time-bar.tsx';
import { madeBy, type Twin } from '../state/made-by.ts';
import type { Handling } from '../state/session-state.ts';
import { totalMs } from '../state/stages.ts';
import { seconds } from '../ui/seconds.ts';
import { LookedAt } from './looked-at.tsx';
import { PictureActions } from './picture-actions.tsx';

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
}

export function ResultFacts({
  turn,
  picture,
  parent,
  root,
  twin,
  cache = [],
  handled,
  look,
  isHead,
  aside,
}: ResultFactsProps) {
  const t = useTranslations();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { job, recipe } = turn;
  const total = totalMs(job);
  const version = `v${picture.version}`;
  const isAlarming = picture.drift !== null && picture.drift.alarms.length > 0;
  return (
    <div className="flex animate-appear flex-col gap-2">
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
        <span className={`font-mono font-semibold text-sm ${aside ? '' : 'text-accent'}`}>{version}</span>
        {recipe && <MadeBy turn={turn} />}
        {recipe?.quality === 'draft' && <span>{t('details.draft')}</span>}
        {isHead && (
          <span className="rounded-full bg-accent-wash px-2 text-accent leading-5">
            {t('details.active')}
          </span>
        )}
        {aside && <span>{t('turn.aside')}</span>}
        {job && (
          <button
            type="button"
            aria-label={t('turn.figures', { version })}
            title={t('turn.figures', { version })}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className="grid size-6 shrink-0 place-items-center rounded-sm text-soft hover:bg-wash hover:text-ink"
          >
            <ChevronDown
              className={`size-4 transition-transform ${open ? 'rotate-180' : ''}`}
              aria-hidden="true"
            />
          </button>
        )}
      </p>
      {job && (
        <p className="flex flex-wrap items-center gap-x-1.5 whitespace-nowrap text-sm tabular-nums">
          {total !== null && (
            <>
              <span>{seconds(total)}</span>
              <span aria-hidden="true">·</span>
            </>
          )}
          {cache.length > 0 && (
            <>
              <span>{t('turn.reused', reusedOf(cache))}</span>
              <span aria-hidden="true">·</span>
            </>
          )}
          {recipe && (
            <span className="flex min-w-0 flex-[1_1_6rem]">
              <CopySeed seed={recipe.seed} />
            </span>
          )}
        </p>
      )}
      {cache.length > 0 && <CacheStrip entries={cache} folded={!open} />}
      <div id={id} hidden={!open} className="flex flex-col gap-2 [&[hidden]]:hidden">
        {recipe && <p className="text-sm">{t('turn.stepsShort', { count: recipe.steps })}</p>}
        {job && <TimeBar job={job} />}
        {look && <SecondLookFacts look={look} />}
        {picture.drift && !isAlarming && <DriftBadge drift={picture.drift} />}
      </div>
      {handled.map((each) => (
        <p key={each} className="text-xs text-soft">
          {t(`turn.${each}`)}
        </p>
      ))}
      <NotUnderstood warnings={turn.warnings} />
      {picture.drift && isAlarming && <DriftBadge drift={picture.drift} />}
      <LookedAt turn={turn} picture={picture} look={look} />
      <PictureActions turn={turn} picture={picture} parent={parent} root={root} twin={twin} />
    </div>
  );
}

/** The model that made a version; its exact name is in the details. */
function MadeBy({ turn: { recipe, job } }: { turn: TurnView }) {
  const t = useTranslations();
  const name = madeBy(recipe!, job);
  return (
    <span className="max-w-48 truncate" title={recipe!.modelDigest}>
      {t('engines.madeBy', { name })}
    </span>
  );
}
