'use client';
/** The whole page: joins the open session, the selection and the actions to the columns and to what lies over them. */
import { useTranslations } from 'next-intl';
import { lazy, Suspense, useCallback, useRef, useState } from 'react';
import type { MessageView, SessionView } from '../../../studio/protocol.ts';
import { ActionsContext } from '../actions/actions.ts';
import { useSender } from '../actions/use-sender.ts';
import { useStudioActions } from '../actions/use-studio-actions.ts';
import { useHealth } from '../api/use-health.ts';
import { useKnows } from '../api/use-knows.ts';
import { healthOf, useModelChoice } from '../api/use-model-choice.ts';
import { useNextMessage } from '../api/use-next-message.ts';
import { useOpenSession } from '../api/use-open-session.ts';
import { useSessions } from '../api/use-sessions.ts';
import { Composer } from '../composer/composer.tsx';
import type { DetailTab } from '../details/details.tsx';
import { Commands } from '../palette/commands.tsx';
import { useKeptOffline } from '../shell/kept-offline.ts';
import { Notice } from '../shell/notice.tsx';
import { Sidebar } from '../shell/sidebar.tsx';
import { TopBar } from '../shell/top-bar.tsx';
import { goToGallery, goToSession, useAddress } from '../state/address.ts';
import { parentInput } from '../state/branch.ts';
import { useDraft } from '../state/drafts.ts';
import { findPicture, headPicture } from '../state/intent.ts';
import { patiently } from '../ui/layers/patiently.ts';
import { Columns } from './columns.tsx';
import { isEmpty, MainView } from './main-view.tsx';
import { Overlays } from './overlays.tsx';
import { useDoneSignal } from './use-done-signal.ts';
import { useOverlays } from './use-overlays.ts';
import { useSelection } from './use-selection.ts';
import { useViewActions } from './use-view-actions.ts';

/** Not on the first page, and beside the conversation anywhere else. */
const Details = lazy(() =>
  patiently(() => import('../details/details.tsx')).then((module) => ({ default: module.Details })),
);
const NO_SESSIONS: SessionView[] = [];

export function Studio() {
  const t = useTranslations();
  const address = useAddress();
  useKeptOffline();
  const { sessionId, isGallery } = address;
  const server = useHealth();
  const list = useSessions();
  const open = useOpenSession(sessionId);
  const { state } = open;
  const choice = useModelChoice(useDraft(sessionId), state);
  const health = healthOf(server, choice);
  const knows = useKnows(choice.chosen?.name);
  const next = useNextMessage(sessionId, state, health.model?.can.references, knows);

  const [selection, select] = useSelection(state, address);
  const [overlays, change] = useOverlays();
  const [tab, setTab] = useState<DetailTab>('lineage');
  const messageBox = useRef<HTMLTextAreaElement>(null);
  const views = useViewActions({ newest: open.newest, select, change, onTab: setTab, messageBox });
  const actions = useStudioActions(sessionId, open, views);

  const { upsert } = list;
  const onCreated = useCallback(
    (session: SessionView) => {
      upsert(session);
      goToSession(session.id);
    },
    [upsert],
  );
  const { show } = actions;
  const onMessage = useCallback(
    ({ plan, outcomes }: MessageView) =>
      plan.forEach((step, at) => {
        if (outcomes[at] && !outcomes[at].refusal) show(step);
      }),
    [show],
  );
  const sender = useSender({ sessionId, open, onCreated, onMessage });

  const title = state && (state.session.title || t('shell.untitled'));
  useDoneSignal(state);

  const turns = state?.turns ?? [];
  const selected = findPicture(turns, selection.pictureId) ?? headPicture(state);
  const target = next.intent.inputs.find(({ role }) => role === 'target');
  const chosenId = target?.pictureId ?? headPicture(state)?.id ?? null;
  const selectedTurn = turns.find(({ id }) => id === selected?.turnId);
  const parent = findPicture(turns, (selectedTurn && parentInput(selectedTurn)?.pictureId) ?? null);

  function go(id: string | null, turnId: string | null = null) {
    change({ drawer: null });
    goToSession(id, turnId);
  }

  function openGallery() {
    change({ drawer: null });
    goToGallery();
  }

  const sidebar = (
    <Sidebar
      list={list}
      currentId={sessionId}
      health={health}
      onOpen={go}
      onSearch={() => change({ drawer: null, palette: true })}
    />
  );
  const details = state && !isEmpty(open) && !isGallery && (
    <Suspense>
      <Details state={state} selected={selected} next={next} tab={tab} onTab={setTab} />
    </Suspense>
  );

  const topBar = (
    <TopBar
      title={isGallery ? t('shell.gallery') : (title ?? t('shell.newSession'))}
      history={isGallery ? null : (state?.history ?? null)}
      isGallery={isGallery}
      onGallery={openGallery}
      onSessions={() => change({ drawer: 'sessions' })}
      onNew={() => go(null)}
      onDetails={details ? () => change({ drawer: 'details' }) : null}
    />
  );
  const commands = (
    <Commands
      state={state}
      picture={selected ?? null}
      sessions={list.sessions ?? []}
      palette={overlays.palette}
      sought={overlays.sought}
      help={overlays.help}
      onPalette={(palette) => change({ palette, sought: '' })}
      onHelp={(help) => change({ help })}
      onGo={go}
      onGallery={openGallery}
      onCompare={selected && parent && (() => actions.compare(parent, selected))}
      onDetails={selected && (() => actions.showDetails(selected.id))}
    />
  );
  const composer = (
    <>
      <Notice health={health} connected={list.connected && open.connected} />
      <Composer
        sessionId={sessionId}
        state={state}
        health={health}
        sender={sender}
        open={open}
        next={next}
        knows={knows}
        choice={choice}
        messageBox={messageBox}
      />
    </>
  );

  return (
    <ActionsContext value={actions}>
      <Columns
        sidebar={sidebar}
        topBar={topBar}
        main={
          <MainView
            open={open}
            sender={sender}
            selection={selection}
            select={select}
            chosenId={chosenId}
            selectedId={selected?.id ?? null}
            sessions={list.sessions ?? NO_SESSIONS}
            isReady={health.status === 'ready'}
          />
        }
        composer={!isGallery && !selection.compared && composer}
        details={details}
      />
      <Overlays
        open={open}
        overlays={overlays}
        change={change}
        select={select}
        sidebar={sidebar}
        details={details}
        commands={commands}
      />
    </ActionsContext>
  );
}
