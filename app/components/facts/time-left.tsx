/** Time left as the interval that the server promised, counted down from the moment it said so. */
import { useTranslations } from 'next-intl';
import type { Eta } from '../../../studio/protocol.ts';
import type { Progress } from '../state/session-state.ts';
import type { Translator } from '../ui/translator.ts';

export function TimeLeft({ eta, now }: { eta: Progress['eta']; now: number }) {
  const t = useTranslations();
  if (!eta || eta.runs === 0) return null;
  return <p className="text-sm text-soft tabular-nums">{leftText(remaining(eta, now - eta.at), t)}</p>;
}

/** What is left of a time left after so many milliseconds. */
export function remaining({ lowMs, likelyMs, highMs, runs }: Eta, passedMs: number): Eta {
  const passed = Math.max(0, passedMs);
  return { lowMs: lowMs - passed, likelyMs: likelyMs - passed, highMs: highMs - passed, runs };
}

/** In whole seconds; an interval of one second is a number, where all of it has passed it takes longer than usual. */
export function leftText({ lowMs, highMs }: Eta, t: Translator): string {
  const low = Math.max(0, Math.floor(lowMs / 1000));
  const high = Math.max(0, Math.ceil(highMs / 1000));
  if (high <= 0) return t('progress.momentLeft');
  if (low === 0) return t('progress.leftUpTo', { high });
  return low >= high ? t('progress.left', { high }) : t('progress.leftBetween', { low, high });
}
