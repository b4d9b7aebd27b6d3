/** One example: its mode, pen drawings of what comes of it and from what, and the words that will be sent. */
import { ArrowRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ExampleMark } from './example-mark.tsx';
import type { Example } from './examples.ts';

interface ExampleCardProps {
  example: Example;
  disabled: boolean;
  onRun: () => void;
}

export function ExampleCard({ example: { mode, bases, prompt }, disabled, onRun }: ExampleCardProps) {
  const t = useTranslations();
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onRun}
      className="group flex w-full flex-col gap-2 rounded-2xl border border-line bg-card p-3 text-left transition-[border-color,box-shadow] enabled:hover:border-accent enabled:hover:shadow-lift sm:gap-2.5 sm:p-4"
    >
      <span className="font-medium text-xs text-accent">{t(`composer.modes.${mode}`)}</span>
      <span className="flex h-10 items-end gap-1 sm:h-13">
        {bases.map((base) => (
          <ExampleMark key={base} prompt={base} className="h-7 opacity-75 sm:h-9" />
        ))}
        {bases.length > 0 && (
          <ArrowRight className="mb-2 size-3.5 shrink-0 text-soft sm:mb-3" aria-hidden="true" />
        )}
        <ExampleMark
          prompt={mode === 'edit' ? bases[0]! : prompt}
          placeIn={prompt}
          className="h-10 sm:h-13"
        />
      </span>
      <span className="flex flex-col gap-0.5 leading-snug">
        {bases.length > 0 && <span className="text-xs text-soft">{bases.join(' + ')}</span>}
        <span>{prompt}</span>
      </span>
    </button>
  );
}
