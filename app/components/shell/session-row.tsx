/**
 * One session of the list: a real link, that can be opened in a new tab, and a menu with what can be done with it, or the way
 * back of a deleted one. A plain click stays on the page.
 */
import { ArchiveRestore, Ellipsis } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type MouseEvent, Suspense, useState } from 'react';
import type { SessionView } from '../../../studio/protocol.ts';
import { useSessionActions } from '../actions/use-session-actions.ts';
import { useTags } from '../api/use-sessions.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { sessionHref } from '../state/address.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { lazyLayer } from '../ui/layers/lazy-layer.ts';
import { OpensLayer } from '../ui/layers/opens-layer.tsx';
import { isPlainClick } from '../ui/plain-click.ts';

const SessionMenu = lazyLayer(() => import('./session-menu.tsx').then((module) => module.SessionMenu));
const TextDialog = lazyLayer(() =>
  import('../ui/layers/text-dialog.tsx').then((module) => module.TextDialog),
);

interface SessionRowProps {
  session: SessionView;
  current: boolean;
  deleted: boolean;
  onOpen: (sessionId: string) => void;
}

export function SessionRow({ session, current, deleted, onOpen }: SessionRowProps) {
  const t = useTranslations();
  const actions = useSessionActions();
  const [renaming, setRenaming] = useState(false);
  const [tagging, setTagging] = useState(false);
  const { reload } = useTags();
  const title = session.title || t('shell.untitled');

  function open(event: MouseEvent) {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    onOpen(session.id);
  }

  return (
    <div className="group relative">
      <a
        href={sessionHref(session.id)}
        onClick={open}
        aria-current={current ? 'page' : undefined}
        className="flex items-center gap-2.5 rounded-lg p-2 pr-9 transition-colors hover:bg-wash aria-[current]:bg-wash"
      >
        <Thumbnail hash={session.thumbnailHash} className="size-[2.375rem] rounded-md" />
        <span className="min-w-0">
          <span dir="auto" className="block truncate font-medium">
            {title}
          </span>
          <span className="block truncate text-xs text-soft">
            {[t('shell.versionCount', { count: session.pictureCount }), ...session.tags].join(' · ')}
          </span>
        </span>
      </a>
      {deleted ? (
        <IconButton
          label={t('history.restore', { title })}
          onClick={() => actions.restore(session)}
          className="absolute top-1/2 right-1 size-8 -translate-y-1/2"
        >
          <ArchiveRestore aria-hidden="true" />
        </IconButton>
      ) : (
        <OpensLayer
          opens="menu"
          button={{
            'aria-label': t('history.menu', { title }),
            className:
              'absolute top-1/2 right-1 grid size-8 -translate-y-1/2 place-items-center rounded-md text-soft opacity-0 transition-opacity hover:bg-edge/50 hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100',
            children: <Ellipsis className="size-4" aria-hidden="true" />,
          }}
          layer={(button) => (
            <SessionMenu
              button={button}
              session={session}
              onRename={() => setRenaming(true)}
              onTag={() => setTagging(true)}
            />
          )}
        />
      )}
      <Suspense>
        {renaming && (
          <TextDialog
            title={t('history.renameTitle')}
            label={t('history.title')}
            text={session.title}
            action={t('history.save')}
            short
            onSave={(next) => actions.rename(session, next)}
            onClose={() => setRenaming(false)}
          />
        )}
        {tagging && (
          <TextDialog
            title={t('history.tagsTitle')}
            label={t('history.tagsLabel')}
            text={session.tags.join(', ')}
            action={t('history.save')}
            short
            mayBeEmpty
            onSave={(text) => actions.tag(session, text).then(reload)}
            onClose={() => setTagging(false)}
          />
        )}
      </Suspense>
    </div>
  );
}
