/**
 * `npm run remote -- sglang [--page | --serve] [--json] [--port N]`
 * Sets the real SGLang-Diffusion up, starts it on `models/mini`, runs the contract of an engine over it and prints figures. With
 * `--page` a session of the page is drawn by it instead, in Chromium; with `--serve` it stays until it is interrupted.
 */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './measure.ts';
import { cacheFolder, RealSglang, setUp } from './sglang/server.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    page: { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    port: { type: 'string', default: '30111' },
  },
});
if (positionals.length !== 1 || positionals[0] !== 'sglang') {
  console.error('Usage: npm run remote -- sglang [--page | --serve] [--json] [--port N]');
  process.exit(2);
}

const say = (line: string) => console.error(line);

/** Runs one file of tests; its report goes to the error stream. */
function isPassed(file: string, env: Record<string, string>): boolean {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', file], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  });
  return status === 0;
}

async function serve({ url }: RealSglang): Promise<boolean> {
  say(`PALIMPSEST_ENGINE=sglang:${url} npm start          Ctrl+C ends it.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return true;
}

async function tryOut({ url }: RealSglang, startMs: number): Promise<boolean> {
  const isKept = isPassed('tests/remote/real-sglang.test.ts', { SGLANG_URL: url });
  const figures = { contract: isKept ? 'kept' : 'broken', startMs, ...(await measure(url)) };
  if (values.json) console.log(JSON.stringify(figures));
  else console.table(figures);
  return isKept;
}

async function main(): Promise<boolean> {
  say(`SGLang-Diffusion is set up in ${cacheFolder()} (the first time: 7 GB, about four minutes).`);
  setUp(cacheFolder());
  // The session kills its server, so it starts one of its own.
  if (values.page) return isPassed('tests/browser/real-sglang.test.ts', { SGLANG_PAGE_PORT: values.port });
  const from = performance.now();
  const server = await RealSglang.start(Number(values.port));
  const startMs = Math.round(performance.now() - from);
  say(`It answers at ${server.url} after ${Math.round(startMs / 1000)} s.`);
  try {
    return values.serve ? await serve(server) : await tryOut(server, startMs);
  } finally {
    await server.stop();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
