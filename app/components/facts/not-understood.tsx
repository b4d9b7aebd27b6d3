/** What of a message was not understood, as it was stored with the turn: it stays true when another model is loaded. */
import { Lightbulb } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { noteText } from '../ui/wording.ts';

export function NotUnderstood({ warnings = [] }: Pick<TurnView, 'warnings'>) {
  const t = useTranslations();
  const format = new Intl.ListFormat(useLocale(), { type: 'unit', style: 'narrow' });
  const unknown = warnings.filter(({ code, reason }) => code === 'not_understood' && isNamed(reason));
  const others = warnings.filter(
    (each) => (each.code === 'not_understood' || each.code === 'not_there') && !unknown.includes(each),
  );
  if (unknown.length + others.length === 0) return null;
  const things = format.format(unknown.map(({ params }) => String(params.asked)));
  return (
    <div role="note" className="flex gap-1.5 text-sm text-soft">
      <Lightbulb className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <div className="wrap-anywhere min-w-0">
        {unknown.length > 0 && <p>{t('turn.notUnderstood', { things })}</p>}
        {others.map((note) => (
          <p key={noteText(t, note)}>{noteText(t, note)}</p>
        ))}
      </div>
    </div>
  );
}

/** Things and looks are told by their names alone. */
const isNamed = (reason: string | undefined): boolean => reason === 'thing' || reason === 'look';
