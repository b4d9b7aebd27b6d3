/** The words to draw, each a strip of its own, so that quotes in the message need not be guessed at. */
import { Plus, Type, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useId, useRef } from 'react';
import { IconButton } from '../ui/icon-button.tsx';

interface WordsFieldProps {
  texts: string[];
  onChange: (texts: string[]) => void;
}

export function WordsField({ texts, onChange }: WordsFieldProps) {
  const t = useTranslations();
  const id = useId();
  const last = useRef<HTMLInputElement>(null);
  const count = useRef(texts.length);

  useEffect(() => {
    if (texts.length > count.current) last.current?.focus();
    count.current = texts.length;
  }, [texts.length]);

  const put = (index: number, text: string) => onChange(texts.with(index, text));
  return (
    <fieldset aria-describedby={`${id}hint`} className="mb-1.5 flex flex-wrap items-center gap-1.5 px-1">
      <legend className="sr-only">{t('composer.words')}</legend>
      <Type className="size-4 text-soft" aria-hidden="true" />
      {texts.map((text, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the texts have no key but their position: two may be equal.
          key={index}
          className="flex h-8 items-center rounded-lg border border-line bg-panel pr-0.5 focus-within:border-edge"
        >
          <input
            ref={index === texts.length - 1 ? last : undefined}
            aria-label={`${t('composer.words')} ${index + 1}`}
            value={text}
            dir="auto"
            placeholder={t('composer.words')}
            onChange={(event) => put(index, event.target.value)}
            className="field-sizing-content h-full min-w-24 max-w-60 rounded-lg bg-transparent px-2.5 text-sm outline-none placeholder:text-soft"
          />
          <IconButton
            label={t('composer.remove', { what: text || t('composer.words') })}
            className="size-7"
            onClick={() => onChange(texts.toSpliced(index, 1))}
          >
            <X aria-hidden="true" />
          </IconButton>
        </span>
      ))}
      <IconButton label={t('composer.wordsAdd')} className="size-8" onClick={() => onChange([...texts, ''])}>
        <Plus aria-hidden="true" />
      </IconButton>
      <p id={`${id}hint`} className="text-xs text-soft">
        {t('composer.wordsHint')}
      </p>
    </fieldset>
  );
}
