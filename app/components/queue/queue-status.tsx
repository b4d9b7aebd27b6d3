/** How many pictures are running and waiting, over all sessions; opens the queue, where their order can be changed. */
import { ListOrdered } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import { lazy, Suspense } from 'react';
import { useQueue } from '../api/use-queue.ts';

const QueueList = lazy(() => import('./queue-list.tsx').then((module) => ({ default: module.QueueList })));

export function QueueStatus({ onOpen }: { onOpen: (sessionId: string) => void }) {
  const t = useTranslations();
  const queue = useQueue();
  if (!queue) return null;
  const running = queue.entries.filter(({ job }) => job.state === 'running').length;
  const waiting = queue.entries.length - running;
  const counts = running + waiting === 0 ? t('queue.none') : t('queue.counts', { running, waiting });
  const text = queue.paused ? t('queue.paused') : counts;
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`${t('queue.title')}: ${text}`}
        className="flex h-9 w-full items-center whitespace-nowrap gap-1.5 rounded-md px-2 text-xs text-soft transition-colors hover:bg-wash hover:text-ink"
      >
        <ListOrdered className="size-4" aria-hidden="true" />
        {text}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          side="top"
          sideOffset={8}
          collisionPadding={12}
          aria-label={t('queue.title')}
          className="z-float max-h-[60dvh] w-[22rem] max-w-[calc(100vw-1.5rem)] animate-rise overflow-y-auto rounded-3xl border border-line bg-card p-3 shadow-float"
        >
          <Suspense>
            <QueueList queue={queue} onOpen={onOpen} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
