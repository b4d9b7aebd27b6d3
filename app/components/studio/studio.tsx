'use client';
/**
 * The whole page: sessions on the left, the conversation, details of the selected picture on the right.
 * Joins the state hooks to the regions; draws nothing but the three columns itself.
 */
import { useTranslations } from 'next-intl';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import type { PictureView, SessionView } from '../../../studio/protocol.ts';
import { DeedsContext } from '../actions/actions.ts';
import { useTravel } from '../actions/use-history-step.ts';
import { useSender } from '../actions/use-sender.ts';
import { useSessionDeeds } from '../actions/use-session-actions.ts';
import { useMakeDeeds } from '../actions/use-studio-actions.ts';
import { restoreSession } from '../api/routes.ts';
import { useCompiled } from '../api/use-compiled.ts';
import { useHealth } from '../api/use-health.ts';
import { useKnown } from '../api/use-known.ts';
import { useOpenSession } from '../api/use-open-session.ts';
import { useSessions } from '../api/use-sessions.ts';
import type { Compared } from '../compare/compared.ts';
import { Composer } from '../composer/composer.tsx';
import { Details, type DetailTab } from '../details/details.tsx';
import { referenceOf } from '../gallery/gallery-picker.tsx';
import { GalleryView } from '../gallery/gallery-view.tsx';
import { Commands } from '../palette/commands.tsx';
import { Lightbox } from '../picture/lightbox.tsx';
import { Notice } from '../shell/notice.tsx';
import { Sidebar } from '../shell/sidebar.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { FirstRun } from '../start/first-run.tsx';
import { MissingSession } from '../start/missing-session.tsx';
import { usePlay } from '../start/use-run-example.ts';
import {
  GALLERY_PATH,
  goTo,
  goToSession,
  type PlaceInSession,
  usePlace,
  useTurnInAddress,
} from '../state/address.ts';
import { parentInput } from '../state/branch.ts';
import { addReference, useDraft } from '../state/drafts.ts';
import { allPictures, findPicture, headPicture, resolveIntent } from '../state/intent.ts';
import { Conversation } from '../turn/conversation.tsx';
import { RebaseDialog } from '../turn/rebase-dialog.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Toasts } from '../ui/toasts.tsx';

const CompareView = lazy(() => import('../compare/compare-view.tsx'));

