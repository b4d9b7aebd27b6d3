/** The rows of a long list that are in sight; the next page is asked for as its place comes near. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import { useRem } from '../ui/use-rem.ts';
import { keyOf, type SessionListRow } from './session-rows.ts';

interface LongSessionListProps {
  rows: SessionListRow[];
  rowOf: (row: SessionListRow) => ReactNode;
  className: string;
  more: (() => void) | null;
}

const DAY_REM = 2.125;
const SESSION_REM = 3.5;
const NEAR_END = 12;

export function LongSessionList({ rows, rowOf, className, more }: LongSessionListProps) {
  const rem = useRem();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ('day' in rows[index]! ? DAY_REM : SESSION_REM) * rem,
    getItemKey: (index) => keyOf(rows[index]!),
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a row is as high as its text.
  useEffect(() => virtual.measure(), [virtual, rem]);
  const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
  const nearEnd = last >= rows.length - NEAR_END;

  useEffect(() => {
    if (nearEnd) more?.();
  }, [nearEnd, more]);

  return (
    <div ref={scroller} className={className}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start, size }) => (
          <li
            key={key}
            className="absolute inset-x-0 top-0"
            style={{ height: size, transform: `translateY(${start}px)` }}
          >
            {rowOf(rows[index]!)}
          </li>
        ))}
      </ul>
    </div>
  );
}
