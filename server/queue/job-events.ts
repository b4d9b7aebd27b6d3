/** The events of one job as they are appended, from its first to its end, for a client that waits. Knows no socket. */
import type { Database, EventRow } from '../../db/database.ts';
import { eventsAfter, eventsOfJobs, firstEventOfJob } from '../../db/events.ts';
import type { SessionEvent } from '../../studio/protocol.ts';
import { ENDED } from '../../studio/vocabulary.ts';
import { eventView } from '../views/views.ts';

const ROWS_AT_ONCE = 100;
const ENDS: readonly string[] = ENDED.map((state) => `job.${state}`);

/**
 * Ends after the job's end, or once `signal` is aborted. Of a job that ended long ago, the events that the log still holds. An end
 * that a retry took back is left out.
 */
export async function* jobEvents(
  db: Database,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<SessionEvent> {
  const { owner, sessionId, seq } = firstEventOfJob(db, jobId, 'turn.created')!;
  let after = seq - 1;
  let wake = () => {};
  const leave = () => wake();
  const stop = db.onEvents((rows) => {
    if (rows.some((row) => row.jobId === jobId)) wake();
  });
  signal.addEventListener('abort', leave);
  try {
    while (!signal.aborted) {
      const appended = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const rows = eventsAfter(db, owner, sessionId, after, ROWS_AT_ONCE);
      for (const row of rows) {
        after = row.seq;
        if (row.jobId !== jobId || wasTakenBack(db, row)) continue;
        yield eventView(row);
        if (ENDS.includes(row.type)) return;
      }
      if (rows.length === 0) await appended;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', leave);
  }
}

/** Whether an event is an end after which its job was put in line again. */
function wasTakenBack(db: Database, { jobId, type, seq }: EventRow): boolean {
  return ENDS.includes(type) && eventsOfJobs(db, [jobId!], ['job.queued']).some((queued) => queued.seq > seq);
}
