/**
 * A message that is more than a turn: its words, the steps that it was understood as, and what the studio answered. The pictures that
 * its steps make follow as turns.
 */
import { useLocale, useTranslations } from 'next-intl';
import { memo } from 'react';
import { isAnswerOnly } from '../../../studio/agent/action-kinds.ts';
import type { Locale } from '../../../studio/locale/locale.ts';
import type { MessageView, TurnView } from '../../../studio/protocol.ts';
import { ReadBy } from './read-by.tsx';
import { SaidByStudio } from './said-by-studio.tsx';
import { StepChip } from './step-chip.tsx';

interface MessageRowProps {
  message: MessageView;
  turns: TurnView[];
  sessionId: string;
  /** Nothing came after it, so its question still stands. */
  isLast: boolean;
}

export const MessageRow = memo(function MessageRow({ message, turns, sessionId, isLast }: MessageRowProps) {
  const t = useTranslations();
  const locale = useLocale() as Locale;
  const { text, plan, reading, said } = message;
  const steps = plan.flatMap((action, step) => (isAnswerOnly(action) ? [] : [{ action, step }]));
  return (
    <article aria-label={text} className="flex animate-appear flex-col gap-3">
      {/* The studio's own second try was asked for by nobody. */}
      {text !== '' && (
        <div className="max-w-[min(36rem,88%)] self-end rounded-3xl rounded-br-sm bg-wash px-4 py-2.5">
          <p dir="auto" className="wrap-anywhere whitespace-pre-wrap text-md leading-relaxed">
            {text}
          </p>
        </div>
      )}
      {reading && (
        <ReadBy reading={reading} isSaid={said.some(({ words }) => words[locale].text === reading.words)} />
      )}
      {steps.length > 0 && (
        <ol
          aria-label={t('plan.plan')}
          className="flex max-w-[min(40rem,100%)] flex-wrap justify-end gap-1.5 self-end"
        >
          {steps.map(({ action, step }, place) => (
            <StepChip
              key={`${step}${JSON.stringify(action)}`}
              message={message}
              step={step}
              number={steps.length > 1 ? place + 1 : null}
              turns={turns}
              sessionId={sessionId}
            />
          ))}
        </ol>
      )}
      {said.map(({ step, words }) => (
        <SaidByStudio key={step} action={plan[step]} words={words[locale]} turns={turns} canChoose={isLast} />
      ))}
    </article>
  );
});
