/** The pictures of a job, for a client that waits for its end. Knows no form of answer. */
import type { Database } from '../../db/database.ts';
import type { JobView, PictureView, SessionEvent } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { jobEvents } from './job-events.ts';
import { JobFailed } from './job-failure.ts';

/**
 * All pictures of a job in their order, once it is done; `onEvent` gets each event. Throws {@link JobFailed}, and
 * {@link Refusal} `cancelled`, or `client_left` where `signal` is aborted before.
 */
export async function picturesOfJob(
  db: Database,
  jobId: string,
  onEvent: (event: SessionEvent) => void | Promise<void>,
  signal: AbortSignal,
): Promise<PictureView[]> {
  const pictures: PictureView[] = [];
  for await (const event of jobEvents(db, jobId, signal)) {
    await onEvent(event);
    if (event.type === 'picture.saved') pictures.push(event.payload.picture);
    throwUnlessMade(event);
  }
  if (signal.aborted) throw new Refusal('client_left', {});
  return pictures.sort((a, b) => a.index - b.index);
}

/** Throws {@link JobFailed}, or {@link Refusal} `cancelled`, for the event of a job that ends without its pictures. */
export function throwUnlessMade({ type, payload }: SessionEvent): void {
  if (type === 'job.cancelled') throw new Refusal('cancelled', {});
  if (type !== 'job.failed') return;
  const { error, attempt } = (payload as { job: JobView }).job;
  throw new JobFailed(error!, attempt);
}
