/** What lies over the page, each by itself: the drawers of narrow windows, a picture in full size, dialogs, toasts. */
import { useTranslations } from 'next-intl';
import { type Dispatch, type ReactNode, Suspense } from 'react';
import type { OpenSession } from '../api/use-open-session.ts';
import type { SelectionAction } from '../state/selection.ts';
import { lazyLayer } from '../ui/layers/lazy-layer.ts';
import { useWasTrue } from '../ui/layers/use-was-true.ts';
import { useToasts } from '../ui/toast-store.ts';
import type { ChangeOverlays, Overlays as Shown } from './use-overlays.ts';

const Drawer = lazyLayer(() => import('../ui/layers/drawer.tsx').then((module) => module.Drawer));
const Toasts = lazyLayer(() => import('../ui/toasts.tsx').then((module) => module.Toasts));
const Lightbox = lazyLayer(() => import('../picture/lightbox.tsx').then((module) => module.Lightbox));
const RebaseDialog = lazyLayer(() =>
  import('../turn/rebase-dialog.tsx').then((module) => module.RebaseDialog),
);

interface OverlaysProps {
  open: OpenSession;
  overlays: Shown;
  change: ChangeOverlays;
  select: Dispatch<SelectionAction>;
  sidebar: ReactNode;
  details: ReactNode;
  /** The palette and the keys. */
  commands: ReactNode;
}

export function Overlays({ open, overlays, change, select, sidebar, details, commands }: OverlaysProps) {
  const t = useTranslations();
  const { drawer, viewedId, rebase } = overlays;
  // A layer stays from its first opening on, so that its closing is seen and the focus goes back.
  const hasDrawn = useWasTrue(drawer !== null);
  const hasViewed = useWasTrue(viewedId !== null);
  const hasNews = useWasTrue(useToasts().length > 0);
  const close = () => change({ drawer: null });
  const sessionId = open.state?.session.id;
  return (
    <>
      <Suspense>
        {hasDrawn && (
          <>
            <Drawer side="left" title={t('shell.sessions')} open={drawer === 'sessions'} onClose={close}>
              {sidebar}
            </Drawer>
            <Drawer side="right" title={t('details.details')} open={drawer === 'details'} onClose={close}>
              {details}
            </Drawer>
          </>
        )}
      </Suspense>
      <Suspense>
        {hasViewed && (
          <Lightbox
            turns={open.state?.turns ?? []}
            viewedId={viewedId}
            onView={(pictureId) => {
              change({ viewedId: pictureId });
              if (pictureId !== null) select({ type: 'choose', pictureId });
            }}
          />
        )}
      </Suspense>
      {commands}
      {rebase && sessionId && (
        <Suspense>
          <RebaseDialog
            rebase={rebase}
            onSent={(turn) => open.add(sessionId, turn)}
            sessionId={sessionId}
            onClose={() => change({ rebase: null })}
          />
        </Suspense>
      )}
      <Suspense>{hasNews && <Toasts />}</Suspense>
    </>
  );
}
