'use client';
/** One version in full: where it comes from, its recipe, its drift, what was reused; and its settings to take along. */
import { Copy, SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { ImageView, NodeView } from '../../../studio/protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { PlainButton } from '../shell/plain-button.tsx';
import { ancestry } from '../state/branch.ts';
import { copyText } from '../state/clipboard.ts';
import { useDeeds } from '../state/deeds.ts';
import { allImages } from '../state/intent.ts';
import type { SessionState } from '../state/session-state.ts';
import { showToast } from '../state/toasts.ts';
import { CacheStrip } from '../turn/cache-strip.tsx';
import { DriftTable } from './drift-table.tsx';
import { RecipeTable } from './recipe-table.tsx';

interface VersionDetailsProps {
  state: SessionState;
  node: NodeView;
  image: ImageView;
}

export function VersionDetails({ state, node, image }: VersionDetailsProps) {
  const t = useTranslations();
  const deeds = useDeeds();
  const line = ancestry(state.nodes, image.id);
  const ancestors = allImages(state.nodes).filter(({ id }) => line.has(id));
  const cache = state.cache[node.id];

  function copySettings() {
    const settings = JSON.stringify({ prompt: node.prompt, mode: node.mode, ...node.recipe }, null, 2);
    copyText(settings).then(() => showToast(t('shell.copied')));
  }

  return (
    <>
      <Section title={<Version version={image.version} />}>
        <p dir="auto" className="wrap-anywhere mb-3 whitespace-pre-wrap">
          {node.prompt || t('turn.uploaded')}
        </p>
        {node.recipe && (
          <div className="flex flex-wrap gap-1.5">
            <PlainButton onClick={() => deeds.reuseSettings(node)}>
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
      <Section title={t('details.line')}>
        <ol className="flex flex-wrap items-center gap-1.5">
          {ancestors.map(({ id, hash, version }) => (
            <li key={id}>
              <button
                type="button"
                aria-label={`v${version}`}
                aria-current={id === image.id ? 'true' : undefined}
                onClick={() => deeds.select(id)}
                className="block rounded-[8px] border-2 border-edge hover:border-accent aria-[current]:border-accent"
              >
                <Thumbnail hash={hash} className="size-9 rounded-[6px]" />
              </button>
            </li>
          ))}
        </ol>
      </Section>
      <Section title={t('details.recipe')}>
        <RecipeTable node={node} image={image} nodes={state.nodes} />
      </Section>
      {image.drift && (
        <Section title={t('details.drift')}>
          <DriftTable drift={image.drift} nodes={state.nodes} />
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
  return <span className="font-mono text-[13px] text-accent">v{version}</span>;
}

function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="border-line border-b p-5 last:border-0">
      <h2 className="mb-2.5 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
