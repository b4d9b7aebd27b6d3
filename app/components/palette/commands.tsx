/** Every command of the page by name and keys: in the palette, from the keyboard, and on the help sheet. */
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import type { SessionView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { exportHref } from '../api/routes.ts';
import type { Command } from '../keyboard/command.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { runningTurn, type SessionState } from '../state/session-state.ts';
import { HelpSheet } from './help-sheet.tsx';
import { Palette } from './palette.tsx';

interface CommandsProps {
  state: SessionState | null;
  sessions: readonly SessionView[];
  /** The palette is open. */
  palette: boolean;
  /** What the palette looks for when it opens. */
  sought: string;
  help: boolean;
  onPalette: (open: boolean) => void;
  onHelp: (open: boolean) => void;
  onGo: (sessionId: string | null, turnId?: string | null) => void;
  onGallery: () => void;
  /** Null without two pictures to compare. */
  onCompare: (() => void) | null;
  onDetails: (() => void) | null;
}

export function Commands(props: CommandsProps) {
  const { state, sessions, palette, sought, help, onPalette, onHelp, onGo, onGallery, onCompare, onDetails } =
    props;
  const t = useTranslations();
  const actions = useActions();
  const { resolvedTheme, setTheme } = useTheme();
  const running = runningTurn(state);

  const command = (id: CommandId, run: (() => void) | null | undefined | false, keys?: string): Command => ({
    id,
    name: t(`palette.commands.${id}`),
    keys,
    run: run || null,
  });
  const commands: Command[] = [
    command('search', () => onPalette(true), 'Mod+K'),
    command('new', () => onGo(null), 'Mod+Shift+O'),
    command('gallery', onGallery, 'G'),
    command('write', actions.focusMessage, '/'),
    command('undo', state?.history.undo && (() => actions.stepHistory('undo')), 'Mod+Z'),
    command('redo', state?.history.redo && (() => actions.stepHistory('redo')), 'Mod+Shift+Z'),
    command('compare', onCompare, 'C'),
    command('details', onDetails, 'D'),
    command('stop', running && (() => actions.stop(running)), 'Mod+.'),
    command('export', state && (() => location.assign(exportHref(state.session.id)))),
    command('theme', () => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark')),
    command('help', () => onHelp(true), '?'),
  ];
  useShortcuts(commands);

  return (
    <>
      {palette && (
        <Palette
          sought={sought}
          commands={commands.filter(({ id }) => id !== 'search')}
          sessions={sessions}
          onGo={onGo}
          onClose={() => onPalette(false)}
        />
      )}
      {help && <HelpSheet commands={commands} onClose={() => onHelp(false)} />}
    </>
  );
}

type CommandId =
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
