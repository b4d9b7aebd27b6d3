/** A whole server but for the pages, as a process that can be killed: routes, database, queue, and a real engine. */
import { readEnvironment } from '../../server/environment.ts';
import { startServer } from '../../server.ts';
import { openRouteFiles } from './route-files.ts';

const server = await startServer({
  ...readEnvironment(process.env),
  openPages: openRouteFiles,
  engine: { checkpointMs: 0, restartDelayMs: 10 },
});
console.log(`Palimpsest is at ${server.url}`);
