/** The parts that live as long as the server, as they are passed to what answers requests. Knows no request. */
import type { Logger } from 'pino';
import type { BlobStore } from '../db/blobs.ts';
import type { Signer } from '../db/bundle/receipt.ts';
import type { Database } from '../db/database.ts';
import type { Known } from '../studio/known.ts';
import type { Access } from './accounts/access.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Proxies } from './accounts/proxies.ts';
import type { EngineCatalogue } from './engines/catalogue.ts';
import type { Engines } from './engines/engines.ts';
import type { SettingsFor } from './environment.ts';
import type { Metrics } from './http/metrics.ts';
import type { Language } from './language/language.ts';
import type { JobQueue } from './queue/queue.ts';

/** The owner of all that is asked for where there are no accounts, and the first administrator where there are. */
export const OWNER = 'local';

/** What is the same for whoever asks. What looks at sessions takes a {@link Runtime}, so that it cannot forget to ask whose. */
export type Shared = Omit<Runtime, 'owner'>;

export interface Runtime {
  db: Database;
  blobs: BlobStore;
  engines: Engines;
  /** The engines as they are configured, to be changed while the server runs. */
  catalogue: EngineCatalogue;
  /** The language model that reads messages, where one is named. */
  language: Language;
  queue: JobQueue;
  metrics: Metrics;
  log: Logger;
  /** Signs the receipts that are written into saved pictures. */
  studioKey: Signer;
  /** Who may ask. */
  access: Access;
  /** The accounts, where there are any. */
  accounts: Accounts | undefined;
  /** What proxies say, and where people find this server. */
  proxies: Proxies;
  /** Origins of other pages that may use the API. */
  origins: readonly string[];
  /** Who may change settings, and where the server listens. */
  operator: { settings: SettingsFor; host: string };
  /** The things that the checkpoint of an engine says it draws well. */
  knownOf(engine: string): Known;
  /** Whose sessions and jobs the requests are about. */
  owner: string;
}
