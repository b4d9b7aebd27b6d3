'use client';
/** The pictures of a turn, one frame or a grid of frames, each with its preview until its pixels are there. */
import type { NodeView } from '../../protocol.ts';
import { Frame } from '../picture/frame.tsx';
import { Picture } from '../picture/picture.tsx';
import { PreviewImage } from '../picture/preview-image.tsx';
import { useDeeds } from '../state/deeds.ts';
import type { Progress } from '../state/session-state.ts';

interface PicturesProps {
  node: NodeView;
  progress: Progress | undefined;
  selectedId: string | null;
}

const FALLBACK_SIDE_PX = 256;

export function Pictures({ node, progress, selectedId }: PicturesProps) {
  const deeds = useDeeds();
  const { recipe, images } = node;
  const unfinished = node.job?.state === 'cancelled' || node.job?.state === 'failed';
  const count = unfinished ? images.length : Math.max(recipe?.count ?? 1, images.length);
  const slots = Array.from({ length: count }, (_, index) => index);
  const first = images[0] ?? recipe;
  return (
    <div className={`shrink-0 ${count > 1 ? 'grid w-full grid-cols-2 gap-2 sm:w-auto' : 'w-full sm:w-auto'}`}>
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
          </Frame>
        );
      })}
    </div>
  );
}
