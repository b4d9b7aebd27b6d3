'use client';
/** Every action of the page by name and keys: in the palette, from the keyboard, and on the help sheet. */
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { useState } from 'react';
import type { SessionView } from '../../../studio/protocol.ts';
import { useDeeds } from '../actions/actions.ts';
import { exportHref } from '../api/routes.ts';
import type { Action } from '../keyboard/command.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { focusMessage } from '../message-box/message-box.tsx';
import { runningTurn, type SessionState } from '../state/session-state.ts';
import { HelpSheet } from './help-sheet.tsx';
import { Palette } from './palette.tsx';

interface CommandsProps {
  state: SessionState | null;
  sessions: readonly SessionView[];
  searching: boolean;
  onSearching: (searching: boolean) => void;
  onTravel: (way: 'undo' | 'redo') => void;
  onGo: (sessionId: string | null, turnId?: string | null) => void;
  onGallery: () => void;
  /** Null where there is nothing to do it with. */
  onCompare: (() => void) | null;
  onDetails: (() => void) | null;
}

export function Commands(props: CommandsProps) {
  const { state, sessions, searching, onSearching, onTravel, onGo, onGallery, onCompare, onDetails } = props;
  const t = useTranslations();
  const deeds = useDeeds();
  const { resolvedTheme, setTheme } = useTheme();
  const [help, setHelp] = useState(false);
  const running = runningTurn(state)?.job;

  const action = (id: ActionId, run: (() => void) | null | undefined | false, keys?: string): Action => ({
    id,
    name: t(`palette.actions.${id}`),
    keys,
    run: run || null,
  });
  const actions: Action[] = [
    action('search', () => onSearching(true), 'Mod+K'),
    action('new', () => onGo(null), 'Mod+Shift+O'),
    action('gallery', onGallery, 'G'),
    action('write', focusMessage, '/'),
    action('undo', state?.history.undo && (() => onTravel('undo')), 'Mod+Z'),
    action('redo', state?.history.redo && (() => onTravel('redo')), 'Mod+Shift+Z'),
    action('compare', onCompare, 'C'),
    action('details', onDetails, 'D'),
    action('stop', running && (() => deeds.tellJob(running.id, 'cancel')), 'Mod+.'),
    action('export', state && (() => location.assign(exportHref(state.session.id)))),
    action('theme', () => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark')),
    action('help', () => setHelp(true), '?'),
  ];
  useShortcuts(actions);

  return (
    <>
      {searching && (
        <Palette
          actions={actions.filter(({ id }) => id !== 'search')}
          sessions={sessions}
          onGo={onGo}
          onClose={() => onSearching(false)}
        />
      )}
      {help && <HelpSheet actions={actions} onClose={() => setHelp(false)} />}
    </>
  );
}

type ActionId =
  | 'search'
  | 'new'
  | 'gallery'
  | 'write'
  | 'undo'
  | 'redo'
  | 'compare'
  | 'details'
  | 'stop'
  | 'export'
  | 'theme'
  | 'help';
