/**
 * Sessions under the day of their last change: pinned ones first, then today, yesterday, months. A short list is in the document as it is;
 * of a long one only the rows in sight, so thousands of sessions scroll like ten, and what that takes is loaded with it.
 */
import { useLocale, useTranslations } from 'next-intl';
import { lazy, type ReactNode, Suspense, useCallback, useMemo } from 'react';
import type { SessionView } from '../../../studio/protocol.ts';
import { patiently } from '../ui/layers/patiently.ts';
import { useWasTrue } from '../ui/layers/use-was-true.ts';
import { SessionRow } from './session-row.tsx';
import { keyOf, rowsOf, type SessionListRow } from './session-rows.ts';

const LongSessionList = lazy(() =>
  patiently(() => import('./long-session-list.tsx')).then((module) => ({ default: module.LongSessionList })),
);

interface SessionListProps {
  sessions: SessionView[] | null;
  currentId: string | null;
  more: (() => void) | null;
  empty: string;
  /** The list holds deleted sessions: they can only be restored. */
  deleted?: boolean;
  onOpen: (sessionId: string) => void;
}

/** So many rows are no work for a browser. */
const SHORT = 60;
const LIST = 'min-h-0 flex-1 overflow-y-auto px-2 pb-3';

export function SessionList({ sessions, currentId, more, empty, deleted = false, onOpen }: SessionListProps) {
  const t = useTranslations();
  const locale = useLocale();
  const rows = useMemo(() => rowsOf(sessions ?? [], t, locale), [sessions, t, locale]);
  const isLong = useWasTrue(rows.length > SHORT || more !== null);
  const rowOf = useCallback(
    (row: SessionListRow): ReactNode =>
      'day' in row ? (
        <h2 className="h-[2.125rem] px-2 pt-3.5 font-semibold text-2xs text-soft uppercase tracking-wider">
          {row.day}
        </h2>
      ) : (
        <SessionRow
          session={row.session}
          current={row.session.id === currentId}
          deleted={deleted}
          onOpen={onOpen}
        />
      ),
    [currentId, deleted, onOpen],
  );
  const short = (
    <div className={LIST}>
      {sessions?.length === 0 && <p className="px-2 py-3 text-soft">{empty}</p>}
      <ul>
        {rows.slice(0, SHORT).map((row) => (
          <li key={keyOf(row)} className={'day' in row ? '' : 'h-14'}>
            {rowOf(row)}
          </li>
        ))}
      </ul>
    </div>
  );
  if (!isLong) return short;
  return (
    <Suspense fallback={short}>
      <LongSessionList rows={rows} rowOf={rowOf} className={LIST} more={more} />
    </Suspense>
  );
}
