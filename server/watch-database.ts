/** Looks now and then whether the database's file is still there, so that its loss is said before someone sends something. */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';

const INTERVAL_MS = 2_000;

/** Logs when the file goes, where a copy is, and when it is back; the answer stops it with `clearInterval`. */
export function watchDatabase(db: Database, log: Logger): NodeJS.Timeout {
  let wasLost = false;
  return setInterval(() => {
    const loss = db.loss();
    if (loss && !wasLost)
      log.fatal(
        loss.copy === null ? { err: loss.cause } : { copy: loss.copy },
        'the database was deleted or replaced: nothing more is stored',
      );
    if (!loss && wasLost) log.info('the database is back');
    wasLost = loss !== undefined;
  }, INTERVAL_MS).unref();
}
