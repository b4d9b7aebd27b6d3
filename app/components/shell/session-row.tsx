/**
 * One session of the list: a real link, that can be opened in a new tab, and a menu with what can be done with it, or the way
 * back of a deleted one. A plain click stays on the page.
 */
import {
  Archive,
  ArchiveRestore,
  CopyPlus,
  Download,
  Ellipsis,
  FileText,
  Images,
  PencilLine,
  Pin,
  PinOff,
  Tag,
  Trash2,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { type MouseEvent, useState } from 'react';
import type { SessionView } from '../../../studio/protocol.ts';
import { useSessionActions } from '../actions/use-session-actions.ts';
import { exportHref, sessionPageHref, zipHref } from '../api/routes.ts';
import { useTags } from '../api/use-sessions.ts';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { sessionHref } from '../state/address.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { MENU, MENU_ITEM } from '../ui/menu.ts';
import { isPlainClick } from '../ui/plain-click.ts';
import { TextDialog } from '../ui/text-dialog.tsx';

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
        <RowMenu
          session={session}
          title={title}
          onRename={() => setRenaming(true)}
          onTag={() => setTagging(true)}
        />
      )}
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
    </div>
  );
}

interface RowMenuProps {
  session: SessionView;
  title: string;
  onRename: () => void;
  onTag: () => void;
}

function RowMenu({ session, title, onRename, onTag }: RowMenuProps) {
  const t = useTranslations();
  const actions = useSessionActions();
  const archived = session.archivedAt !== null;
  const pinned = session.pinnedAt !== null;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={t('history.menu', { title })}
        className="absolute top-1/2 right-1 grid size-8 -translate-y-1/2 place-items-center rounded-md text-soft opacity-0 transition-opacity hover:bg-edge/50 hover:text-ink focus-visible:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100"
      >
        <Ellipsis className="size-4" aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={4} className={`${MENU} min-w-48`}>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={onRename}>
            <PencilLine aria-hidden="true" />
            {t('history.rename')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.pin(session, !pinned)}>
            {pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
            {pinned ? t('history.unpin') : t('history.pin')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={onTag}>
            <Tag aria-hidden="true" />
            {t('history.tags')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.duplicate(session)}>
            <CopyPlus aria-hidden="true" />
            {t('history.duplicate')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} asChild>
            <a href={exportHref(session.id)} download>
              <Download aria-hidden="true" />
              {t('history.export')}
            </a>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} asChild>
            <a href={sessionPageHref(session.id)} download>
              <FileText aria-hidden="true" />
              {t('history.savePage')}
            </a>
          </DropdownMenu.Item>
          {session.pictureCount > 0 && (
            <DropdownMenu.Item className={MENU_ITEM} asChild>
              <a href={zipHref({ sessionId: session.id })} download>
                <Images aria-hidden="true" />
                {t('history.savePictures')}
              </a>
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => actions.archive(session, !archived)}>
            {archived ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />}
            {archived ? t('history.unarchive') : t('history.archive')}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Item className={`${MENU_ITEM} text-accent`} onSelect={() => actions.remove(session)}>
            <Trash2 aria-hidden="true" />
            {t('history.delete')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
