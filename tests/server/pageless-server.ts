/** A whole server but for the pages, as a process that can be killed: API, database, queue, and a real engine. */
import { readEnvironment } from '../../server/environment.ts';
import { startServer } from '../../server.ts';

const server = await startServer({
  ...readEnvironment(process.env),
  pages: false,
  engine: { checkpointMs: 0, restartDelayMs: 10 },
});
console.log(`Palimpsest is at ${server.url}`);
