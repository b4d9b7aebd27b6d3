'use client';
/** The pictures of a turn, one frame or a grid of frames, each with its preview until its pixels are there. */
import { useTranslations } from 'next-intl';
import type { NodeView } from '../../../studio/protocol.ts';
import { Frame } from '../picture/frame.tsx';
import { Picture } from '../picture/picture.tsx';
import { PreviewImage } from '../picture/preview-image.tsx';
import { useDeeds } from '../state/deeds.ts';
import type { Progress } from '../state/session-state.ts';

interface PicturesProps {
  node: NodeView;
  progress: Progress | undefined;
  selectedId: string | null;
  /** Of a way that the session has left; they come to the fore under the pointer. */
  dimmed: boolean;
}

const FALLBACK_SIDE_PX = 256;

export function Pictures({ node, progress, selectedId, dimmed }: PicturesProps) {
  const t = useTranslations();
  const deeds = useDeeds();
  const { recipe, images } = node;
  const unfinished = node.job?.state === 'cancelled' || node.job?.state === 'failed';
  const count = unfinished ? images.length : Math.max(recipe?.count ?? 1, images.length);
  const slots = Array.from({ length: count }, (_, index) => index);
  const first = images[0] ?? recipe;
  return (
    <div
      className={`shrink-0 transition-opacity ${
        count > 1 ? 'grid w-full grid-cols-2 gap-2 sm:w-auto' : 'w-full sm:w-auto'
      } ${dimmed ? 'opacity-45 focus-within:opacity-100 hover:opacity-100' : ''}`}
    >
      {slots.map((slot) => {
        const image = unfinished ? images[slot] : images.find(({ index }) => index === slot);
        return (
          <Frame
            key={slot}
            widthPx={image?.widthPx ?? first?.widthPx ?? FALLBACK_SIDE_PX}
            heightPx={image?.heightPx ?? first?.heightPx ?? FALLBACK_SIDE_PX}
            scale={count > 1 ? 0.62 : 1}
            selected={count > 1 && image !== undefined && image.id === selectedId}
          >
            <PreviewImage
              preview={progress?.previews[slot]}
              stage={progress?.imageIndex === slot ? (progress.stage ?? null) : null}
              finished={image !== undefined}
            />
            {image && (
              <Picture
                image={image}
                alt={`${node.prompt}, v${image.version}`}
                onOpen={() => deeds.view(image.id)}
              />
            )}
            {image && count > 1 && (
              <button
                type="button"
                aria-label={t('turn.choose', { version: `v${image.version}` })}
                title={t('turn.choose', { version: `v${image.version}` })}
                aria-pressed={image.id === selectedId}
                onClick={() => deeds.choose(image.id)}
                className="absolute bottom-2 left-2 z-1 h-6 rounded-full bg-black/75 px-2.5 font-mono text-[12px] text-white hover:bg-black aria-pressed:bg-accent aria-pressed:text-on-accent"
              >
                v{image.version}
              </button>
            )}
          </Frame>
        );
      })}
    </div>
  );
}
