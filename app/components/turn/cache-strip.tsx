'use client';
/** What was not computed again: each cache with hit or miss, bytes and time saved, as it was measured. */
import { useTranslations } from 'next-intl';
import type { CacheEntry } from '../../protocol.ts';
import { duration } from '../seconds.ts';

const KNOWN = ['reference-kv', 'ar-prefix', 'prior-tokens', 'encoder', 'glyphs', 'modulations'] as const;

export function CacheStrip({ entries }: { entries: readonly CacheEntry[] }) {
  const t = useTranslations();
  const nameOf = (what: string) => {
    const known = KNOWN.find((each) => each === what);
    return known ? t(`turn.cacheWhat.${known}`) : t('turn.cacheWhat.other', { what });
  };
  return (
    <ul className="flex flex-wrap gap-1.5 text-[12px] text-soft tabular-nums">
      {entries.map(({ what, hit, sizeBytes, savedMs }, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: entries of one run, in their order.
          key={index}
          className="flex items-center gap-1.5 rounded-full border border-line px-2 py-0.5"
        >
          <span className={`size-1.5 rounded-full ${hit ? 'bg-good' : 'bg-faint'}`} aria-hidden="true" />
          {nameOf(what)}: {hit ? t('turn.cacheHit') : t('turn.cacheMiss')}
          {hit && sizeBytes > 0 && ` · ${sizeOf(sizeBytes)}`}
          {hit && savedMs >= 0.5 && ` · −${duration(savedMs)}`}
        </li>
      ))}
    </ul>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
