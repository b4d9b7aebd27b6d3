/** The empty start: what this is in one line, and an example of each mode that runs at a click. */
import { useLocale, useTranslations } from 'next-intl';
import { ExampleCard } from './example-card.tsx';
import { type Example, examplesOf } from './examples.ts';

interface FirstRunProps {
  /** What the loaded checkpoint draws well; undefined until it is known, when the examples have their places but no words. */
  prompts: readonly string[] | undefined;
  disabled: boolean;
  onExample: (example: Example) => void;
}

export function FirstRun({ prompts, disabled, onExample }: FirstRunProps) {
  const t = useTranslations();
  const locale = useLocale();
  return (
    <section aria-label={t('turn.conversation')} className="overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-[46rem] flex-col justify-center px-4 py-5 sm:px-6 sm:py-8">
        <h2 className="text-balance text-center font-bold font-serif text-2xl leading-tight tracking-tight sm:text-3xl">
          {t('start.headline')}
        </h2>
        <p className="mx-auto mt-3 max-w-[34rem] text-balance text-center text-soft leading-relaxed sm:text-md">
          {t('start.subline')}
        </p>
        <ul
          aria-label={t('start.examples')}
          className={`mt-6 grid sm:mt-8 grid-cols-2 gap-2.5 sm:grid-cols-3 sm:gap-3.5 ${prompts ? '' : 'invisible'}`}
        >
          {examplesOf(prompts ?? [], t, locale).map((example) => (
            <li key={example.prompt} className="flex">
              <ExampleCard example={example} disabled={disabled} onRun={() => onExample(example)} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
