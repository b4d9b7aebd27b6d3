/**
 * What of a message was not understood, as it was stored with the turn: it stays true when another model is loaded. Known things
 * that would take its place are a tap away: they go into the composer, in the same message.
 */
import { Lightbulb } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ContextNote, TurnView } from '../../../studio/protocol.ts';
import { replaced } from '../../../studio/reading/replaced.ts';
import { useActions } from '../actions/actions.ts';
import { noteText } from '../ui/wording.ts';

const OFFERED = 3;

export function NotUnderstood({ turn }: { turn: TurnView }) {
  const t = useTranslations();
  const { warnings = [] } = turn;
  const format = new Intl.ListFormat(useLocale(), { type: 'unit', style: 'narrow' });
  const unknown = warnings.filter(({ code, reason }) => code === 'not_understood' && isNamed(reason));
  const others = warnings.filter(
    (each) => (each.code === 'not_understood' || each.code === 'not_there') && !unknown.includes(each),
  );
  if (unknown.length + others.length === 0) return null;
  const things = format.format(unknown.map(({ params }) => String(params.asked)));
  return (
    <div role="note" className="wrap-anywhere flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-ink">
      <Lightbulb className="size-4 shrink-0 text-soft" aria-hidden="true" />
      {unknown.length > 0 && <p>{t('turn.notUnderstood', { things })}</p>}
      {others.map((note) => (
        <p key={noteText(t, note)}>{noteText(t, note)}</p>
      ))}
      {warnings
        .filter(({ span, suggestions }) => span !== null && suggestions.length > 0)
        .map((note) => (
          <Instead key={String(note.params.asked)} turn={turn} note={note} />
        ))}
    </div>
  );
}

function Instead({ turn, note: { params, span, suggestions } }: { turn: TurnView; note: ContextNote }) {
  const t = useTranslations();
  const { writeAgain } = useActions();
  const asked = String(params.asked);
  return suggestions.slice(0, OFFERED).map((instead) => (
    <button
      key={instead}
      type="button"
      aria-label={t('composer.insteadOf', { instead, asked })}
      title={t('composer.insteadOf', { instead, asked })}
      onClick={() => writeAgain(turn, replaced(turn.prompt, span!, instead))}
      className="rounded-full border border-edge px-2 text-accent leading-6 hover:bg-accent-wash"
    >
      {instead}
    </button>
  ));
}

/** Things and looks are told by their names alone. */
const isNamed = (reason: string | undefined): boolean => reason === 'thing' || reason === 'look';
