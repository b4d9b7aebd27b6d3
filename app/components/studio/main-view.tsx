/** The middle of the page: two pictures compared, the gallery, the start, the conversation, or why there is none. */
import { useTranslations } from 'next-intl';
import { type Dispatch, lazy, Suspense } from 'react';
import type { SessionView } from '../../../studio/protocol.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import type { Sender } from '../actions/use-sender.ts';
import { restoreSession } from '../api/routes.ts';
import type { OpenSession } from '../api/use-open-session.ts';
import { referenceOf } from '../gallery/reference-of.ts';
import { FirstRun } from '../start/first-run.tsx';
import { MissingSession } from '../start/missing-session.tsx';
import { useRunExample } from '../start/use-run-example.ts';
import { goToSession } from '../state/address.ts';
import { comparedOf, comparedOfGallery } from '../state/compared.ts';
import { addReference } from '../state/drafts.ts';
import { allPictures } from '../state/intent.ts';
import type { Selection, SelectionAction } from '../state/selection.ts';
import { atFirstSign } from '../ui/layers/first-sign.ts';
import { patiently } from '../ui/layers/patiently.ts';

const GalleryView = lazy(() =>
  patiently(() => import('../gallery/gallery-view.tsx')).then((module) => ({ default: module.GalleryView })),
);
const CompareView = lazy(() => patiently(() => import('../compare/compare-view.tsx')));
const loadConversation = () => patiently(() => import('../turn/conversation.tsx'));
const Conversation = lazy(() => loadConversation().then((module) => ({ default: module.Conversation })));
// The page of a session shows it first of all; the start page does once something was sent.
if (globalThis.location?.pathname.startsWith('/s/')) void loadConversation();
else atFirstSign(() => void loadConversation());

interface MainViewProps {
  open: OpenSession;
  sender: Sender;
  selection: Selection;
  select: Dispatch<SelectionAction>;
  /** The picture that the next message goes on from. */
  chosenId: string | null;
  /** The selected picture, or the head where none was selected. */
  selectedId: string | null;
  sessions: SessionView[];
  /** The model takes messages. */
  isReady: boolean;
}

export function MainView(props: MainViewProps) {
  const { open, sender, selection, select, chosenId, selectedId, sessions, isReady } = props;
  const t = useTranslations();
  const attempt = useAttempt();
  const { isRunning, runExample } = useRunExample(open, sender);
  const { state, status } = open;
  const { compared, lastSessionId, basis } = selection;
  const { sessionId, isGallery } = basis;
  if (compared) {
    const ofSession = allPictures(state?.turns ?? []).map((picture) =>
      comparedOf(picture, state?.turns ?? [], t('turn.uploaded')),
    );
    return (
      <Suspense>
        <CompareView
          two={compared}
          others={isGallery ? compared : ofSession}
          onChange={(two) => select({ type: 'compare', two })}
          onClose={() => select({ type: 'compare', two: null })}
        />
      </Suspense>
    );
  }
  if (isGallery)
    return (
      <Suspense>
        <GalleryView
          sessions={sessions}
          onReference={(picture) => {
            addReference(lastSessionId, { ...referenceOf(picture, lastSessionId), role: 'reference' });
            goToSession(lastSessionId);
          }}
          onCompare={([one, other]) =>
            select({ type: 'compare', two: [comparedOfGallery(one), comparedOfGallery(other)] })
          }
        />
      </Suspense>
    );
  if (status === 'missing' || status === 'deleted' || status === 'failed')
    return (
      <MissingSession
        why={status}
        onRetry={open.reload}
        onRestore={() => sessionId && attempt(() => restoreSession(sessionId).then(open.reload))}
        onNew={() => goToSession(null)}
      />
    );
  if (isEmpty(open) && !sender.pending)
    return <FirstRun disabled={!isReady || isRunning} onExample={runExample} />;
  return (
    <Suspense>
      <Conversation
        state={state}
        pending={sender.pending?.sessionId === sessionId ? sender.pending : null}
        chosenId={chosenId}
        selectedId={selectedId}
        shown={selection.shown}
      />
    </Suspense>
  );
}

/** No session yet, or one in which nothing was said. */
export function isEmpty({ state, status }: OpenSession): boolean {
  return status === 'none' || (status === 'open' && state?.turns.length === 0 && state.messages.length === 0);
}
