/** What can be done with a session as a whole. Each says so in a toast, with the way back where there is one. */
import { useTranslations } from 'next-intl';
import type { SessionView } from '../../../studio/protocol.ts';
import {
  changeSession,
  deleteSession,
  duplicateSession,
  importSession,
  restoreSession,
} from '../api/routes.ts';
import { goToSession, isAtSession } from '../state/address.ts';
import { showToast } from '../ui/toast-store.ts';
import { useAttempt } from './use-attempt.ts';

export function useSessionActions() {
  const t = useTranslations();
  const attempt = useAttempt();
  const titleOf = ({ title }: SessionView) => title || t('shell.untitled');

  return {
    rename: (session: SessionView, title: string) => attempt(() => changeSession(session.id, { title })),
    pin: (session: SessionView, pinned: boolean) => attempt(() => changeSession(session.id, { pinned })),
    /** Gives it the tags of a text, with commas between them. */
    tag: (session: SessionView, text: string) =>
      attempt(() => changeSession(session.id, { tags: tagsIn(text) })),
    duplicate: (session: SessionView) =>
      attempt(async () => {
        const { id, title } = await duplicateSession(session.id);
        showToast(t('history.duplicated', { title: title || t('shell.untitled') }), {
          label: t('gallery.open'),
          run: () => goToSession(id),
        });
      }),
    archive: (session: SessionView, archived: boolean) =>
      attempt(async () => {
        await changeSession(session.id, { archived });
        if (!archived) return;
        showToast(t('history.archivedToast', { title: titleOf(session) }), {
          label: t('history.undo'),
          run: () => attempt(() => changeSession(session.id, { archived: false })),
        });
      }),
    remove: (session: SessionView) =>
      attempt(async () => {
        await deleteSession(session.id);
        const wasOpen = isAtSession(session.id);
        if (wasOpen) goToSession(null);
        showToast(t('history.deleted', { title: titleOf(session) }), {
          label: t('history.undo'),
          run: () =>
            attempt(async () => {
              await restoreSession(session.id);
              if (wasOpen) goToSession(session.id);
            }),
        });
      }),
    restore: (session: SessionView) => attempt(() => restoreSession(session.id)),
    importFile: (file: File) =>
      attempt(async () => {
        const session = await importSession(file);
        showToast(t('history.imported', { title: titleOf(session) }));
        goToSession(session.id);
      }),
  };
}

const BETWEEN_TAGS = /[,，、;；\n]/;

function tagsIn(text: string): string[] {
  return text
    .split(BETWEEN_TAGS)
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
