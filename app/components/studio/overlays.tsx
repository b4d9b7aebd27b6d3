/** What lies over the page, each by itself: the drawers of narrow windows, a picture in full size, dialogs, toasts. */
import { useTranslations } from 'next-intl';
import { type Dispatch, lazy, type ReactNode, Suspense, useState } from 'react';
import type { OpenSession } from '../api/use-open-session.ts';
import type { SelectionAction } from '../state/selection.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Toasts } from '../ui/toasts.tsx';
import type { ChangeOverlays, Overlays as Shown } from './use-overlays.ts';

/** What few readers open at once is loaded when it is first asked for. */
const Lightbox = lazy(() =>
  import('../picture/lightbox.tsx').then((module) => ({ default: module.Lightbox })),
);
const RebaseDialog = lazy(() =>
  import('../turn/rebase-dialog.tsx').then((module) => ({ default: module.RebaseDialog })),
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
  /** It stays from then on, so that closing it is seen and the focus goes back. */
  const [hasViewed, setViewed] = useState(false);
  if (viewedId !== null && !hasViewed) setViewed(true);
  const close = () => change({ drawer: null });
  const sessionId = open.state?.session.id;
  return (
    <>
      <Drawer side="left" title={t('shell.sessions')} open={drawer === 'sessions'} onClose={close}>
        {sidebar}
      </Drawer>
      <Drawer side="right" title={t('details.details')} open={drawer === 'details'} onClose={close}>
        {details}
      </Drawer>
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
      <Toasts />
    </>
  );
}
