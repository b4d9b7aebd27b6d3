/** The pictures of a job, for one who waits for its end. Knows no form of answer. */
import type { Database } from '../../db/database.ts';
import type { JobView, PictureView, SessionEvent } from '../../studio/protocol.ts';
import { HttpError } from '../http/http.ts';
import { jobEvents } from './job-events.ts';

const BAD_REQUESTS = ['bad_request', 'bad_image', 'blob_missing'];

/**
 * All pictures of a job in their order, once it is done; `hear` gets each event. Throws {@link HttpError} where it made none, and
 * where `signal` is aborted before: nobody waits any more.
 */
export async function picturesOfJob(
  db: Database,
  jobId: string,
  hear: (event: SessionEvent) => void | Promise<void>,
  signal: AbortSignal,
): Promise<PictureView[]> {
  const pictures: PictureView[] = [];
  for await (const event of jobEvents(db, jobId, signal)) {
    await hear(event);
    if (event.type === 'picture.saved') pictures.push(event.payload.picture);
    throwUnlessMade(event);
  }
  if (signal.aborted)
    throw new HttpError(
      499,
      'client_left',
      'The client left; the job goes on, and the same key asks for it.',
    );
  return pictures.sort((a, b) => a.index - b.index);
}

/** Throws {@link HttpError} for the event of a job that ends without its pictures. */
export function throwUnlessMade({ type, payload }: SessionEvent): void {
  if (type === 'job.cancelled') throw new HttpError(409, 'cancelled', 'The request was stopped on the page.');
  if (type !== 'job.failed') return;
  const { code, message } = (payload as { job: JobView }).job.error!;
  throw new HttpError(BAD_REQUESTS.includes(code) ? 400 : 500, code, message);
}
