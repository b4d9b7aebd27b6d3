/** What a model has learnt, asked once: it does not change while the server runs. */
import { useQuery } from '@tanstack/react-query';
import type { Knows } from '../../../studio/known.ts';
import { getKnown } from './routes.ts';

const RETRY_MS = 1_000;

/** Null until the server has answered, and for a model that does not say. */
export function useKnows(engine: string | undefined): Knows | null {
  const { data } = useQuery({
    queryKey: ['known', engine],
    queryFn: () => getKnown(engine),
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: RETRY_MS,
  });
  return data?.knows ?? null;
}
