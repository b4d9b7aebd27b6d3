/** Real results of the loaded model that are kept with the page, asked for once. */
import { useQuery } from '@tanstack/react-query';
import { SAMPLES_PATH, type Samples } from '../../../studio/samples.ts';
import { useHealth } from './use-health.ts';

/** Null where there are none of this model: another one drew them, or it is not loaded yet. */
export function useSamples(): Samples | null {
  const digest = useHealth().model?.digest;
  const { data } = useQuery({
    queryKey: ['samples'],
    queryFn: async (): Promise<Samples | null> => {
      const answer = await fetch(`${SAMPLES_PATH}/index.json`);
      return answer.ok ? ((await answer.json()) as Samples) : null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return data && data.modelDigest === digest ? data : null;
}
