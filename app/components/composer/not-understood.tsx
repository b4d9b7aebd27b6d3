/**
 * What of the message the model's own list does not have, as it is typed, with known things that take its place at a tap. It blocks
 * nothing, and what was dismissed does not come back.
 */
import { Lightbulb, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo, useState } from 'react';
import type { Knows } from '../../../studio/known.ts';
import type { ContextNote, TurnView } from '../../../studio/protocol.ts';
import { replaced } from '../../../studio/reading/replaced.ts';
import type { Size } from '../../../studio/sizes.ts';
import { useReading } from '../api/use-reading.ts';
import { CanDrawLink } from '../ui/can-draw-link.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import type { Translator } from '../ui/translator.ts';
import { noteText } from '../ui/wording.ts';
import { isLearnt, sizeText } from './sizes.ts';

interface NotUnderstoodProps {
  sessionId: string | null;
  text: string;
  /** Size of the next picture; null while no model is there. */
  size: Size | null;
  knows: Knows | null;
  modelDigest: string;
  /** The picture that the message changes. */
  targetId: string | null;
  turns: readonly TurnView[];
  onChange: (text: string) => void;
}

/** A sentence, and texts that take the place of what it is about. */
interface Line {
  sentence: string;
  asked: string;
  span: ContextNote['span'];
  instead: readonly string[];
  /** The page of what can be drawn helps. */
  link: boolean;
}

export function NotUnderstood({
  sessionId,
  text,
  size,
  knows,
  modelDigest,
  targetId,
  turns,
  onChange,
}: NotUnderstoodProps) {
  const t = useTranslations();
  const reading = useReading(knows);
  const lines = useMemo((): Line[] => {
    if (!knows || !reading || text.trim() === '') return [];
    const notes = reading.readingNotes({ prompt: text, targetId, turns }, { knows, modelDigest });
    return [
      ...notes.map((note) => ({
        sentence: noteText(t, note),
        asked: String(note.params.asked),
        span: note.span,
        instead: note.suggestions,
        link: note.code === 'not_understood' && (note.reason === 'thing' || note.reason === 'nothing'),
      })),
      ...reading.slipsOf(text, knows).map(({ asked, name, span }) => ({
        sentence: t('composer.didYouMean', { name }),
        ...{ asked, span, instead: [name], link: false },
      })),
    ];
  }, [text, knows, reading, modelDigest, targetId, turns, t]);
  const [dismissed, setDismissed] = useState('');
  const sizeLine = knows && size && !isLearnt(size, knows) ? sizeSentence(size, knows, t) : null;
  const key = [sizeLine, ...lines.map(({ sentence }) => sentence)].join('\n');
  if ((lines.length === 0 && sizeLine === null) || key === dismissed) return null;
  return (
    <div
      role="note"
      aria-label={t('composer.notUnderstood')}
      className="mb-1.5 flex max-h-36 animate-appear items-start gap-2 overflow-y-auto rounded-lg bg-wash py-1 pr-1 pl-3 text-sm"
    >
      <Lightbulb className="mt-1.5 size-4 shrink-0 text-soft" aria-hidden="true" />
      <div className="wrap-anywhere flex min-w-0 flex-1 flex-col gap-1 py-1">
        {sizeLine && <p>{sizeLine}</p>}
        {lines.map((line) => (
          <NoteLine key={`${line.span?.start} ${line.sentence}`} line={line}>
            {line.instead.slice(0, 4).map((instead) => (
              <PlainButton
                key={instead}
                className="h-7"
                aria-label={t('composer.insteadOf', { instead, asked: line.asked })}
                onClick={() => line.span && onChange(replaced(text, line.span, instead))}
              >
                {instead}
              </PlainButton>
            ))}
          </NoteLine>
        ))}
        {lines.some(({ link }) => link) && <CanDrawLink sessionId={sessionId} />}
      </div>
      <IconButton label={t('composer.dismiss')} className="size-7" onClick={() => setDismissed(key)}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

function NoteLine({ line, children }: { line: Line; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <p className="min-w-0">{line.sentence}</p>
      {children}
    </div>
  );
}

function sizeSentence(size: Size, { sizes = [] }: Knows, t: Translator): string {
  return t('composer.unseenSize', { size: sizeText(size), learnt: sizes.map(sizeText).join(', ') });
}
