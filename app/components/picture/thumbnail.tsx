/** Small views of pictures. */
import { smallView } from './thumbnail-source.ts';

/**
 * A small decorative view of a picture; its name always stands beside it, so it has none of its own. Without a hash, or with
 * the empty one of a picture in the making, it is the paper that waits for it.
 */
export function Thumbnail({ hash, className = '' }: { hash: string | null; className?: string }) {
  if (!hash) return <span className={`ruled block shrink-0 border border-line ${className}`} />;
  return (
    // biome-ignore lint/performance/noImgElement: blobs are served as they are, with immutable caching.
    <img
      {...smallView(hash)}
      alt=""
      loading="lazy"
      decoding="async"
      className={`shrink-0 bg-wash object-cover ${className}`}
    />
  );
}
