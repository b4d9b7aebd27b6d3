/** What was read in a picture with words, whether it was drawn once more, and what that cost. */
import { useTranslations } from 'next-intl';
import type { SecondLook } from '../../../studio/protocol.ts';
import { seconds } from '../ui/figures/seconds.ts';

export function SecondLookFacts({ look: { asked, read, again, ms } }: { look: SecondLook }) {
  const t = useTranslations();
  const words = { read: read.join(' ') || '–', asked: asked.join(' '), again: again?.read.join(' ') || '–' };
  const key = again === null ? 'right' : again.kept ? 'better' : 'notBetter';
  return (
    <p className="text-sm">
      {t(`turn.secondLook.${key}`, words)} <span className="text-soft tabular-nums">{seconds(ms)}</span>
    </p>
  );
}
