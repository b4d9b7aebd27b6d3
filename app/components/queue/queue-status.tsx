/** How many pictures are running and waiting, over all sessions; opens the queue, where their order can be changed. */
import { ListOrdered } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useQueue } from '../api/use-queue.ts';
import { lazyLayer } from '../ui/layers/lazy-layer.ts';
import { OpensLayer } from '../ui/layers/opens-layer.tsx';

const QueueSheet = lazyLayer(() => import('./queue-sheet.tsx').then((module) => module.QueueSheet));

export function QueueStatus({ onOpen }: { onOpen: (sessionId: string) => void }) {
  const t = useTranslations();
  const queue = useQueue();
  if (!queue) return null;
  const running = queue.entries.filter(({ job }) => job.state === 'running').length;
  const waiting = queue.entries.length - running;
  const counts = running + waiting === 0 ? t('queue.none') : t('queue.counts', { running, waiting });
  const text = queue.paused ? t('queue.paused') : counts;
  return (
    <OpensLayer
      opens="dialog"
      button={{
        'aria-label': `${t('queue.title')}: ${text}`,
        className:
          'flex h-9 w-full items-center whitespace-nowrap gap-1.5 rounded-md px-2 text-xs text-soft transition-colors hover:bg-wash hover:text-ink',
        children: (
          <>
            <ListOrdered className="size-4" aria-hidden="true" />
            {text}
          </>
        ),
      }}
      layer={(button) => <QueueSheet button={button} queue={queue} onOpen={onOpen} />}
    />
  );
}
