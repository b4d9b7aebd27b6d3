'use client';
/** The right column: how the selected picture came about, and its recipe to the last digit. */
import type { ImageView } from '../../protocol.ts';
import type { SessionState } from '../state/session-state.ts';
import { useStrings } from '../strings.ts';
import { Lineage } from './lineage.tsx';
import { RecipeTable } from './recipe-table.tsx';

interface DetailsProps {
  state: SessionState;
  selected: ImageView | null;
  onSelect: (imageId: string) => void;
}

export function Details({ state, selected, onSelect }: DetailsProps) {
  const strings = useStrings();
  const node = state.nodes.find(({ id }) => id === selected?.nodeId);
  if (!selected || !node) return <p className="p-5 pr-14 text-soft">{strings.noSelection}</p>;
  return (
    <div className="flex flex-col">
      <section aria-labelledby="versions-title" className="p-5">
        <h2 id="versions-title" className="mb-4 font-semibold">
          {strings.versions}
        </h2>
        <Lineage nodes={state.nodes} selectedId={selected.id} onSelect={onSelect} />
      </section>
      <section aria-labelledby="recipe-title" className="border-line border-t p-5">
        <h2 id="recipe-title" className="mb-3 font-semibold">
          {strings.recipe} <span className="font-mono text-[13px] text-accent">v{selected.version}</span>
        </h2>
        <RecipeTable node={node} image={selected} nodes={state.nodes} />
      </section>
    </div>
  );
}
