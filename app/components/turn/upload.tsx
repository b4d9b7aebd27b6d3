/** A picture that was added but is not part of any message yet. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';

export function Upload({ turn }: { turn: TurnView }) {
  const t = useTranslations();
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {turn.pictures.map(({ id, hash, version, widthPx, heightPx }) => (
        <figure key={id} className="w-32">
          {/* biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching. */}
          <img
            src={`/images/${hash}?width=384`}
            alt={`${t('turn.uploaded')}, v${version}`}
            width={widthPx}
            height={heightPx}
            className="h-auto w-full rounded-xl border border-line bg-wash"
          />
          <figcaption className="mt-1 text-right text-xs text-soft">
            <span className="font-mono">v{version}</span> · {t('turn.uploaded')}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}
