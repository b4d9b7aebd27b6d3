/** The pictures of a turn, one frame or a grid of frames, each with its preview until its pixels are there. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { Frame } from '../picture/frame.tsx';
import { Picture } from '../picture/picture.tsx';
import { PreviewPicture } from '../picture/preview-picture.tsx';
import type { Progress } from '../state/session-state.ts';

interface PicturesProps {
  turn: TurnView;
  progress: Progress | undefined;
  selectedId: string | null;
  /** The turn is aside from the active branch: its pictures are pale until the pointer or the focus is on them. */
  dimmed: boolean;
}

const FALLBACK_SIDE_PX = 256;

export function Pictures({ turn, progress, selectedId, dimmed }: PicturesProps) {
  const t = useTranslations();
  const actions = useActions();
  const { recipe, pictures } = turn;
  const unfinished = turn.job?.state === 'cancelled' || turn.job?.state === 'failed';
  const count = unfinished ? pictures.length : Math.max(recipe?.count ?? 1, pictures.length);
  const slots = Array.from({ length: count }, (_, index) => index);
  const first = pictures[0] ?? recipe;
  return (
    <div
      className={`shrink-0 transition-opacity ${
        count > 1 ? 'grid w-full grid-cols-2 gap-2 sm:w-auto' : 'w-full sm:w-auto'
      } ${dimmed ? 'opacity-45 focus-within:opacity-100 hover:opacity-100' : ''}`}
    >
      {slots.map((slot) => {
        const picture = unfinished ? pictures[slot] : pictures.find(({ index }) => index === slot);
        return (
          <Frame
            key={slot}
            widthPx={picture?.widthPx ?? first?.widthPx ?? FALLBACK_SIDE_PX}
            heightPx={picture?.heightPx ?? first?.heightPx ?? FALLBACK_SIDE_PX}
            scale={count > 1 ? 0.62 : 1}
            selected={count > 1 && picture !== undefined && picture.id === selectedId}
          >
            <PreviewPicture
              preview={progress?.previews[slot]}
              stage={progress?.pictureIndex === slot ? (progress.stage ?? null) : null}
              finished={picture !== undefined}
            />
            {picture && (
              <Picture
                picture={picture}
                alt={`${turn.prompt}, v${picture.version}`}
                onOpen={() => actions.view(picture.id)}
              />
            )}
            {picture && count > 1 && (
              <button
                type="button"
                aria-label={t('turn.choose', { version: `v${picture.version}` })}
                title={t('turn.choose', { version: `v${picture.version}` })}
                aria-pressed={picture.id === selectedId}
                onClick={() => actions.choose(picture.id)}
                className="absolute bottom-2 left-2 z-raised h-6 rounded-full bg-black/75 px-2.5 font-mono text-xs text-white hover:bg-black aria-pressed:bg-accent aria-pressed:text-on-accent"
              >
                v{picture.version}
              </button>
            )}
          </Frame>
        );
      })}
    </div>
  );
}
