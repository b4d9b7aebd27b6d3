/** What lies over the page, each by itself: the drawers of narrow windows, a picture in full size, dialogs, toasts. */
import { useTranslations } from 'next-intl';
import type { Dispatch, ReactNode } from 'react';
import type { OpenSession } from '../api/use-open-session.ts';
import { Lightbox } from '../picture/lightbox.tsx';
import type { SelectionAction } from '../state/selection.ts';
import { RebaseDialog } from '../turn/rebase-dialog.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Toasts } from '../ui/toasts.tsx';
import type { ChangeOverlays, Overlays as Shown } from './use-overlays.ts';

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
      <Lightbox
        turns={open.state?.turns ?? []}
        viewedId={viewedId}
        onView={(pictureId) => {
          change({ viewedId: pictureId });
          if (pictureId !== null) select({ type: 'choose', pictureId });
        }}
      />
      {commands}
      {rebase && sessionId && (
        <RebaseDialog
          rebase={rebase}
          onSent={(turn) => open.add(sessionId, turn)}
          sessionId={sessionId}
          onClose={() => change({ rebase: null })}
        />
      )}
      <Toasts />
    </>
  );
}
