/** Why a message was refused, or would be, and what would be understood instead. */
import { useTranslations } from 'next-intl';
import type { ContextNote, ContextResult } from '../../../studio/protocol.ts';
import { replaced } from '../../../studio/reading/replaced.ts';
import type { SendError } from '../actions/use-sender.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { noteText } from '../ui/wording.ts';

interface ProblemProps {
  error: SendError | null;
  /** Null while nothing is written: an empty message has no problem yet. */
  compiled: ContextResult | null;
  /** The mode guide already asks for the missing pictures, so their problems are not shown here. */
  guided: boolean;
  text: string;
  onSuggestion: (text: string) => void;
}

export function Problem({ error, compiled, guided, text, onSuggestion }: ProblemProps) {
  const t = useTranslations();
  const notes = !compiled ? [] : compiled.ok ? compiled.context.warnings : compiled.problems;
  // What is not understood stands in a note of its own.
  const shown = notes.filter(
    ({ code }) =>
      !(guided && code.endsWith('_missing')) && !(code === 'not_understood' || code === 'not_there'),
  );
  if (error)
    return (
      <p
        role="alert"
        className="wrap-anywhere max-h-40 overflow-y-auto whitespace-pre-line px-1.5 pb-2 text-sm text-accent"
      >
        {error.message}
      </p>
    );
  return shown.map((note) => (
    <div key={noteText(t, note)} className="flex flex-wrap items-center gap-1.5 px-1.5 pb-2 text-sm">
      <p className={`wrap-anywhere min-w-0 ${compiled?.ok ? 'text-soft' : 'text-accent'}`}>
        {noteText(t, note)}
      </p>
      {note.suggestions.slice(0, 3).map((suggestion) => (
        <PlainButton
          key={suggestion}
          className="h-7 font-mono"
          aria-label={t('composer.useInstead', { what: suggestion })}
          onClick={() => onSuggestion(withSuggestion(text, note, suggestion))}
        >
          {suggestion}
        </PlainButton>
      ))}
    </div>
  ));
}

function withSuggestion(text: string, { span }: ContextNote, suggestion: string): string {
  if (!span) return `${text} ${suggestion}`;
  // The problem is about the text as it is sent, without the white space around it.
  const shift = text.length - text.trimStart().length;
  return replaced(text, { start: span.start + shift, end: span.end + shift }, suggestion);
}