export function Studio() {
  const known = useKnown();
  const t = useTranslations();
  const place = usePlace();
  const { sessionId } = place;
  const address = useTurnInAddress();
  const health = useHealth();
  const list = useSessions();
  const { upsert } = list;
  const open = useOpenSession(sessionId);
  const { attempt } = useSessionDeeds();
  const [drawer, setDrawer] = useState<'sessions' | 'details' | null>(null);
  const [tab, setTab] = useState<DetailTab>('lineage');
  const [selectedId, setSelectedId] = useState<string | null>(null);
  /** What the conversation goes to; each new one once. */
  const [shown, setShown] = useState<PlaceInSession | null>(null);
  const [viewedId, setViewedId] = useState<string | null>(null);
  const [comparing, setComparing] = useState<[Compared, Compared] | null>(null);
  const [rebasing, setRebasing] = useState<[from: PictureView, to: PictureView] | null>(null);
  const [searching, setSearching] = useState(false);
  /** Where a picture from the gallery goes. */
  const [lastSessionId, setLastSessionId] = useState(sessionId);

  const onCreated = useCallback(
    (session: SessionView) => {
      upsert(session);
      goToSession(session.id);
    },
    [upsert],
  );
  const sender = useSender({ sessionId, open, onCreated });
  const { playing, play } = usePlay(open, sender);
  const { state } = open;
  const turns = useMemo(() => state?.turns ?? [], [state]);
  const session = state?.session;
  const draft = useDraft(sessionId);
  const intent = useMemo(() => resolveIntent(draft, state), [draft, state]);
  const compiled = useCompiled(draft, intent, state, health.model?.maxReferences);
  const head = headPicture(state);
  const selected = findPicture(turns, selectedId) ?? head;

  const comparedOf = useCallback(
    (picture: PictureView): Compared => ({
      ...picture,
      label: `v${picture.version}`,
      prompt: turns.find(({ id }) => id === picture.turnId)?.prompt || t('turn.uploaded'),
    }),
    [turns, t],
  );

  const select = useCallback((pictureId: string) => {
    setSelectedId(pictureId);
    setShown({ turnId: null, pictureId });
  }, []);
  const onTravel = useTravel(state, select);

  const views = useMemo(
    () => ({
      choose: setSelectedId,
      select,
      travel: onTravel,
      view: (pictureId: string) => {
        setSelectedId(pictureId);
        setViewedId(pictureId);
      },
      showDetails: (pictureId: string) => {
        setSelectedId(pictureId);
        setTab('details');
        if (!matchMedia('(min-width: 1100px)').matches) setDrawer('details');
      },
      compare: (oneId: string, otherId: string) => {
        const [one, other] = [findPicture(turns, oneId), findPicture(turns, otherId)];
        if (one && other) setComparing([comparedOf(one), comparedOf(other)]);
      },
      rebase: (from: PictureView, to: PictureView) => setRebasing([from, to]),
    }),
    [turns, comparedOf, select, onTravel],
  );
  const deeds = useMakeDeeds(sessionId, open, views);

  useEffect(() => {
    if (!place.gallery) setLastSessionId(sessionId);
    setComparing(null);
  }, [place.gallery, sessionId]);

  // A new head is what one wants to see the details of.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the head is the reason, not the value.
  useEffect(() => setSelectedId(null), [head?.id]);

  // A new turn is what one looks at next. The address names an older one, or one of its pictures, until then.
  const { turnId, pictureId } = address;
  const newestId = turns.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest turn is the reason, not the value.
  useEffect(() => setShown(null), [newestId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session that has just opened has it to show, too.
  useEffect(() => setShown(turnId === null ? null : { turnId, pictureId }), [turnId, pictureId, session?.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session that has just opened has it to select, too.
  useEffect(() => {
    if (pictureId !== null) setSelectedId(pictureId);
  }, [pictureId, session?.id]);

  useEffect(() => {
    document.title = session?.title ? `${session.title} · Palimpsest` : 'Palimpsest';
  }, [session?.title]);

  function go(id: string | null, turnId: string | null = null) {
    setDrawer(null);
    goToSession(id, turnId);
  }

  function openGallery() {
    setDrawer(null);
    goTo(GALLERY_PATH);
  }

  const empty = open.status === 'none' || (open.status === 'open' && turns.length === 0);
  const parentId = parentInput(turns.find(({ id }) => id === selected?.turnId) ?? NO_NODE)?.pictureId;
  const sidebar = (
    <Sidebar
      list={list}
      currentId={sessionId}
      health={health}
      onOpen={go}
      onSearch={() => {
        setDrawer(null);
        setSearching(true);
      }}
    />
  );
  const details = state && !empty && !place.gallery && (
    <Details
      state={state}
      selected={selected}
      compiled={compiled}
      draft={draft}
      maskShare={intent.maskHash === null ? null : draft.mask!.paintedShare}
      tab={tab}
      onTab={setTab}
    />
  );

  return (
    <DeedsContext value={deeds}>
      <div
        className={`grid h-dvh grid-cols-1 grid-rows-1 md:grid-cols-[16.25rem_minmax(0,1fr)] ${
          details ? 'lg:grid-cols-[16.25rem_minmax(0,1fr)_20rem]' : ''
        }`}
      >
        <div className="hidden min-h-0 border-line border-r bg-panel md:block">{sidebar}</div>
        <main className="grid min-h-0 min-w-0 grid-cols-1 grid-rows-[auto_minmax(0,1fr)_auto]">
          <TopBar
            title={
              place.gallery
                ? t('shell.gallery')
                : session
                  ? session.title || t('shell.untitled')
                  : t('shell.newSession')
            }
            history={place.gallery ? null : (state?.history ?? null)}
            gallery={place.gallery}
            onTravel={onTravel}
            onGallery={openGallery}
            onSessions={() => setDrawer('sessions')}
            onNew={() => go(null)}
            onDetails={details ? () => setDrawer('details') : null}
          />
          {comparing ? (
            <Suspense>
              <CompareView
                two={comparing}
                others={place.gallery ? comparing : allPictures(turns).map(comparedOf)}
                onChange={setComparing}
                onClose={() => setComparing(null)}
              />
            </Suspense>
          ) : place.gallery ? (
            <GalleryView
              onReference={(picture) => {
                addReference(lastSessionId, { ...referenceOf(picture, lastSessionId), role: 'reference' });
                goToSession(lastSessionId);
              }}
              onCompare={([one, other]) => setComparing([ofGallery(one), ofGallery(other)])}
            />
          ) : open.status === 'missing' || open.status === 'deleted' || open.status === 'failed' ? (
            <MissingSession
              why={open.status}
              onRetry={open.reload}
              onRestore={() => sessionId && attempt(() => restoreSession(sessionId).then(open.reload))}
              onNew={() => go(null)}
            />
          ) : empty && !sender.pending ? (
            <FirstRun
              prompts={known?.examples}
              disabled={health.status !== 'ready' || playing}
              onExample={play}
            />
          ) : (
            <Conversation
              state={state}
              pending={sender.pending?.sessionId === sessionId ? sender.pending : null}
              selectedId={selected?.id ?? null}
              shown={shown}
            />
          )}
          {!place.gallery && !comparing && (
            <div className="mx-auto w-full max-w-[53rem] px-3 pb-3 sm:px-6 sm:pb-4">
              <Notice health={health} connected={list.connected && open.connected} />
              <Composer
                sessionId={sessionId}
                state={state}
                health={health}
                sender={sender}
                open={open}
                intent={intent}
                compiled={compiled}
                knows={known?.knows ?? null}
              />
            </div>
          )}
        </main>
        {details && (
          <aside
            aria-label={t('details.details')}
            className="hidden min-h-0 border-line border-l bg-panel lg:block"
          >
            {details}
          </aside>
        )}
      </div>
      <Drawer
        side="left"
        title={t('shell.sessions')}
        open={drawer === 'sessions'}
        onClose={() => setDrawer(null)}
      >
        {sidebar}
      </Drawer>
      <Drawer
        side="right"
        title={t('details.details')}
        open={drawer === 'details'}
        onClose={() => setDrawer(null)}
      >
        {details}
      </Drawer>
      <Lightbox
        turns={turns}
        viewedId={viewedId}
        onView={(pictureId) => {
          setViewedId(pictureId);
          if (pictureId !== null) setSelectedId(pictureId);
        }}
      />
      <Commands
        state={state}
        sessions={list.sessions ?? []}
        searching={searching}
        onSearching={setSearching}
        onTravel={onTravel}
        onGo={go}
        onGallery={openGallery}
        onCompare={
          selected && parentId && findPicture(turns, parentId)
            ? () => deeds.compare(parentId, selected.id)
            : null
        }
        onDetails={selected ? () => deeds.showDetails(selected.id) : null}
      />
      {rebasing && sessionId && (
        <RebaseDialog
          sessionId={sessionId}
          from={rebasing[0]}
          to={rebasing[1]}
          add={open.add}
          onClose={() => setRebasing(null)}
        />
      )}
      <Toasts />
    </DeedsContext>
  );
}

const NO_NODE = { inputs: [] } as unknown as Parameters<typeof parentInput>[0];

function ofGallery(picture: PictureView & { sessionTitle: string; prompt: string }): Compared {
  return { ...picture, label: `v${picture.version} · ${picture.sessionTitle}` };
}
