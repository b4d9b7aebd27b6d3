/** What the chosen mode still needs: pictures to take with one click, and an example of what to write. */
import { useTranslations } from 'next-intl';
import type { PictureView, TurnMode } from '../../../studio/protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { PlainButton } from '../ui/plain-button.tsx';

const OFFERED = 6;
const GUIDES = { style: 'Style', identity: 'Identity', combine: 'Combine' } as const;
type GuidedMode = keyof typeof GUIDES;

export function isGuided(mode: TurnMode): mode is GuidedMode {
  return mode in GUIDES;
}

interface ModeGuideProps {
  mode: GuidedMode;
  /** Pictures of the session that are not in the message yet, oldest first. */
  offered: PictureView[];
  /** The example is only offered while nothing is written. */
  empty: boolean;
  onPick: (picture: PictureView) => void;
  onExample: (text: string) => void;
  onAttach: () => void;
  onGallery: () => void;
}

export function ModeGuide(props: ModeGuideProps) {
  const { mode, offered, empty, onPick, onExample, onAttach, onGallery } = props;
  const t = useTranslations();
  const guide = GUIDES[mode];
  const example = t(`composer.example${guide}`);
  return (
    <div className="mt-2 flex animate-appear flex-col items-start gap-2 rounded-xl bg-wash px-3 py-2.5 text-sm">
      <p>{t(`composer.guide${guide}`)}</p>
      <div className="flex flex-wrap items-center gap-1.5">
        {offered
          .slice(-OFFERED)
          .reverse()
          .map((picture) => (
            <button
              key={picture.id}
              type="button"
              aria-label={t('composer.pick', { version: picture.version })}
              title={t('composer.pick', { version: picture.version })}
              onClick={() => onPick(picture)}
              className="rounded-lg border-2 border-transparent transition-colors hover:border-accent"
            >
              <Thumbnail hash={picture.hash} className="size-10 rounded-md" />
            </button>
          ))}
        <PlainButton onClick={onAttach}>{t('composer.attach')}</PlainButton>
        <PlainButton onClick={onGallery}>{t('composer.fromGallery')}</PlainButton>
      </div>
      {empty && (
        <button
          type="button"
          onClick={() => onExample(example)}
          className="text-left text-xs text-soft underline decoration-edge underline-offset-2 hover:text-ink"
        >
          {t('composer.guideExample', { example })}
        </button>
      )}
    </div>
  );
}
