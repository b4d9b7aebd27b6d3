/** What a person has taken of what they may. */
import { useTranslations } from 'next-intl';
import type { UseView } from '../../../studio/people/people.ts';
import { Fact, Facts } from '../facts/fact.tsx';

export function UseFacts({ use: { limits, ...taken } }: { use: UseView }) {
  const t = useTranslations('people');
  const of = (used: number, most: number | null) =>
    most === null ? t('amount', { used }) : t('ofMost', { used, most });
  return (
    <Facts>
      <Fact name={t('waitingJobs')}>{of(taken.waitingJobs, limits.waitingJobs)}</Fact>
      <Fact name={t('daySeconds')}>{of(taken.daySeconds, limits.daySeconds)}</Fact>
      <Fact name={t('diskMegabytes')}>{of(taken.diskMegabytes, limits.diskMegabytes)}</Fact>
    </Facts>
  );
}
