/** One thing that the model can draw: its picture, where the loaded model has drawn one, and the words that ask for it. */
import { ArrowRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { SAMPLES_PATH, type Sample } from '../../../studio/samples.ts';

interface SampleTileProps {
  /** Shown under the picture, and written into the message. */
  label: string;
  text: string;
  sample: Sample | undefined;
  /** Tiles of subjects are small. */
  small?: boolean;
  onPick: (text: string) => void;
}

export function SampleTile({ label, text, sample, small = false, onPick }: SampleTileProps) {
  const t = useTranslations();
  return (
    <button
      type="button"
      aria-label={t('canDraw.write', { text })}
      title={text}
      onClick={() => onPick(text)}
      className="group flex h-full w-full flex-col overflow-hidden rounded-xl border border-line bg-card text-left transition-[border-color,box-shadow] hover:border-accent hover:shadow-lift"
    >
      {sample && (
        <span className="flex items-center bg-wash">
          {sample.base && (
            <>
              <Shot file={sample.base.file} />
              <ArrowRight className="size-4 shrink-0 text-soft" aria-hidden="true" />
            </>
          )}
          <Shot file={sample.file} />
        </span>
      )}
      <span className={`wrap-anywhere px-2 leading-snug ${small ? 'py-1 text-xs' : 'py-1.5 text-sm'}`}>
        {label}
      </span>
    </button>
  );
}

function Shot({ file }: { file: string }) {
  return (
    // biome-ignore lint/performance/noImgElement: samples are small files of the size that they are shown in.
    <img
      src={`${SAMPLES_PATH}/${file}`}
      alt=""
      loading="lazy"
      decoding="async"
      className="aspect-square min-w-0 flex-1 object-cover"
    />
  );
}
