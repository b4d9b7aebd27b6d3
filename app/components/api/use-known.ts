/** What the loaded model draws well, asked once: it does not change while the server runs. */
import { useQuery } from '@tanstack/react-query';
import type { Known } from '../../../studio/known.ts';
import { getKnown } from './routes.ts';

const RETRY_MS = 1_000;

/** Undefined until the server has answered. */
export function useKnown(): Known | undefined {
  return useQuery({
    queryKey: ['known'],
    queryFn: getKnown,
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: RETRY_MS,
  }).data;
}
