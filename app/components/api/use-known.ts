/** What the loaded model draws well, asked once: it does not change while the server runs. */
import { useEffect, useState } from 'react';
import type { Known } from '../../../studio/known.ts';
import { getKnown } from './routes.ts';

const RETRY_MS = 1_000;

/** Undefined until the server has answered. */
export function useKnown(): Known | undefined {
  const [known, setKnown] = useState<Known>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const ask = () =>
      getKnown().then(
        (answer) => stopped || setKnown(answer),
        () => {
          if (!stopped) timer = setTimeout(ask, RETRY_MS);
        },
      );
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, []);
  return known;
}
