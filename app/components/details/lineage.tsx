'use client';
/** Every version as a row, oldest first; the line that led to the selected one in red, the others in grey. */
import type { NodeView } from '../../protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { useStrings } from '../strings.ts';
import { ancestry } from './ancestry.ts';

interface LineageProps {
  nodes: NodeView[];
  selectedId: string;
  onSelect: (imageId: string) => void;
}

export function Lineage({ nodes, selectedId, onSelect }: LineageProps) {
  const strings = useStrings();
  const line = ancestry(nodes, selectedId);
  const rows = nodes
    .flatMap((node) => node.images.map((image) => ({ node, image })))
    .sort((a, b) => a.image.version - b.image.version);
  const lastOnLine = rows.findLastIndex(({ image }) => line.has(image.id));
  return (
    <ol>
      {rows.map(({ node, image }, row) => {
        const onLine = line.has(image.id);
        const passes = row < lastOnLine && row >= rows.findIndex(({ image: { id } }) => line.has(id));
        return (
          <li key={image.id} className="relative pb-2.5 last:pb-0">
            {passes && (
              <span
                className="absolute top-6 bottom-[-1.5rem] left-[27px] w-0.5 bg-accent"
                aria-hidden="true"
              />
            )}
            <button
              type="button"
              aria-current={image.id === selectedId ? 'true' : undefined}
              onClick={() => onSelect(image.id)}
              className={`group relative flex w-full items-center gap-3 rounded-[12px] p-1 text-left transition-colors hover:bg-wash ${
                onLine ? '' : 'pl-6'
              }`}
            >
              <Thumbnail
                hash={image.hash}
                className={`rounded-[10px] border-2 ${onLine ? 'size-12 border-accent' : 'size-10 border-edge'} ${
                  image.id === selectedId ? 'ring-4 ring-accent-wash' : ''
                }`}
              />
              <span className="min-w-0 flex-1">
                <span
                  className={`block font-mono font-semibold text-[12px] ${onLine ? 'text-accent' : 'text-soft'}`}
                >
                  v{image.version}
                </span>
                <span className="block truncate text-[12px] text-soft group-aria-[current]:text-ink">
                  {node.prompt || strings.uploaded}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
