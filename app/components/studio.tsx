'use client';
/**
 * The whole page: sessions on the left, the conversation, details of the selected picture on the right.
 * Joins the state hooks to the regions; draws nothing but the three columns itself.
 */
import { useCallback, useEffect, useState } from 'react';
import type { SessionView } from '../protocol.ts';
import { Composer } from './composer/composer.tsx';
import { Details } from './details/details.tsx';
import { Lightbox } from './picture/lightbox.tsx';
import { Drawer } from './shell/drawer.tsx';
import { Notice } from './shell/notice.tsx';
import { Sidebar } from './shell/sidebar.tsx';
import { TopBar } from './shell/top-bar.tsx';
import { FirstRun } from './start/first-run.tsx';
import { MissingSession } from './start/missing-session.tsx';
import { findImage, headImage } from './state/intent.ts';
import { useHealth } from './state/use-health.ts';
import { useOpenSession } from './state/use-open-session.ts';
import { useSender } from './state/use-sender.ts';
import { goToSession, useSessionId } from './state/use-session-id.ts';
import { useSessions } from './state/use-sessions.ts';
import { useStrings } from './strings.ts';
import { Conversation } from './turn/conversation.tsx';

export function Studio({ examples }: { examples: string[] }) {
  const strings = useStrings();
  const sessionId = useSessionId();
  const health = useHealth();
  const { sessions, connected, upsert } = useSessions();
  const open = useOpenSession(sessionId);
  const [drawer, setDrawer] = useState<'sessions' | 'details' | null>(null);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const [viewedId, setViewedId] = useState<string | null>(null);

  const onCreated = useCallback(
    (session: SessionView) => {
      upsert(session);
      goToSession(session.id);
    },
    [upsert],
  );
  const sender = useSender({ sessionId, open, onCreated });
  const { state } = open;
  const session = state?.session;
  const deleted = state?.deleted ?? false;

  useEffect(() => {
    if (deleted) goToSession(null);
  }, [deleted]);

  useEffect(() => {
    document.title = session?.title ? `${session.title} · Palimpsest` : 'Palimpsest';
  }, [session?.title]);

  function go(id: string | null) {
    setDrawer(null);
    setSelectedId(null);
    goToSession(id);
  }

  function view(imageId: string | null) {
    if (imageId) setSelectedId(imageId);
    setViewedId(imageId);
  }

  function showDetails(imageId: string) {
    setSelectedId(imageId);
    setDrawer('details');
  }

  const selected = findImage(state?.nodes ?? [], selectedId) ?? headImage(state);
  const empty = open.status === 'none' || (open.status === 'open' && state?.nodes.length === 0);
  const sidebar = <Sidebar sessions={sessions} currentId={sessionId} health={health} onOpen={go} />;
  const details = state && !empty && <Details state={state} selected={selected} onSelect={setSelectedId} />;

  return (
    <div
      className={`grid h-dvh grid-cols-1 md:grid-cols-[16.25rem_minmax(0,1fr)] ${
        details ? 'lg:grid-cols-[16.25rem_minmax(0,1fr)_18.75rem]' : ''
      }`}
    >
      <div className="hidden min-h-0 border-line border-r bg-panel md:block">{sidebar}</div>
      <main className="grid min-h-0 min-w-0 grid-cols-1 grid-rows-[auto_minmax(0,1fr)_auto]">
        <TopBar
          title={session ? session.title || strings.untitled : strings.newSession}
          onSessions={() => setDrawer('sessions')}
          onNew={() => go(null)}
          onDetails={details ? () => setDrawer('details') : null}
        />
        {open.status === 'missing' || open.status === 'failed' ? (
          <MissingSession missing={open.status === 'missing'} onRetry={open.reload} onNew={() => go(null)} />
        ) : empty && !sender.pending ? (
          <FirstRun
            examples={examples}
            disabled={health.status !== 'ready'}
            onExample={(prompt) => sender.send({ prompt, mode: 'new' }, null)}
          />
        ) : (
          <Conversation
            state={state}
            pending={sender.pending?.sessionId === sessionId ? sender.pending : null}
            selectedId={selected?.id ?? null}
            onView={view}
            onDetails={showDetails}
            onSend={(body) => sender.send(body, null)}
          />
        )}
        <div className="mx-auto w-full max-w-[53rem] px-3 pb-3 sm:px-6 sm:pb-4">
          <Notice health={health} connected={connected && open.connected} />
          <Composer sessionId={sessionId} state={state} health={health} sender={sender} open={open} />
        </div>
      </main>
      {details && (
        <aside
          aria-label={strings.details}
          className="hidden min-h-0 overflow-y-auto border-line border-l bg-panel lg:block"
        >
          {details}
        </aside>
      )}
      <Drawer
        side="left"
        title={strings.sessions}
        open={drawer === 'sessions'}
        onClose={() => setDrawer(null)}
      >
        {sidebar}
      </Drawer>
      <Drawer
        side="right"
        title={strings.details}
        open={drawer === 'details'}
        onClose={() => setDrawer(null)}
      >
        {details}
      </Drawer>
      <Lightbox nodes={state?.nodes ?? []} viewedId={viewedId} onView={view} />
    </div>
  );
}
