/** One row of a table of facts. Exact values stand in monospace. */
import type { ReactNode } from 'react';

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-1.5 text-sm">{children}</dl>;
}

export function Fact({
  name,
  exact = false,
  children,
}: {
  name: string;
  exact?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className={`wrap-anywhere min-w-0 ${exact ? 'font-mono text-xs leading-5' : ''}`}>{children}</dd>
    </>
  );
}
