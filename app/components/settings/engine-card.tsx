/** One engine: how it stands, where it is, what it can do, what it takes, and what may be done with it. */
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { EngineTrial, EngineView } from '../../../studio/protocol.ts';
import { errorText } from '../actions/error-text.ts';
import { ApiError, removeEngine, setDefaultEngine, tryEngine } from '../api/routes.ts';
import { useRefreshEngines } from '../api/use-engines.ts';
import { Fact, Facts } from '../facts/fact.tsx';
import { seconds } from '../ui/figures/seconds.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { EngineAbilities } from './engine-abilities.tsx';

const DOT: Record<EngineView['standing'], string> = {
  ready: 'bg-good',
  idle: 'bg-faint',
  starting: 'bg-accent animate-ink',
  away: 'bg-accent animate-ink',
  failed: 'bg-accent',
};
const MIB = 1024 * 1024;

export function EngineCard({ engine, mayChange }: { engine: EngineView; mayChange: boolean }) {
  const t = useTranslations();
  const { name, kind, standing, reason, model, isDefault, residentBytes, meanPictureMs, jobs, source } =
    engine;
  const place = source?.folder ?? source?.addresses?.join(', ');
  return (
    <article
      aria-label={name}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-card p-4 sm:p-5"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className={`size-2.5 shrink-0 rounded-full ${DOT[standing]}`} aria-hidden="true" />
        <h3 className="wrap-anywhere min-w-0 font-semibold">{name}</h3>
        {isDefault && (
          <span className="rounded-full bg-accent-wash px-2 text-accent text-xs leading-5">
            {t('engines.default')}
          </span>
        )}
        <span className="text-sm text-soft">{t(`engines.standings.${standing}`)}</span>
      </header>
      {reason && standing !== 'ready' && <p className="wrap-anywhere text-accent text-sm">{reason}</p>}
      <Facts>
        <Fact name={t('engines.kind')}>
          {kind === 'embedded' ? t('engines.embedded') : t('engines.elsewhere', { kind })}
        </Fact>
        {place && (
          <Fact name={t('engines.place')} exact>
            <span className="wrap-anywhere">{place}</span>
          </Fact>
        )}
        {source?.keyEnv && (
          <Fact name={t('engines.key')} exact>
            {source.keyEnv}
          </Fact>
        )}
        {model && (
          <Fact name={t('details.model')} exact>
            <span title={model.digest}>
              {model.name} {model.digest.slice(0, 10)}
            </span>
          </Fact>
        )}
        {residentBytes !== null && (
          <Fact name={t('engines.memory')} exact>
            {Math.round(residentBytes / MIB)} MiB
          </Fact>
        )}
        {meanPictureMs !== null && (
          <Fact name={t('engines.mean')} exact>
            {seconds(meanPictureMs)}
          </Fact>
        )}
        {jobs > 0 && <Fact name={t('engines.jobs')}>{jobs}</Fact>}
      </Facts>
      {model ? (
        <EngineAbilities can={model.can} />
      ) : (
        <p className="text-sm text-soft">{t('engines.unknownAbilities')}</p>
      )}
      {mayChange && <EngineVerbs engine={engine} />}
    </article>
  );
}

type Verb = 'test' | 'default' | 'remove';

function EngineVerbs({ engine: { name, isDefault, jobs } }: { engine: EngineView }) {
  const t = useTranslations();
  const refresh = useRefreshEngines();
  const [busy, setBusy] = useState<Verb | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [trial, setTrial] = useState<EngineTrial | null>(null);

  async function attempt(verb: Verb, work: () => Promise<unknown>) {
    setBusy(verb);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(errorText(t, error));
    } finally {
      setBusy(null);
      await refresh();
    }
  }

  const keptBecause = isDefault
    ? t('refusal.not_now.default_engine', { engine: name })
    : jobs > 0
      ? t('refusal.not_now.engine_in_use', { engine: name, count: jobs })
      : null;
  return (
    <>
      <div className="flex flex-wrap gap-1.5">
        <PlainButton
          disabled={busy !== null}
          onClick={() => attempt('test', async () => setTrial(await tryEngine(name)))}
        >
          {busy === 'test' ? t('engines.testing') : t('engines.test')}
        </PlainButton>
        {!isDefault && (
          <PlainButton
            disabled={busy !== null}
            onClick={() => attempt('default', () => setDefaultEngine(name))}
          >
            {t('engines.makeDefault')}
          </PlainButton>
        )}
        <PlainButton
          disabled={busy !== null || keptBecause !== null}
          title={keptBecause ?? t('engines.removeHint')}
          onClick={() => attempt('remove', () => removeEngine(name))}
        >
          {t('engines.remove')}
        </PlainButton>
      </div>
      {keptBecause && <p className="text-xs text-soft">{keptBecause}</p>}
      {problem && (
        <p role="alert" className="wrap-anywhere text-accent text-sm">
          {problem}
        </p>
      )}
      {trial && (
        <figure className="flex items-end gap-3">
          {/* biome-ignore lint/performance/noImgElement: a few kilobytes, inlined by the server. */}
          <img
            src={trial.dataUrl}
            alt={t('engines.trial', { name })}
            width={trial.widthPx}
            height={trial.heightPx}
            className="max-h-40 w-auto rounded-xl border border-line"
          />
          <figcaption className="text-soft text-xs">
            {t('engines.trialTook', { seconds: seconds(trial.ms) })}
          </figcaption>
        </figure>
      )}
    </>
  );
}
