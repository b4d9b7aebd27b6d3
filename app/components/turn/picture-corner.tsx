/** What is at hand on the picture itself, once the pointer or the focus is on it: a larger view, and taking it along. */
import { ImagePlus, Maximize2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { PictureView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';

const CORNER_BUTTON =
  'grid size-9 place-items-center rounded-full bg-black/65 text-white transition-colors hover:bg-black [&>svg]:size-4';

export function PictureCorner({ picture, several }: { picture: PictureView; several: boolean }) {
  const t = useTranslations();
  const actions = useActions();
  const version = `v${picture.version}`;
  return (
    <div
      className={`absolute top-2 right-2 z-raised flex gap-1.5 opacity-0 transition-opacity group-focus-within/frame:opacity-100 group-hover/frame:opacity-100 ${
        several ? 'pointer-coarse:opacity-100' : 'pointer-coarse:hidden'
      }`}
    >
      <button
        type="button"
        aria-label={t('turn.useAsReference')}
        title={t('turn.useAsReference')}
        onClick={() => actions.addReference(picture)}
        className={`${CORNER_BUTTON} ${several ? 'pointer-coarse:hidden' : ''}`}
      >
        <ImagePlus aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label={t('turn.enlarge', { version })}
        title={t('turn.enlarge', { version })}
        onClick={() => actions.view(picture.id)}
        className={CORNER_BUTTON}
      >
        <Maximize2 aria-hidden="true" />
      </button>
    </div>
  );
}
