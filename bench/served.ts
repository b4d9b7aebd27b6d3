/**
 * A whole server without its pages, as a process of its own: another Palimpsest for the benches. Its first line is its address; each
 * line that it reads is answered with the time that this process has computed, its engine not included.
 */
import { createInterface } from 'node:readline';
import { readEnvironment } from '../server/environment.ts';
import { startServer } from '../server.ts';

const server = await startServer({ ...readEnvironment(process.env), pages: false });
const { engines } = server.runtime;
await engines.running(engines.default)!.ready();
console.log(JSON.stringify({ url: server.url }));
for await (const _ of createInterface({ input: process.stdin })) {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ cpuMs: (user + system) / 1_000 }));
}
// The parent ends it by closing its input, or by killing it.
await server.close();
process.exit(0);
