'use client';
/** What can be done with a session as a whole. Each says so in a toast, with the way back where there is one. */
import { useTranslations } from 'next-intl';
import type { SessionView } from '../../../studio/protocol.ts';
import { ApiError, changeSession, deleteSession, importSession, restoreSession } from '../api/routes.ts';
import { goToSession, isAtSession } from '../state/address.ts';
import { showToast } from '../ui/toast-store.ts';

export function useSessionDeeds() {
  const t = useTranslations();

  /** A refusal is told; anything else is a mistake of ours and must be seen as one. */
  async function attempt(deed: () => Promise<unknown>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showToast(t('shell.failedToast', { reason: error.message }));
    }
  }

  const nameOf = ({ title }: SessionView) => title || t('shell.untitled');

  return {
    attempt,
    rename: (session: SessionView, title: string) => attempt(() => changeSession(session.id, { title })),
    archive: (session: SessionView, archived: boolean) =>
      attempt(async () => {
        await changeSession(session.id, { archived });
        if (!archived) return;
        showToast(t('history.archivedToast', { title: nameOf(session) }), {
          label: t('history.undo'),
          run: () => attempt(() => changeSession(session.id, { archived: false })),
        });
      }),
    remove: (session: SessionView) =>
      attempt(async () => {
        await deleteSession(session.id);
        const wasOpen = isAtSession(session.id);
        if (wasOpen) goToSession(null);
        showToast(t('history.deleted', { title: nameOf(session) }), {
          label: t('history.undo'),
          run: () =>
            attempt(async () => {
              await restoreSession(session.id);
              if (wasOpen) goToSession(session.id);
            }),
        });
      }),
    restore: (session: SessionView) => attempt(() => restoreSession(session.id)),
    bringIn: (file: File) =>
      attempt(async () => {
        const session = await importSession(file);
        showToast(t('history.imported', { title: nameOf(session) }));
        goToSession(session.id);
      }),
  };
}
