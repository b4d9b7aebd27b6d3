/** The parts that live as long as the server, as they are passed to what answers requests. Knows no request. */
import type { Logger } from 'pino';
import type { BlobStore } from '../db/blobs.ts';
import type { Database } from '../db/database.ts';
import type { EngineClient } from '../engine/index.ts';
import type { Known } from '../studio/known.ts';
import type { Metrics } from './http/metrics.ts';
import type { JobQueue } from './queue/queue.ts';

export interface Runtime {
  db: Database;
  blobs: BlobStore;
  engine: EngineClient;
  queue: JobQueue;
  metrics: Metrics;
  log: Logger;
  /** What the checkpoint says that it draws well. */
  known: Known;
  /** Everyone who asks, until there are accounts. */
  owner: string;
}
