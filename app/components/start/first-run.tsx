/** The empty start: what the page is for in one line, and an example of each mode that runs at a click. */
import { useLocale, useTranslations } from 'next-intl';
import { use } from 'react';
import { exampleKey } from '../../../studio/samples.ts';
import { useKnows } from '../api/use-knows.ts';
import { useSamples } from '../api/use-samples.ts';
import { CanDrawLink } from '../ui/can-draw-link.tsx';
import { ExampleCard } from './example-card.tsx';
import { type Example, examplesOf } from './examples.ts';
import { ExamplesContext } from './examples-context.ts';

interface FirstRunProps {
  disabled: boolean;
  onExample: (example: Example) => void;
}

export function FirstRun({ disabled, onExample }: FirstRunProps) {
  const t = useTranslations();
  const locale = useLocale();
  const prompts = use(ExamplesContext);
  const knows = useKnows(undefined);
  const samples = useSamples();
  const sampleOf = ({ bases, prompt }: Example) =>
    samples?.samples.find(({ kind, name }) => kind === 'example' && name === exampleKey(bases, prompt));
  return (
    <section aria-label={t('turn.conversation')} className="overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-[46rem] flex-col justify-center px-4 py-5 sm:px-6 sm:py-8">
        <h2 className="text-balance text-center font-bold font-serif text-2xl leading-tight tracking-tight sm:text-3xl">
          {t('start.headline')}
        </h2>
        <p className="mx-auto mt-3 max-w-[34rem] text-balance text-center text-soft leading-relaxed sm:text-md">
          {t('start.subline')}
        </p>
        {knows && (
          <p className="mt-2 text-center text-sm">
            <CanDrawLink sessionId={null} />
          </p>
        )}
        <ul
          aria-label={t('start.examples')}
          className="mt-6 grid grid-cols-2 gap-2.5 sm:mt-8 sm:grid-cols-3 sm:gap-3.5"
        >
          {examplesOf(prompts, t, locale).map((example) => (
            <li key={example.prompt} className="flex">
              <ExampleCard
                example={example}
                sample={sampleOf(example)}
                disabled={disabled}
                onRun={() => onExample(example)}
              />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
