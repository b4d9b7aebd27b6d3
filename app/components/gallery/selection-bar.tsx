/** What can be done with the pictures that were chosen in the gallery: compare, save, mark, move to a session, delete. */
import { Download, FolderInput, GitCompareArrows, Star, StarOff, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import type { GalleryPicture, SessionView } from '../../../studio/protocol.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import { changeTurn, createSession, downloadHref, takeAlong, zipHref } from '../api/routes.ts';
import { goToSession } from '../state/address.ts';
import { MENU, MENU_ITEM } from '../ui/layers/menu.ts';
import { PLAIN_BUTTON, PlainButton } from '../ui/plain-button.tsx';
import { showToast } from '../ui/toast-store.ts';

interface SelectionBarProps {
  chosen: GalleryPicture[];
  sessions: SessionView[];
  onCompare: (two: [GalleryPicture, GalleryPicture]) => void;
  onMark: (favourite: boolean) => void;
  onAll: () => void;
  onNone: () => void;
  /** The chosen pictures are not where they were any more. */
  onGone: () => void;
}

/** So many fit an address of a zip, and so many are moved at once. */
const MOST = 100;
const MOST_LISTED = 30;

export function SelectionBar(props: SelectionBarProps) {
  const { chosen, sessions, onCompare, onMark, onAll, onNone, onGone } = props;
  const t = useTranslations();
  const attempt = useAttempt();
  const [one, two] = chosen;
  const ids = chosen.map(({ id }) => id);
  const isTooMany = chosen.length > MOST;
  const areFavourites = chosen.every(({ isFavourite }) => isFavourite);

  const setStates = (turnIds: readonly string[], state: 'active' | 'removed') =>
    attempt(async () => {
      for (const turnId of turnIds) await changeTurn(turnId, state);
      onGone();
    });

  async function remove() {
    const turnIds = [...new Set(chosen.map(({ turnId }) => turnId))];
    await setStates(turnIds, 'removed');
    showToast(t('gallery.deleted', { count: turnIds.length }), {
      label: t('history.undo'),
      run: () => setStates(turnIds, 'active'),
    });
  }

  const move = (to: SessionView | null) =>
    attempt(async () => {
      const { id, title } = to ?? (await createSession());
      await takeAlong(id, ids, true);
      onGone();
      showToast(t('gallery.moved', { count: chosen.length, title: title || t('shell.untitled') }), {
        label: t('gallery.open'),
        run: () => goToSession(id),
      });
    });

  return (
    <div
      role="toolbar"
      aria-label={t('gallery.chosen', { count: chosen.length })}
      className="mt-3 flex flex-wrap items-center gap-1.5"
    >
      <span className="mr-1 text-sm" aria-live="polite">
        {t('gallery.chosen', { count: chosen.length })}
      </span>
      <PlainButton
        disabled={chosen.length !== 2}
        title={chosen.length === 2 ? undefined : t('gallery.compareNeedsTwo')}
        onClick={() => one && two && onCompare([one, two])}
      >
        <GitCompareArrows aria-hidden="true" />
        {t('turn.compare')}
      </PlainButton>
      {isTooMany ? (
        <PlainButton disabled title={t('gallery.tooMany', { most: MOST })}>
          <Download aria-hidden="true" />
          {t('turn.download')}
        </PlainButton>
      ) : (
        <a
          href={chosen.length === 1 ? downloadHref(one!) : zipHref({ ids: ids.join(',') })}
          download
          className={PLAIN_BUTTON}
        >
          <Download aria-hidden="true" />
          {t('turn.download')}
        </a>
      )}
      <PlainButton onClick={() => onMark(!areFavourites)}>
        {areFavourites ? <StarOff aria-hidden="true" /> : <Star aria-hidden="true" />}
        {areFavourites ? t('gallery.unmark') : t('gallery.mark')}
      </PlainButton>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          disabled={isTooMany}
          title={isTooMany ? t('gallery.tooMany', { most: MOST }) : undefined}
          className={PLAIN_BUTTON}
        >
          <FolderInput aria-hidden="true" />
          {t('gallery.move')}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="start" sideOffset={6} className={`${MENU} max-w-72`}>
            <DropdownMenu.Item className={MENU_ITEM} onSelect={() => move(null)}>
              {t('shell.newSession')}
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
            {sessions.slice(0, MOST_LISTED).map((session) => (
              <DropdownMenu.Item key={session.id} className={MENU_ITEM} onSelect={() => move(session)}>
                <span className="truncate">{session.title || t('shell.untitled')}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <PlainButton onClick={remove} className="text-accent">
        <Trash2 aria-hidden="true" />
        {t('history.delete')}
      </PlainButton>
      <span className="flex-1" />
      <PlainButton onClick={onAll}>{t('gallery.chooseAll')}</PlainButton>
      <PlainButton onClick={onNone}>{t('gallery.chooseNone')}</PlainButton>
    </div>
  );
}
