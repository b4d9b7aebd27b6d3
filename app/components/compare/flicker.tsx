/** Two pictures in the same place, one after the other: what moved, jumps. Waits for a press where motion is not wanted. */
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { Compared } from '../state/compared.ts';
import { PlainButton } from '../ui/plain-button.tsx';
import { ComparedPicture } from './compared-picture.tsx';

const EACH_MS = 700;

export function Flicker({ one, other }: { one: Compared; other: Compared }) {
  const t = useTranslations();
  const [second, setSecond] = useState(false);
  const [running, setRunning] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);

  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setSecond((before) => !before), EACH_MS);
    return () => clearInterval(timer);
  }, [running]);

  return (
    <div className="grid size-full min-h-0 grid-rows-[minmax(0,1fr)_auto] justify-items-center gap-3">
      <div className="grid size-full min-h-0 [&>*]:col-start-1 [&>*]:row-start-1">
        <ComparedPicture picture={one} />
        <ComparedPicture picture={other} className={second ? '' : 'invisible'} />
      </div>
      <div className="flex items-center gap-2">
        <PlainButton onClick={() => setRunning(!running)}>
          {running ? t('compare.hold') : t('compare.run')}
        </PlainButton>
        <PlainButton
          onClick={() => {
            setRunning(false);
            setSecond(!second);
          }}
        >
          {t('compare.swap')}
        </PlainButton>
        <span className="font-mono text-xs text-accent">{second ? other.label : one.label}</span>
      </div>
    </div>
  );
}
