/**
 * The pictures of a turn, one frame or a grid of frames, each with its preview until its pixels are there. A click on one of
 * several chooses it as the picture to go on from; a click on a single one looks at it.
 */
import { useTranslations } from 'next-intl';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { FRAME_WIDTH, Frame, frameStyle } from '../picture/frame.tsx';
import { Picture } from '../picture/picture.tsx';
import { PreviewPicture } from '../picture/preview-picture.tsx';
import type { Progress } from '../state/session-state.ts';
import { Before, type BeforeView } from './before.tsx';
import { PictureCorner } from './picture-corner.tsx';

interface PicturesProps {
  turn: TurnView;
  progress: Progress | undefined;
  /** The picture that is gone on from. */
  chosenId: string | null;
  /** The turn is aside from the active branch: its pictures are pale until the pointer or the focus is on them. */
  dimmed: boolean;
  /** What stood there before, while it is looked at. */
  before: BeforeView | null;
}

const FALLBACK_SIDE_PX = 256;

export function Pictures({ turn, progress, chosenId, dimmed, before }: PicturesProps) {
  const actions = useActions();
  const { recipe, pictures } = turn;
  const unfinished = turn.job?.state === 'cancelled' || turn.job?.state === 'failed';
  const count = unfinished ? pictures.length : Math.max(recipe?.count ?? 1, pictures.length);
  const several = count > 1;
  const first = pictures[0] ?? recipe ?? { widthPx: FALLBACK_SIDE_PX, heightPx: FALLBACK_SIDE_PX };
  const columns = count > 4 ? 3 : 2;
  const grid = (first.widthPx / first.heightPx) * (columns / Math.ceil(count / columns));
  const slots = Array.from({ length: count }, (_, index) => index);
  return (
    <div
      style={several ? frameStyle(grid) : undefined}
      className={`transition-opacity ${several ? `grid gap-2 ${FRAME_WIDTH}` : 'w-full'} ${
        several && columns === 3 ? 'grid-cols-3' : several ? 'grid-cols-2' : ''
      } ${dimmed ? 'opacity-45 focus-within:opacity-100 hover:opacity-100' : ''}`}
    >
      {slots.map((slot) => {
        const picture = unfinished ? pictures[slot] : pictures.find(({ index }) => index === slot);
        return (
          <Frame
            key={slot}
            widthPx={picture?.widthPx ?? first.widthPx}
            heightPx={picture?.heightPx ?? first.heightPx}
            isCell={several}
            selected={several && picture !== undefined && picture.id === chosenId}
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
                onOpen={() => (several ? actions.goOnFrom(picture) : actions.view(picture.id))}
              />
            )}
            {picture && before && (!several || picture.id === before.ofId) && <Before before={before} />}
            {picture && several && <Choose picture={picture} chosen={picture.id === chosenId} />}
            {picture && <PictureCorner picture={picture} several={several} />}
          </Frame>
        );
      })}
    </div>
  );
}

/** The version of one of several, which says whether it is the chosen one, and chooses it. */
function Choose({ picture, chosen }: { picture: PictureView; chosen: boolean }) {
  const t = useTranslations();
  const { goOnFrom } = useActions();
  const version = `v${picture.version}`;
  return (
    <button
      type="button"
      aria-label={t('turn.choose', { version })}
      title={t('turn.choose', { version })}
      aria-pressed={chosen}
      onClick={() => goOnFrom(picture)}
      className="group/choose absolute bottom-0 left-0 z-raised p-2"
    >
      <span className="block rounded-full bg-black/75 px-2.5 font-mono text-white text-xs leading-6 group-hover/choose:bg-black group-aria-pressed/choose:bg-accent group-aria-pressed/choose:text-on-accent">
        {version}
      </span>
    </button>
  );
}
