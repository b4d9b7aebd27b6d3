/** One version in full: where it comes from, its recipe, its drift, what was reused; and its settings to take along. */
import { Copy, SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { CacheStrip } from '../facts/cache-strip.tsx';
import { DriftTable } from '../facts/drift-table.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { ancestry } from '../state/branch.ts';
import { allPictures } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { copyText } from '../ui/clipboard.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { showToast } from '../ui/toast-store.ts';
import { RecipeTable } from './recipe-table.tsx';

interface VersionDetailsProps {
  state: SessionState;
  turn: TurnView;
  picture: PictureView;
}

export function VersionDetails({ state, turn, picture }: VersionDetailsProps) {
  const t = useTranslations();
  const actions = useActions();
  const branch = ancestry(state.turns, picture.id);
  const ancestors = allPictures(state.turns).filter(({ id }) => branch.has(id));
  const cache = state.cache[turn.id];

  function copySettings() {
    const settings = JSON.stringify({ prompt: turn.prompt, mode: turn.mode, ...turn.recipe }, null, 2);
    copyText(settings).then(() => showToast(t('shell.copied')));
  }

  return (
    <>
      <Section title={<Version version={picture.version} />}>
        <p dir="auto" className="wrap-anywhere mb-3 whitespace-pre-wrap">
          {turn.prompt || t('turn.uploaded')}
        </p>
        {turn.recipe && (
          <div className="flex flex-wrap gap-1.5">
            <PlainButton onClick={() => actions.reuseSettings(turn)}>
              <SlidersHorizontal aria-hidden="true" />
              {t('details.reuse')}
            </PlainButton>
            <PlainButton onClick={copySettings}>
              <Copy aria-hidden="true" />
              {t('details.copySettings')}
            </PlainButton>
          </div>
        )}
      </Section>
      <Section title={t('details.branch')}>
        <ol className="flex flex-wrap items-center gap-1.5">
          {ancestors.map(({ id, hash, version }) => (
            <li key={id}>
              <button
                type="button"
                aria-label={`v${version}`}
                aria-current={id === picture.id ? 'true' : undefined}
                onClick={() => actions.select(id)}
                className="block rounded-md border-2 border-edge hover:border-accent aria-[current]:border-accent"
              >
                <Thumbnail hash={hash} className="size-9 rounded-sm" />
              </button>
            </li>
          ))}
        </ol>
      </Section>
      <Section title={t('details.recipe')}>
        <RecipeTable turn={turn} picture={picture} turns={state.turns} />
      </Section>
      {picture.drift && (
        <Section title={t('details.drift')}>
          <DriftTable drift={picture.drift} turns={state.turns} />
        </Section>
      )}
      {cache && cache.length > 0 && (
        <Section title={t('details.cache')}>
          <CacheStrip entries={cache} />
        </Section>
      )}
    </>
  );
}

function Version({ version }: { version: number }) {
  return <span className="font-mono text-sm text-accent">v{version}</span>;
}

function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="border-line border-b p-5 last:border-0">
      <h2 className="mb-2.5 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
