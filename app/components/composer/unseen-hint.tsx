/** A hint about things in the message that the checkpoint has never seen. It blocks nothing, and a dismissed hint does not come back. */
import { Lightbulb, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useDeferredValue, useEffect, useState } from 'react';
import type { Knows } from '../../../studio/known.ts';
import type { Size } from '../../../studio/sizes.ts';
import type { UnseenThing } from '../../hints/known-things.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { Translator } from '../ui/translator.ts';
import { isLearnt, sizeText } from './sizes.ts';

const PAUSE_MS = 600;

interface UnseenHintProps {
  text: string;
  /** Size of the next picture; null while no model is there. */
  size: Size | null;
  knows: Knows | null;
}

export function UnseenHint({ text, size, knows }: UnseenHintProps) {
  const t = useTranslations();
  const unseen = useUnseen(useDeferredValue(text), knows);
  const [dismissed, setDismissed] = useState('');
  const lines = knows
    ? [
        ...(size && !isLearnt(size, knows) ? [sizeSentence(size, knows, t)] : []),
        ...sentences(unseen, knows, t),
      ]
    : [];
  const key = lines.join('\n');
  if (lines.length === 0 || key === dismissed) return null;
  return (
    <div
      role="note"
      className="mb-1.5 flex animate-appear items-start gap-2 rounded-lg bg-wash py-1 pr-1 pl-3 text-sm"
    >
      <Lightbulb className="mt-1.5 size-4 shrink-0 text-soft" aria-hidden="true" />
      <p className="wrap-anywhere min-w-0 flex-1 py-1">
        {lines.map((sentence) => (
          <span key={sentence} className="block">
            {sentence}
          </span>
        ))}
      </p>
      <IconButton label={t('composer.dismiss')} className="size-7" onClick={() => setDismissed(key)}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** The code that knows the checkpoint's words is loaded once something is written, and only after a pause in typing. */
function useUnseen(text: string, knows: Knows | null): UnseenThing[] {
  const [unseen, setUnseen] = useState<UnseenThing[]>([]);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      if (!knows || text.trim() === '') return setUnseen([]);
      const { unseenThings } = await import('../../hints/known-things.ts');
      if (current) setUnseen(unseenThings(text, knows));
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text, knows]);
  return unseen;
}

function sizeSentence(size: Size, { sizes = [] }: Knows, t: Translator): string {
  return t('composer.unseenSize', { size: sizeText(size), learnt: sizes.map(sizeText).join(', ') });
}

function sentences(unseen: UnseenThing[], knows: Knows, t: Translator): string[] {
  return unseen.map(({ asked, kind, suggestion, count = 0, most = 0 }) => {
    if (kind === 'count') return t('composer.unseenCount', { things: asked, count, most });
    if (kind === 'words') return t('composer.unseenWords', { asked, longest: knows.longestWord ?? 0 });
    return suggestion
      ? t('composer.unseenNear', { things: asked, suggestion })
      : t('composer.unseen', { things: asked });
  });
}
