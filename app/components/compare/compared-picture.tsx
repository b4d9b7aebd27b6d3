/** One of the two pictures under comparison, as large as there is room. */
import type { Compared } from '../state/compared.ts';

export function ComparedPicture({ picture, className = '' }: { picture: Compared; className?: string }) {
  return (
    // biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching.
    <img
      src={`/images/${picture.hash}`}
      alt={`${picture.prompt}, ${picture.label}`}
      width={picture.widthPx}
      height={picture.heightPx}
      className={`size-full min-h-0 max-w-full rounded-2xl object-contain ${className}`}
    />
  );
}
