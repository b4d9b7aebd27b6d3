'use client';
/** All instructions since a picture as one edit on it: the server joins them, the reader may put them right. */
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';
import { useSessionDeeds } from '../actions/use-session-actions.ts';
import { rebase, rebasePrompt } from '../api/routes.ts';
import { TextDialog } from '../ui/text-dialog.tsx';

interface RebaseDialogProps {
  sessionId: string;
  from: PictureView;
  to: PictureView;
  add: (turn: TurnView) => void;
  onClose: () => void;
}

export function RebaseDialog({ sessionId, from, to, add, onClose }: RebaseDialogProps) {
  const t = useTranslations();
  const { attempt } = useSessionDeeds();
  const [prompt, setPrompt] = useState<string | null>(null);
  const version = `v${from.version}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens.
  useEffect(() => {
    attempt(async () => setPrompt(await rebasePrompt(sessionId, from.id, to.id)));
  }, []);

  if (prompt === null) return null;
  return (
    <TextDialog
      title={t('turn.rebaseTitle', { version })}
      hint={t('turn.rebaseHint', { version })}
      label={t('turn.rebasePrompt')}
      text={prompt}
      action={t('details.runAgain')}
      onSave={(text) =>
        attempt(async () => {
          const { turn, job } = await rebase(sessionId, from.id, to.id, text);
          add({ ...turn, job: turn.job ?? job });
        })
      }
      onClose={onClose}
    />
  );
}
