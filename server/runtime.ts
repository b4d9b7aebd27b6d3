/** The parts that live as long as the server, as they are passed to what answers requests. Knows no request. */
import type { Logger } from 'pino';
import type { BlobStore } from '../db/blobs.ts';
import type { Database } from '../db/database.ts';
import type { WatchedEngine } from '../engine/index.ts';
import type { Known } from '../studio/known.ts';
import type { Metrics } from './http/metrics.ts';
import type { JobQueue } from './queue/queue.ts';

/** The owner of all that is asked for, until there are accounts. */
export const OWNER = 'local';

export interface Runtime {
  db: Database;
  blobs: BlobStore;
  engine: WatchedEngine;
  queue: JobQueue;
  metrics: Metrics;
  log: Logger;
  /** The things that the checkpoint says it draws well. */
  known: Known;
  /** Whose sessions and jobs the requests are about. */
  owner: string;
}
