/** The early view of a picture: soft while only its layout is known, sharper as it is painted. */
import { useTranslations } from 'next-intl';
import type { Stage } from '../../../studio/vocabulary.ts';
import type { Preview } from '../state/session-state.ts';

interface PreviewPictureProps {
  preview: Preview | undefined;
  stage: Stage | null;
  /** The picture itself lies over it; the preview only bridges the moment in which it loads. */
  finished: boolean;
}

export function PreviewPicture({ preview, stage, finished }: PreviewPictureProps) {
  const t = useTranslations();
  if (!preview) {
    if (stage === null) return null;
    return <div className="absolute inset-0 animate-ink bg-wash/60" />;
  }
  const soft = stage === 'prior' || stage === 'encode';
  return (
    <>
      {/* biome-ignore lint/performance/noImgElement: a few kilobytes, inlined by the server. */}
      <img
        src={preview.dataUrl}
        alt=""
        className={`absolute inset-0 size-full animate-appear object-cover transition-[filter] duration-[180ms] ${
          soft ? 'scale-[1.08] blur-[10px]' : 'scale-[1.01] blur-[1.5px]'
        }`}
      />
      {!finished && (
        <span className="absolute bottom-2.5 left-2.5 rounded-full bg-black/75 px-2.5 py-0.5 text-xs text-white">
          {stage === null
            ? t('progress.preview')
            : `${t(`progress.stages.${stage}`).toLowerCase()} · ${t('progress.preview')}`}
        </span>
      )}
    </>
  );
}
