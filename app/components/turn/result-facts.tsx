'use client';
/** Beside a finished picture: version, seconds, seed, steps, where the time went, drift; under it what to do with it. */
import { useTranslations } from 'next-intl';
import type { CacheEntry, ImageView, NodeView } from '../../protocol.ts';
import { seconds } from '../seconds.ts';
import { totalMs } from '../state/stages.ts';
import { Actions } from './actions.tsx';
import { CacheStrip } from './cache-strip.tsx';
import { CopySeed } from './copy-seed.tsx';
import { DriftBadge } from './drift-badge.tsx';
import { TimeBar } from './time-bar.tsx';

interface ResultFactsProps {
  node: NodeView;
  image: ImageView;
  parent: ImageView | null;
  root: ImageView | null;
  cache: CacheEntry[] | undefined;
}

export function ResultFacts({ node, image, parent, root, cache }: ResultFactsProps) {
  const t = useTranslations();
  const { job, recipe } = node;
  const total = totalMs(job);
  return (
    <div className="flex animate-appear flex-col gap-2">
      <p className="font-mono font-semibold text-[13px] text-accent">
        v{image.version}
        {recipe?.quality === 'draft' && (
          <span className="font-normal font-sans text-soft"> {t('details.draft')}</span>
        )}
      </p>
      <p className="flex flex-wrap items-center gap-x-1.5 text-[13px] tabular-nums">
        {total !== null && (
          <>
            <span>{seconds(total)}</span>
            <span aria-hidden="true">·</span>
          </>
        )}
        {recipe && (
          <>
            <CopySeed seed={recipe.seed} />
            <span aria-hidden="true">·</span>
            <span>{t('turn.stepsShort', { count: recipe.steps })}</span>
          </>
        )}
      </p>
      {job && <TimeBar job={job} />}
      {cache && cache.length > 0 && <CacheStrip entries={cache} />}
      {image.drift && <DriftBadge drift={image.drift} />}
      <Actions node={node} image={image} parent={parent} root={root} />
    </div>
  );
}
