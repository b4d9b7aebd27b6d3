/** A whole server without its pages, as a process of its own: another Palimpsest for the benches. Its first line is its address. */
import { readEnvironment } from '../server/environment.ts';
import { startServer } from '../server.ts';

const server = await startServer({ ...readEnvironment(process.env), pages: false });
const { engines } = server.runtime;
await engines.running(engines.default)!.ready();
console.log(JSON.stringify({ url: server.url }));
// The parent ends it by closing its input, or by killing it.
process.stdin.resume().on('end', () => void server.close().then(() => process.exit(0)));
