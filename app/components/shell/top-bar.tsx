'use client';
/** Title of the session and the few switches that belong to the whole page. */
import { Menu, PanelRight, Plus } from 'lucide-react';
import { useStrings } from '../strings.ts';
import { IconButton } from './icon-button.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface TopBarProps {
  title: string;
  onSessions: () => void;
  onNew: () => void;
  onDetails: (() => void) | null;
}

export function TopBar({ title, onSessions, onNew, onDetails }: TopBarProps) {
  const strings = useStrings();
  return (
    <header className="flex h-14 items-center gap-1 border-line border-b px-2 md:pl-6 lg:pr-4">
      <IconButton label={strings.openSessions} onClick={onSessions} className="md:hidden">
        <Menu aria-hidden="true" />
      </IconButton>
      <h1 className="min-w-0 flex-1 truncate px-1 font-semibold md:px-0" title={title}>
        {title}
      </h1>
      <LanguageSwitch />
      <ThemeSwitch />
      <IconButton label={strings.newSession} onClick={onNew} className="md:hidden">
        <Plus aria-hidden="true" />
      </IconButton>
      {onDetails && (
        <IconButton label={strings.showDetails} onClick={onDetails} className="lg:hidden">
          <PanelRight aria-hidden="true" />
        </IconButton>
      )}
    </header>
  );
}
