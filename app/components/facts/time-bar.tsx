/** Where the time of a picture went, in proportion and in words. */
import { useTranslations } from 'next-intl';
import type { JobView } from '../../../studio/protocol.ts';
import { STAGES } from '../../../studio/vocabulary.ts';
import { totalMs } from '../state/stages.ts';

const COLOUR = {
  encode: 'var(--stage-encode)',
  prior: 'var(--stage-prior)',
  denoise: 'var(--stage-denoise)',
  vae: 'var(--stage-vae)',
};

export function TimeBar({ job }: { job: JobView }) {
  const t = useTranslations();
  const total = totalMs(job);
  if (!total || !job.elapsedMs) return null;
  const parts = STAGES.map((stage) => ({ stage, ms: job.elapsedMs?.[stage] ?? 0 }));
  return (
    <div title={t('turn.whereTimeWent')}>
      <div className="flex h-[5px] max-w-56 gap-px overflow-hidden rounded-full" aria-hidden="true">
        {parts.map(({ stage, ms }) => (
          <span key={stage} style={{ flexGrow: ms, background: COLOUR[stage] }} />
        ))}
      </div>
      <p className="mt-1.5 text-xs text-soft tabular-nums">
        {parts
          .map(({ stage, ms }) => `${t(`progress.stages.${stage}`)} ${(ms / 1000).toFixed(1)}`)
          .join(' · ')}{' '}
        s
      </p>
    </div>
  );
}
