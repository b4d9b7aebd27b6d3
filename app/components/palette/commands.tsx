/** Every command of the page by name and keys: in the palette, from the keyboard, and on the help sheet. */
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useTheme } from 'next-themes';
import { Suspense } from 'react';
import type { PictureView, SessionView } from '../../../studio/protocol.ts';
import { useActions } from '../actions/actions.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import { useSessionActions } from '../actions/use-session-actions.ts';
import { downloadHref, exportHref, pauseQueue } from '../api/routes.ts';
import type { Command } from '../keyboard/command.ts';
import { COMMAND_KEYS } from '../keyboard/command-keys.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { branchTurns } from '../state/branch.ts';
import { runningTurn, type SessionState } from '../state/session-state.ts';
import { lazyLayer } from '../ui/layers/lazy-layer.ts';
import type { Translator } from '../ui/translator.ts';

const HelpSheet = lazyLayer(() => import('./help-sheet.tsx').then((module) => module.HelpSheet));
const Palette = lazyLayer(() => import('./palette.tsx').then((module) => module.Palette));

interface CommandsProps {
  state: SessionState | null;
  /** The picture that the page is about. */
  picture: PictureView | null;
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
  const {
    state,
    picture,
    sessions,
    palette,
    sought,
    help,
    onPalette,
    onHelp,
    onGo,
    onGallery,
    onCompare,
    onDetails,
  } = props;
  const t = useTranslations();
  const actions = useActions();
  const { resolvedTheme, setTheme } = useTheme();
  const running = runningTurn(state);
  const attempt = useAttempt();
  const sessionActions = useSessionActions();
  const router = useRouter();

  const command = (id: CommandId, run: (() => void) | null | undefined | false): Command => ({
    id,
    name: t(`palette.commands.${id}`),
    keys: (COMMAND_KEYS as Partial<Record<CommandId, string>>)[id],
    run: run || null,
  });
  const turn = state?.turns.find(({ id }) => id === picture?.turnId);
  const hasRecipe = turn?.recipe != null;
  const branch = picture ? branchTurns(state?.turns ?? [], picture.id) : [];
  const root = branch.length > 2 ? branch[0]!.pictures[0] : undefined;
  const commands: Command[] = [
    command('search', () => onPalette(true)),
    command('new', () => onGo(null)),
    command('gallery', onGallery),
    command('write', actions.focusMessage),
    command('edit', picture && (() => actions.editFrom(picture))),
    command('vary', turn && hasRecipe && (() => actions.repeat(turn.id, {}))),
    command('reference', picture && (() => actions.addReference(picture))),
    command('view', picture && (() => actions.view(picture.id))),
    command('compare', onCompare),
    command('details', onDetails),
    command('download', picture && (() => location.assign(downloadHref(picture)))),
    command('copyPicture', picture && (() => actions.copyPicture(picture))),
    command('copyMessage', turn && hasRecipe && (() => actions.copyMessage(turn))),
    command('settingsOf', turn && hasRecipe && (() => actions.reuseSettings(turn))),
    command('rebase', picture && root && (() => actions.rebase(root, picture))),
    command('hide', turn && (() => actions.hide(turn.id))),
    command('undo', state?.history.undo && (() => actions.stepHistory('undo'))),
    command('redo', state?.history.redo && (() => actions.stepHistory('redo'))),
    command('stop', running && (() => actions.stop(running))),
    command('pauseQueue', () => attempt(() => pauseQueue(true))),
    command('resumeQueue', () => attempt(() => pauseQueue(false))),
    command('archive', state && (() => sessionActions.archive(state.session, true))),
    command('remove', state && (() => sessionActions.remove(state.session))),
    command('export', state && (() => location.assign(exportHref(state.session.id)))),
    command('theme', () => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark')),
    command('canDraw', () => router.push('/can-draw')),
    command('settings', () => router.push('/settings')),
    command('help', () => onHelp(true)),
  ];
  useShortcuts(commands);

  return (
    <Suspense>
      {palette && (
        <Palette
          sought={sought}
          commands={commands.filter(({ id }) => id !== 'search')}
          sessions={sessions}
          onGo={onGo}
          onClose={() => onPalette(false)}
        />
      )}
      {help && <HelpSheet onClose={() => onHelp(false)} />}
    </Suspense>
  );
}

type CommandId = Parameters<Translator>[0] extends infer Key
  ? Key extends `palette.commands.${infer Id}`
    ? Id
    : never
  : never;
