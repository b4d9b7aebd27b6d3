/** The caches that a turn looked into: for each how many entries it found, their bytes and the time that they saved, as measured. */
import { useTranslations } from 'next-intl';
import type { CacheUse } from '../../../studio/protocol.ts';
import { duration } from '../ui/figures/seconds.ts';

const KNOWN = ['reference-kv', 'encoder', 'ar-prefix', 'prior-tokens', 'glyphs', 'modulations'] as const;

interface CacheStripProps {
  entries: readonly CacheUse[];
  /** Only the caches that fit into one line are drawn, and none on a phone. */
  folded?: boolean;
}

export function CacheStrip({ entries, folded = false }: CacheStripProps) {
  const t = useTranslations();
  const nameOf = (what: string) => {
    const known = KNOWN.find((each) => each === what);
    return known ? t(`turn.cacheWhat.${known}`) : t('turn.cacheWhat.other', { what });
  };
  const outcomeOf = (found: number, all: number) => {
    if (found === 0) return t('turn.cacheMiss');
    return found === all ? t('turn.cacheHit') : t('turn.cacheSome', { found, all });
  };
  return (
    <ul
      className={`flex flex-wrap gap-1.5 text-xs text-soft tabular-nums ${
        folded ? 'h-6 overflow-hidden max-sm:hidden' : ''
      }`}
    >
      {cachesOf(entries).map(({ what, found, all, sizeBytes, savedMs }) => (
        <li key={what} className="flex h-6 items-center gap-1 rounded-full border border-line px-2">
          <span
            className={`size-1.5 rounded-full ${found > 0 ? 'bg-good' : 'bg-faint'}`}
            aria-hidden="true"
          />
          <span>
            {nameOf(what)}
            {/* The saved time already shows that the entry was found. */}
            <span className={found === all ? 'sr-only' : ''}>: {outcomeOf(found, all)}</span>
          </span>
          {sizeBytes > 0 && ` · ${sizeOf(sizeBytes)}`}
          {savedMs >= 0.5 && ` · −${duration(savedMs)}`}
        </li>
      ))}
    </ul>
  );
}

/** How many caches had an entry, of all that the turn looked into. */
export function reusedOf(entries: readonly CacheUse[]): { found: number; all: number } {
  const caches = cachesOf(entries);
  return { found: caches.filter(({ found }) => found > 0).length, all: caches.length };
}

/** The entries by cache, the cache that saved most time first: entries found and looked for, bytes and time of those found. */
function cachesOf(entries: readonly CacheUse[]) {
  return [...Map.groupBy(entries, ({ what }) => what)]
    .map(([what, uses]) => {
      const { count = 0, sizeBytes = 0, savedMs = 0 } = uses.find(({ hit }) => hit) ?? {};
      const missed = uses.find(({ hit }) => !hit)?.count ?? 0;
      return { what, found: count, all: count + missed, sizeBytes, savedMs };
    })
    .sort((a, b) => b.savedMs - a.savedMs);
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
