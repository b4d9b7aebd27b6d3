/** What can be done with a session of the list. */
import {
  Archive,
  ArchiveRestore,
  CopyPlus,
  Download,
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
import type { SessionView } from '../../../studio/protocol.ts';
import { useSessionActions } from '../actions/use-session-actions.ts';
import { exportHref, sessionPageHref, zipHref } from '../api/routes.ts';
import { MENU, MENU_ITEM } from '../ui/layers/menu.ts';
import type { LayerButton } from '../ui/layers/opens-layer.tsx';

interface SessionMenuProps {
  button: LayerButton;
  session: SessionView;
  onRename: () => void;
  onTag: () => void;
}

export function SessionMenu({ button, session, onRename, onTag }: SessionMenuProps) {
  const t = useTranslations();
  const actions = useSessionActions();
  const archived = session.archivedAt !== null;
  const pinned = session.pinnedAt !== null;
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger {...button} />
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
