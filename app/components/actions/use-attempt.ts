/** Runs a command of the reader. A refusal of the server is shown in a toast; any other error is a bug and is thrown on. */
import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { ApiError } from '../api/request.ts';
import { showToast } from '../ui/toast-store.ts';
import { errorText } from './error-text.ts';

export type Attempt = (command: () => Promise<unknown>) => Promise<void>;

export function useAttempt(): Attempt {
  const t = useTranslations();
  return useCallback(
    async (command) => {
      try {
        await command();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        showToast(t('shell.failedToast', { reason: errorText(t, error) }));
      }
    },
    [t],
  );
}
