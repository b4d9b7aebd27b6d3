/** Whether an edit that did not work is drawn once more by itself. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useAttempt } from '../actions/use-attempt.ts';
import { getLooking, setLooking } from '../api/routes.ts';
import { PlainButton } from '../ui/plain-button.tsx';

const KEY = ['looking'];

export function LookingSettings() {
  const t = useTranslations();
  const attempt = useAttempt();
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: KEY, queryFn: getLooking });
  return (
    <PlainButton
      className="self-start"
      aria-pressed={data?.onceMore === true}
      disabled={!data}
      onClick={() =>
        attempt(async () => {
          client.setQueryData(KEY, await setLooking(!data?.onceMore));
        })
      }
    >
      {t('plan.lookingOnceMore')}
    </PlainButton>
  );
}
