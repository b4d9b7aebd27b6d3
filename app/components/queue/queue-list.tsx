/** The queue in order, its running job first: jobs are dragged or moved by button, paused, taken out; a button pauses all of them. */
import { ArrowDown, ArrowUp, Pause, Play, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type DragEvent, useState } from 'react';
import type { QueueEntry } from '../../../studio/protocol.ts';
import { useAttempt } from '../actions/use-attempt.ts';
import { changeJob, moveJob, pauseQueue } from '../api/routes.ts';
import type { FollowedQueue } from '../api/use-queue.ts';
import { leftText, remaining } from '../facts/time-left.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { useNow } from '../ui/use-now.ts';

interface QueueListProps {
  queue: FollowedQueue;
  onOpen: (sessionId: string) => void;
}

export function QueueList({ queue: { paused, entries, at }, onOpen }: QueueListProps) {
  const t = useTranslations();
  const attempt = useAttempt();
  const waiting = entries.filter(({ job }) => job.state === 'queued');
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <h2 className="font-semibold">{t('queue.title')}</h2>
        <PlainButton aria-pressed={paused} onClick={() => attempt(() => pauseQueue(!paused))}>
          {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
          {paused ? t('queue.resumeAll') : t('queue.pauseAll')}
        </PlainButton>
      </div>
      {paused && <p className="text-sm text-soft">{t('queue.pausedNote')}</p>}
      {entries.length === 0 && <p className="py-2 text-sm text-soft">{t('queue.empty')}</p>}
      <ol className="flex flex-col gap-1">
        {entries.map((entry) => (
          <Entry
            key={entry.job.id}
            entry={entry}
            askedAt={at}
            earlier={waiting[waiting.indexOf(entry) - 1]}
            later={waiting.includes(entry) ? waiting[waiting.indexOf(entry) + 1] : undefined}
            afterLater={waiting.includes(entry) ? waiting[waiting.indexOf(entry) + 2] : undefined}
            onOpen={onOpen}
          />
        ))}
      </ol>
    </div>
  );
}

/** Names the job that is dragged; a type of its own, so that no drop target for pictures takes it. */
const JOB_TYPE = 'application/x-palimpsest-job';

interface EntryProps {
  entry: QueueEntry;
  /** When the server said so. */
  askedAt: number;
  earlier: QueueEntry | undefined;
  later: QueueEntry | undefined;
  afterLater: QueueEntry | undefined;
  onOpen: (sessionId: string) => void;
}

function Entry({ entry, askedAt, earlier, later, afterLater, onOpen }: EntryProps) {
  const { job, sessionId, prompt, eta } = entry;
  const t = useTranslations();
  const attempt = useAttempt();
  const [over, setOver] = useState<'upper' | 'lower' | null>(null);
  const isPaused = job.state === 'paused';
  const isWaiting = job.state === 'queued';
  const now = useNow(isWaiting, 1_000);
  /** An edit comes after what it builds on. */
  const isBound = earlier !== undefined && job.waitsFor.includes(earlier.job.turnId);
  const isNeeded = later?.job.waitsFor.includes(job.turnId) === true;

  function dragOver(event: DragEvent<HTMLLIElement>) {
    if (!isWaiting || !event.dataTransfer.types.includes(JOB_TYPE)) return;
    event.preventDefault();
    const { top, height } = event.currentTarget.getBoundingClientRect();
    setOver(event.clientY < top + height / 2 ? 'upper' : 'lower');
  }

  function drop(event: DragEvent) {
    setOver(null);
    const dragged = event.dataTransfer.getData(JOB_TYPE);
    const before = over === 'upper' ? job.id : (later?.job.id ?? null);
    if (over === null || dragged === job.id || dragged === before) return;
    event.preventDefault();
    attempt(() => moveJob(dragged, before));
  }

  return (
    <li
      draggable={isWaiting}
      onDragStart={(event) => event.dataTransfer.setData(JOB_TYPE, job.id)}
      onDragOver={dragOver}
      onDragLeave={() => setOver(null)}
      onDrop={drop}
      className={`flex items-center gap-0.5 rounded-lg bg-wash py-1 pr-1 pl-2.5 text-sm ${
        isWaiting ? 'cursor-grab' : ''
      } ${over === 'upper' ? 'shadow-[0_-2px_0_var(--accent)]' : over === 'lower' ? 'shadow-[0_2px_0_var(--accent)]' : ''}`}
    >
      <button
        type="button"
        onClick={() => onOpen(sessionId)}
        className="min-w-0 flex-1 rounded-sm text-left hover:underline"
      >
        <span dir="auto" className="block truncate">
          {prompt}
        </span>
        <span className="block text-xs text-soft">
          {t(`queue.states.${job.state}`)}
          {eta && isWaiting && ` · ${leftText(remaining(eta, now - askedAt), t)}`}
        </span>
      </button>
      {isWaiting && (
        <>
          <IconButton
            label={t('queue.earlier', { prompt })}
            title={isBound ? t('queue.afterThat') : t('queue.earlier', { prompt })}
            className="size-7"
            disabled={!earlier || isBound}
            onClick={() => earlier && attempt(() => moveJob(job.id, earlier.job.id))}
          >
            <ArrowUp aria-hidden="true" />
          </IconButton>
          <IconButton
            label={t('queue.later', { prompt })}
            className="size-7"
            disabled={!later || isNeeded}
            onClick={() => attempt(() => moveJob(job.id, afterLater?.job.id ?? null))}
          >
            <ArrowDown aria-hidden="true" />
          </IconButton>
        </>
      )}
      <IconButton
        label={isPaused ? t('queue.resume', { prompt }) : t('queue.pause', { prompt })}
        className="size-7"
        onClick={() => attempt(() => changeJob(job.id, isPaused ? 'resume' : 'pause'))}
      >
        {isPaused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
      </IconButton>
      <IconButton
        label={t('queue.remove', { prompt })}
        className="size-7"
        onClick={() => attempt(() => changeJob(job.id, 'cancel'))}
      >
        <X aria-hidden="true" />
      </IconButton>
    </li>
  );
}
