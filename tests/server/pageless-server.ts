/**
 * A whole server but for the pages, as a process that can be killed: API, database, queue, and a real engine, which keeps a
 * checkpoint after every unit unless `CHECKPOINT_MS` says otherwise.
 */
import { readEnvironment } from '../../server/environment.ts';
import { startServer } from '../../server.ts';

const server = await startServer({
  ...readEnvironment(process.env),
  pages: false,
  engine: { checkpointMs: Number(process.env.CHECKPOINT_MS ?? 0), restartDelayMs: 10 },
});
console.log(`Palimpsest is at ${server.url}`);
