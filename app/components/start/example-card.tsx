/** One example: its mode, what comes of it and from what, and the words that will be sent. Without a sample of the loaded model a pen draws it. */
import { ArrowRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { lazy, Suspense } from 'react';
import { SAMPLES_PATH, type Sample } from '../../../studio/samples.ts';
import { patiently } from '../ui/layers/patiently.ts';
import type { Example } from './examples.ts';

const ExampleMark = lazy(() =>
  patiently(() => import('./example-mark.tsx')).then((module) => ({ default: module.ExampleMark })),
);

interface ExampleCardProps {
  example: Example;
  /** A real result of the loaded model. */
  sample: Sample | undefined;
  disabled: boolean;
  onRun: () => void;
}

export function ExampleCard({ example, sample, disabled, onRun }: ExampleCardProps) {
  const t = useTranslations();
  const { mode, bases, prompt } = example;
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onRun}
      className="group flex w-full flex-col gap-2 rounded-2xl border border-line bg-card p-3 text-left transition-[border-color,box-shadow] enabled:hover:border-accent enabled:hover:shadow-lift sm:gap-2.5 sm:p-4"
    >
      <span className="font-medium text-xs text-accent">{t(`composer.modes.${mode}`)}</span>
      <span className="flex h-16 items-end gap-1 sm:h-20">
        {sample ? (
          <Shots sample={sample} />
        ) : (
          <Suspense>
            <Marks example={example} />
          </Suspense>
        )}
      </span>
      <span className="flex flex-col gap-0.5 leading-snug">
        {bases.length > 0 && <span className="text-xs text-soft">{bases.join(' + ')}</span>}
        <span>{prompt}</span>
      </span>
    </button>
  );
}

/** Pen drawings, which never pretend to be results. */
function Marks({ example: { mode, bases, prompt } }: { example: Example }) {
  return (
    <>
      {bases.map((base) => (
        <ExampleMark key={base} prompt={base} className="h-7 opacity-75 sm:h-9" />
      ))}
      {bases.length > 0 && (
        <ArrowRight className="mb-2 size-3.5 shrink-0 text-soft sm:mb-3" aria-hidden="true" />
      )}
      <ExampleMark prompt={mode === 'edit' ? bases[0]! : prompt} placeIn={prompt} className="h-10 sm:h-13" />
    </>
  );
}

function Shots({ sample: { file, base } }: { sample: Sample }) {
  return (
    <>
      {base && (
        <>
          <Shot file={base.file} className="h-8 sm:h-11" />
          <ArrowRight className="mb-2 size-3.5 shrink-0 text-soft sm:mb-4" aria-hidden="true" />
        </>
      )}
      <Shot file={file} className="h-full" />
    </>
  );
}

function Shot({ file, className }: { file: string; className: string }) {
  return (
    // biome-ignore lint/performance/noImgElement: samples are small files of the size that they are shown in.
    <img
      src={`${SAMPLES_PATH}/${file}`}
      alt=""
      className={`aspect-square animate-appear rounded-lg object-cover ${className}`}
    />
  );
}
