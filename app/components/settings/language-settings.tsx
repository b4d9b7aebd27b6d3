/** The language model that reads messages: what it is and may take; named, tried and taken out by whoever may. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { LanguageTrial, LanguageView } from '../../../studio/protocol.ts';
import { errorText } from '../actions/error-text.ts';
import {
  ApiError,
  getLanguage,
  type NewLanguage,
  nameLanguage,
  removeLanguage,
  tryLanguage,
} from '../api/routes.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { seconds } from '../ui/figures/seconds.ts';
import { PlainButton, RED_BUTTON } from '../ui/plain-button.tsx';
import { Field } from './field.tsx';

const KEY = ['language'] as const;

export function LanguageSettings() {
  const t = useTranslations();
  const { data: view } = useQuery({ queryKey: KEY, queryFn: getLanguage });
  const [naming, setNaming] = useState(false);
  if (!view) return null;
  const { language, mayChange } = view;
  return (
    <>
      {language ? (
        <LanguageCard language={language} mayChange={mayChange} />
      ) : (
        <p className="text-sm">{t('language.none')}</p>
      )}
      {mayChange && !naming && (
        <PlainButton className="h-9 self-start" onClick={() => setNaming(true)}>
          {t(language ? 'language.change' : 'language.name')}
        </PlainButton>
      )}
      {mayChange && naming && <LanguageForm language={language} onClose={() => setNaming(false)} />}
    </>
  );
}

type Named = NonNullable<LanguageView['language']>;

function LanguageCard({ language, mayChange }: { language: Named; mayChange: boolean }) {
  const t = useTranslations();
  const { busy, problem, attempt } = useAttempt();
  const [trial, setTrial] = useState<LanguageTrial | null>(null);
  const { model, sees, timeS, steps, tokens, price, source, isOfEnvironment } = language;
  return (
    <article
      aria-label={model}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-card p-4 sm:p-5"
    >
      <h3 className="wrap-anywhere font-semibold">{model}</h3>
      <Facts>
        {source && (
          <Fact name={t('engines.place')} exact>
            <span className="wrap-anywhere">{source.address}</span>
          </Fact>
        )}
        {source?.keyEnv && (
          <Fact name={t('engines.key')} exact>
            {source.keyEnv}
          </Fact>
        )}
        <Fact name={t('language.gets')}>{t(sees ? 'language.getsPictures' : 'language.getsWords')}</Fact>
        <Fact name={t('language.limits')}>{t('language.limitsAre', { timeS, steps, tokens })}</Fact>
        {price && <Fact name={t('language.price')}>{t('language.priceIs', price)}</Fact>}
      </Facts>
      {mayChange && (
        <div className="flex flex-wrap gap-1.5">
          <PlainButton disabled={busy} onClick={() => attempt(async () => setTrial(await tryLanguage()))}>
            {t('language.test')}
          </PlainButton>
          {!isOfEnvironment && (
            <PlainButton disabled={busy} onClick={() => attempt(removeLanguage)}>
              {t('engines.remove')}
            </PlainButton>
          )}
        </div>
      )}
      {problem && (
        <p role="alert" className="wrap-anywhere text-accent text-sm">
          {problem}
        </p>
      )}
      {trial && (
        <p role="status" className="wrap-anywhere text-sm">
          {trial.failure
            ? t(`language.trial.${trial.failure}`)
            : t('language.said', { words: trial.words, seconds: seconds(trial.calls[0]?.ms ?? 0) })}
        </p>
      )}
    </article>
  );
}

function LanguageForm({ language, onClose }: { language: Named | null; onClose: () => void }) {
  const t = useTranslations();
  const { busy, problem, attempt } = useAttempt();
  const [fields, setFields] = useState({
    address: language?.source?.address ?? '',
    model: language?.model ?? '',
    keyEnv: language?.source?.keyEnv ?? '',
    sees: language?.sees ?? false,
  });
  const set = (change: Partial<typeof fields>) => setFields({ ...fields, ...change });

  async function name(event: FormEvent) {
    event.preventDefault();
    const { address, model, keyEnv, sees } = fields;
    const asked: NewLanguage = {
      ...{ address: address.trim(), model: model.trim(), sees },
      ...(keyEnv.trim() && { keyEnv: keyEnv.trim() }),
      ...(language?.price && { price: language.price }),
    };
    if (await attempt(() => nameLanguage(asked))) onClose();
  }

  return (
    <form
      aria-label={t('language.name')}
      onSubmit={name}
      className="flex max-w-[40rem] flex-col gap-3 rounded-2xl border border-edge bg-card p-4 sm:p-5"
    >
      <Field
        label={t('engines.address')}
        hint={t('language.addressHint')}
        value={fields.address}
        onChange={(address) => set({ address })}
        required
      />
      <Field
        label={t('engines.modelThere')}
        hint={t('language.modelHint')}
        value={fields.model}
        onChange={(model) => set({ model })}
        required
      />
      <Field
        label={t('engines.keyEnv')}
        hint={t('language.keyEnvHint')}
        value={fields.keyEnv}
        onChange={(keyEnv) => set({ keyEnv })}
      />
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={fields.sees}
          onChange={(event) => set({ sees: event.target.checked })}
        />
        {t('language.sees')}
      </label>
      {problem && (
        <p role="alert" className="wrap-anywhere text-accent text-sm">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <PlainButton className="h-9" onClick={onClose}>
          {t('history.cancel')}
        </PlainButton>
        <button type="submit" disabled={busy} className={RED_BUTTON}>
          {t('language.use')}
        </button>
      </div>
    </form>
  );
}

/** Does something once at a time, says what went wrong, and looks again at what is named. */
function useAttempt() {
  const t = useTranslations();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(t, error));
      return false;
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: KEY });
    }
  }
  return { busy, problem, attempt };
}
