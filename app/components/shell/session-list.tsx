/**
 * Sessions under the day of their last change: pinned ones first, then today, yesterday, months. Only the rows in sight are in the document,
 * so thousands of sessions scroll like ten; the next page is asked for as its place comes near.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef } from 'react';
import type { SessionView } from '../../../studio/protocol.ts';
import type { Translator } from '../ui/translator.ts';
import { useRem } from '../ui/use-rem.ts';
import { SessionRow } from './session-row.tsx';

interface SessionListProps {
  sessions: SessionView[] | null;
  currentId: string | null;
  more: (() => void) | null;
  empty: string;
  /** The list holds deleted sessions: they can only be restored. */
  deleted?: boolean;
  onOpen: (sessionId: string) => void;
}

type Row = { day: string } | { session: SessionView };

const DAY_REM = 2.125;
const SESSION_REM = 3.5;
const NEAR_END = 12;

export function SessionList({ sessions, currentId, more, empty, deleted = false, onOpen }: SessionListProps) {
  const t = useTranslations();
  const locale = useLocale();
  const rem = useRem();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(sessions ?? [], t, locale), [sessions, t, locale]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ('day' in rows[index]! ? DAY_REM : SESSION_REM) * rem,
    getItemKey: (index) => {
      const row = rows[index]!;
      return 'day' in row ? row.day : row.session.id;
    },
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row is as high as its text.
  useEffect(() => virtual.measure(), [virtual, rem]);
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const nearEnd = sessions !== null && last >= rows.length - NEAR_END;

  useEffect(() => {
    if (nearEnd) more?.();
  }, [nearEnd, more]);

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
      {sessions?.length === 0 && <p className="px-2 py-3 text-soft">{empty}</p>}
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start, size }) => {
          const row = rows[index]!;
          return (
            <li
              key={key}
              className="absolute inset-x-0 top-0"
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {'day' in row ? (
                <h2 className="px-2 pt-3.5 font-semibold text-2xs text-soft uppercase tracking-wider">
                  {row.day}
                </h2>
              ) : (
                <SessionRow
                  session={row.session}
                  current={row.session.id === currentId}
                  deleted={deleted}
                  onOpen={onOpen}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function rowsOf(sessions: SessionView[], t: Translator, locale: string): Row[] {
  const rows: Row[] = [];
  const pinned = sessions.filter(({ pinnedAt }) => pinnedAt !== null);
  if (pinned.length > 0) rows.push({ day: t('shell.pinned') }, ...pinned.map((session) => ({ session })));
  let day = '';
  for (const session of sessions) {
    if (session.pinnedAt !== null) continue;
    const name = dayName(new Date(session.updatedAt), t, locale);
    if (name !== day) rows.push({ day: name });
    day = name;
    rows.push({ session });
  }
  return rows;
}

function dayName(date: Date, t: Translator, locale: string): string {
  const today = new Date();
  const days = Math.round((startOfDay(today) - startOfDay(date)) / 86_400_000);
  if (days <= 0) return t('shell.today');
  if (days === 1) return t('shell.yesterday');
  const year = date.getFullYear() === today.getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(locale, { month: 'long', year });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
