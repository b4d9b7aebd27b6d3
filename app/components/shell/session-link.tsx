'use client';
/** One session of the list. A real link: it can be opened in a new tab; a plain click stays on the page. */
import type { MouseEvent } from 'react';
import type { SessionView } from '../../protocol.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { sessionHref } from '../state/use-session-id.ts';
import { useStrings } from '../strings.ts';

interface SessionLinkProps {
  session: SessionView;
  current: boolean;
  onOpen: (sessionId: string) => void;
}

export function SessionLink({ session, current, onOpen }: SessionLinkProps) {
  const strings = useStrings();

  function open(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(session.id);
  }

  return (
    <a
      href={sessionHref(session.id)}
      onClick={open}
      aria-current={current ? 'page' : undefined}
      className="flex items-center gap-2.5 rounded-[10px] p-2 transition-colors hover:bg-wash aria-[current]:bg-wash"
    >
      <Thumbnail hash={session.thumbnailHash} className="size-[38px] rounded-[8px]" />
      <span className="min-w-0">
        <span className="block truncate font-medium">{session.title || strings.untitled}</span>
        <span className="block text-[12px] text-soft">{strings.versionCount(session.imageCount)}</span>
      </span>
    </a>
  );
}
