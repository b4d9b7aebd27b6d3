/** Title of the session, undo and redo, the way to the gallery, and the few switches that belong to the whole page. */
import { Images, Menu, PanelRight, Plus, Redo2, Undo2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { History, OperationView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { PLAIN_BUTTON } from '../ui/plain-button.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface TopBarProps {
  title: string;
  /** Null outside of a session. */
  history: History | null;
  isGallery: boolean;
  onGallery: () => void;
  onSessions: () => void;
  onNew: () => void;
  onDetails: (() => void) | null;
}

export function TopBar(props: TopBarProps) {
  const { title, history, isGallery, onGallery, onSessions, onNew, onDetails } = props;
  const t = useTranslations();
  const { stepHistory } = useActions();
  const name = (operation: OperationView) => t(`shell.operations.${operation.kind}`);
  return (
    <header className="flex h-14 items-center gap-0.5 border-line border-b px-2 md:pl-6 lg:pr-4">
      <IconButton label={t('shell.openSessions')} onClick={onSessions} className="md:hidden">
        <Menu aria-hidden="true" />
      </IconButton>
      <h1 dir="auto" className="min-w-0 flex-1 truncate px-1 font-semibold md:px-0" title={title}>
        {title}
      </h1>
      {history && (
        <>
          <IconButton
            label={history.undo ? t('shell.undoWhat', { what: name(history.undo) }) : t('shell.undo')}
            disabled={!history.undo}
            onClick={() => stepHistory('undo')}
          >
            <Undo2 aria-hidden="true" />
          </IconButton>
          <IconButton
            label={history.redo ? t('shell.redoWhat', { what: name(history.redo) }) : t('shell.redo')}
            disabled={!history.redo}
            onClick={() => stepHistory('redo')}
            className={history.redo ? '' : 'max-sm:hidden'}
          >
            <Redo2 aria-hidden="true" />
          </IconButton>
        </>
      )}
      <button
        type="button"
        aria-label={t('shell.gallery')}
        aria-current={isGallery ? 'page' : undefined}
        onClick={onGallery}
        className={`${PLAIN_BUTTON} mx-1 h-9 aria-[current]:border-accent aria-[current]:text-accent`}
      >
        <Images aria-hidden="true" />
        <span className="max-sm:hidden">{t('shell.gallery')}</span>
      </button>
      <span className="max-sm:hidden">
        <LanguageSwitch />
      </span>
      <ThemeSwitch />
      <IconButton label={t('shell.newSession')} onClick={onNew} className="md:hidden">
        <Plus aria-hidden="true" />
      </IconButton>
      {onDetails && (
        <IconButton label={t('shell.showDetails')} onClick={onDetails} className="lg:hidden">
          <PanelRight aria-hidden="true" />
        </IconButton>
      )}
    </header>
  );
}
