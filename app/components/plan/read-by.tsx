/** What the language model says of a message: its words as they come, or why the fixed rules read the message instead. */
import { useTranslations } from 'next-intl';
import type { MessageReading } from '../../../studio/protocol.ts';

interface ReadByProps {
  reading: MessageReading;
  /** An answer of the studio says its words already. */
  isSaid: boolean;
}

export function ReadBy({ reading: { model, state, words, failure }, isSaid }: ReadByProps) {
  const t = useTranslations();
  const isReading = state === 'reading';
  const text = failure ? t(`agent.language.${failure}`, { model }) : words;
  if (!isReading && (text === '' || (isSaid && !failure))) return null;
  return (
    <p
      role={isReading ? 'status' : undefined}
      dir="auto"
      className="wrap-anywhere max-w-[min(36rem,92%)] self-start whitespace-pre-wrap text-md text-soft leading-relaxed"
    >
      {text || t('agent.language.reading', { model })}
    </p>
  );
}
