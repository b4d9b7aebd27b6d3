/** What the next message sends, complete and in order, as `compileContext` understands it. */
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { CompiledInput } from '../../../studio/protocol.ts';
import { differenceOf } from '../../../studio/wording/difference.ts';
import type { NextMessage } from '../api/use-next-message.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { inputName } from '../state/draft-inputs.ts';
import type { Draft } from '../state/drafts.ts';
import { paintedPercent } from '../ui/figures/percent.ts';
import { noteText } from '../ui/wording.ts';

export function ContextInspector({ next: { compiled, draft, intent } }: { next: NextMessage }) {
  const t = useTranslations();
  const maskShare = intent.mask?.paintedShare ?? null;
  if (!compiled.ok)
    return (
      <Section title={t('context.problems')}>
        <ul className="flex flex-col gap-2">
          {compiled.problems.map((note) => (
            <li key={noteText(t, note)} className="flex gap-2">
              <TriangleAlert className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden="true" />
              <span className="wrap-anywhere min-w-0">{noteText(t, note)}</span>
            </li>
          ))}
        </ul>
      </Section>
    );
  const { mode, inputs, prompt, sentPrompt, renderTexts: words, warnings } = compiled.context;
  const pictures = inputs.filter(({ role }) => role !== 'mask');
  return (
    <>
      <Section title={t('context.title')}>
        <p className="text-soft">{t(`composer.modes.${mode}`)}</p>
      </Section>
      <Section title={t('context.inputs')}>
        {pictures.length === 0 ? (
          <p className="text-soft">{t('context.none')}</p>
        ) : (
          <ol className="flex flex-col gap-2.5">
            {pictures.map((input) => (
              <Input key={`${input.number}`} input={input} origin={originOf(input)} />
            ))}
          </ol>
        )}
        {maskShare !== null && (
          <p className="mt-3 text-sm">{t('context.mask', { share: paintedPercent(maskShare) })}</p>
        )}
      </Section>
      <Section title={t('context.typed')}>
        <Words text={prompt} empty={t('context.empty')} />
        {prompt !== '' && (
          <>
            <h3 className="mt-4 mb-1.5 font-semibold">{t('context.sent')}</h3>
            {sentPrompt === prompt ? (
              <p className="text-soft">{t('context.same')}</p>
            ) : (
              <Difference first={prompt} second={sentPrompt} />
            )}
          </>
        )}
      </Section>
      {(words.length > 0 || Object.values(draft.options).some((value) => value !== undefined)) && (
        <Section title={t('context.settings')}>
          <Facts>
            {words.length > 0 && <Fact name={t('composer.words')}>{words.join(' · ')}</Fact>}
            <Settings options={draft.options} />
          </Facts>
        </Section>
      )}
      {warnings.length > 0 && (
        <Section title={t('context.warnings')}>
          {warnings.map((note) => (
            <p key={noteText(t, note)} className="wrap-anywhere">
              {noteText(t, note)}
            </p>
          ))}
        </Section>
      )}
    </>
  );
}

/** How a picture got among the inputs; a target that nobody picked is the newest of its branch. */
function originOf({ role, source }: CompiledInput): CompiledInput['source'] | 'newest' {
  return role === 'target' && source === 'default' ? 'newest' : source;
}

function Input({ input, origin }: { input: CompiledInput; origin: ReturnType<typeof originOf> }) {
  const t = useTranslations();
  const { number, hash, role, mention } = input;
  return (
    <li className="flex items-center gap-3">
      <span className="grid size-5 shrink-0 place-items-center rounded-full bg-ink font-medium font-mono text-2xs text-panel">
        {number}
      </span>
      <Thumbnail hash={hash || null} className="size-11 rounded-md" />
      <span className="min-w-0">
        <span className="block truncate">
          <span className="font-mono">{inputName(input, t('composer.inTheMaking'))}</span>{' '}
          {t(`details.roles.${role}`)}
        </span>
        <span className="block truncate text-xs text-soft">
          {t(`context.sources.${origin}`, { mention: mention ?? '' })}
        </span>
      </span>
    </li>
  );
}

function Words({ text, empty }: { text: string; empty: string }) {
  return (
    <p dir="auto" className={`wrap-anywhere whitespace-pre-wrap ${text ? '' : 'text-soft'}`}>
      {text || empty}
    </p>
  );
}

/** The second text, with what it has instead of the first. */
function Difference({ first, second }: { first: string; second: string }) {
  const parts = differenceOf(first, second);
  return (
    <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
      {parts.map(({ text, sort }, index) => {
        const key = `${index} ${sort}`;
        if (sort === 'gone')
          return (
            <del key={key} className="text-soft">
              {text}
            </del>
          );
        return sort === 'new' ? (
          <ins key={key} className="bg-accent-wash text-accent no-underline">
            {text}
          </ins>
        ) : (
          <span key={key}>{text}</span>
        );
      })}
    </p>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-line border-b p-5 text-sm last:border-0">
      <h2 className="mb-2 font-semibold text-base">{title}</h2>
      {children}
    </section>
  );
}

function Settings({ options }: { options: Draft['options'] }) {
  const t = useTranslations();
  const { widthPx, heightPx, seed, steps, guidanceScale, count, quality } = options;
  const settings = [
    [t('options.size'), widthPx === undefined ? undefined : `${widthPx} × ${heightPx ?? widthPx}`],
    [t('options.seed'), seed],
    [t('options.steps'), steps],
    [t('options.guidance'), guidanceScale],
    [t('options.count'), count],
    [t('composer.quality'), quality && t(quality === 'draft' ? 'composer.draft' : 'composer.final')],
  ] as const;
  return settings.map(
    ([name, value]) =>
      value !== undefined && (
        <Fact key={name} name={name} exact>
          {value}
        </Fact>
      ),
  );
}
