/** The queue in a sheet of its own over the button that counts it. */
import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import type { FollowedQueue } from '../api/use-queue.ts';
import type { LayerButton } from '../ui/layers/opens-layer.tsx';
import { QueueList } from './queue-list.tsx';

interface QueueSheetProps {
  button: LayerButton;
  queue: FollowedQueue;
  onOpen: (sessionId: string) => void;
}

export function QueueSheet({ button, queue, onOpen }: QueueSheetProps) {
  const t = useTranslations();
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger {...button} />
      <Popover.Portal>
        <Popover.Content
          align="start"
          side="top"
          sideOffset={8}
          collisionPadding={12}
          aria-label={t('queue.title')}
          className="z-float max-h-[60dvh] w-[22rem] max-w-[calc(100vw-1.5rem)] animate-rise overflow-y-auto rounded-3xl border border-line bg-card p-3 shadow-float"
        >
          <QueueList queue={queue} onOpen={onOpen} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
