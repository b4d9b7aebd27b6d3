'use client';
/** The empty start: what this is in one line, and six prompts that run at a click. */
import { useStrings } from '../strings.ts';
import { ExampleMark } from './example-mark.tsx';

interface FirstRunProps {
  examples: string[];
  disabled: boolean;
  onExample: (prompt: string) => void;
}

export function FirstRun({ examples, disabled, onExample }: FirstRunProps) {
  const strings = useStrings();
  return (
    <section aria-label={strings.conversation} className="overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-[46rem] flex-col justify-center px-4 py-5 sm:px-6 sm:py-8">
        <h2 className="text-balance text-center font-bold font-serif text-[1.75rem] leading-tight tracking-tight sm:text-[2.3rem]">
          {strings.headline}
        </h2>
        <p className="mx-auto mt-3 max-w-[34rem] text-balance text-center text-soft leading-relaxed sm:text-[15px]">
          {strings.subline}
        </p>
        <ul
          aria-label={strings.examples}
          className="mt-6 grid sm:mt-8 grid-cols-2 gap-2.5 sm:grid-cols-3 sm:gap-3.5"
        >
          {examples.map((prompt) => (
            <li key={prompt} className="flex">
              <button
                type="button"
                disabled={disabled}
                onClick={() => onExample(prompt)}
                className="group flex w-full flex-col gap-2 rounded-[14px] border border-line bg-card p-3 text-left transition-[border-color,box-shadow] enabled:hover:border-accent enabled:hover:shadow-lift sm:gap-3 sm:p-4"
              >
                <ExampleMark prompt={prompt} />
                <span className="leading-snug">{prompt}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
