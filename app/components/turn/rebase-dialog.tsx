/** All instructions since a picture as one edit on it: the server has joined them, the reader may put them right. */
import { useTranslations } from 'next-intl';
import type { TurnView } from '../../../studio/protocol.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import type { Rebase } from '../actions/use-studio-actions.ts';
import { rebase } from '../api/routes.ts';
import { TextDialog } from '../ui/layers/text-dialog.tsx';

interface RebaseDialogProps {
  sessionId: string;
  rebase: Rebase;
  onSent: (turn: TurnView) => void;
  onClose: () => void;
}

export function RebaseDialog({
  sessionId,
  rebase: { from, to, prompt },
  onSent,
  onClose,
}: RebaseDialogProps) {
  const t = useTranslations();
  const attempt = useAttempt();
  const version = `v${from.version}`;
  return (
    <TextDialog
      title={t('turn.rebaseTitle', { version })}
      hint={t('turn.rebaseHint', { version })}
      label={t('turn.rebasePrompt')}
      text={prompt}
      action={t('details.runAgain')}
      onSave={(text) =>
        attempt(async () => {
          onSent(await rebase(sessionId, from.id, to.id, text));
        })
      }
      onClose={onClose}
    />
  );
}
