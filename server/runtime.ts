/**
 * The parts that live as long as the server, reachable from route handlers. Next bundles handlers apart from
 * `server.ts`, so a module variable would exist twice; the one shared place is `globalThis`. Knows no request.
 */
import type { Logger } from 'pino';
import type { BlobStore } from '../db/blobs.ts';
import type { Database } from '../db/database.ts';
import type { EngineClient } from '../engine/client.ts';
import type { Metrics } from './http/metrics.ts';
import type { JobQueue } from './queue/queue.ts';

export interface Runtime {
  db: Database;
  blobs: BlobStore;
  engine: EngineClient;
  queue: JobQueue;
  metrics: Metrics;
  log: Logger;
  /** Everyone who asks, until there are accounts. */
  owner: string;
}

const KEY = Symbol.for('palimpsest.runtime');
const holder = globalThis as { [KEY]?: Runtime };

/** Makes the parts reachable; only the composition root calls this. `undefined` once they are closed. */
export function setRuntime(runtime: Runtime | undefined): void {
  holder[KEY] = runtime;
}

/** The server's parts. Throws when called outside of a running server. */
export function runtime(): Runtime {
  const found = holder[KEY];
  if (!found) throw new Error('There is no running server in this process; start it with `npm start`.');
  return found;
}
