/** Scripts of the built pages go out in Brotli to who takes it; everything else is left to Next. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answerStatic, compressStatic } from '../../server/http/pages/static-files.ts';

const SCRIPT = 'console.log("palimpsest");\n'.repeat(500);

async function served() {
  const rootDir = mkdtempSync(join(tmpdir(), 'palimpsest-static-'));
  const folder = join(rootDir, '.next/static/chunks');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '0a-b_c.js'), SCRIPT);
  writeFileSync(join(folder, '0a.css'), 'a{}');
  writeFileSync(join(rootDir, '.next/secret.js'), 'secret');
  const server = createServer((request, response) => {
    if (!answerStatic(rootDir, request, response)) response.end('by Next');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    rmSync(rootDir, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const get = (path: string, encoding = 'gzip, deflate, br') =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'Accept-Encoding': encoding } });
  return { rootDir, folder, get };
}

test('a script is what it was, smaller, and kept for ever', async () => {
  const { rootDir, folder, get } = await served();
  expect(await (await get('/_next/static/chunks/0a-b_c.js')).text()).toBe('by Next');
  await compressStatic(rootDir);
  expect(readdirSync(folder).toSorted()).toEqual(['0a-b_c.js', '0a-b_c.js.br', '0a.css', '0a.css.br']);
  const answer = await get('/_next/static/chunks/0a-b_c.js?v=1');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/javascript; charset=UTF-8',
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  });
  expect(await answer.text()).toBe(SCRIPT);
});

test.each([
  ['/_next/static/chunks/0a-b_c.js', 'gzip'],
  ['/_next/static/chunks/0a-b_c.js', 'br;q=0, gzip'],
  ['/_next/static/chunks/none.js', 'br'],
  ['/_next/static/../secret.js', 'br'],
  ['/_next/static/%2e%2e/secret.js', 'br'],
  ['/_next/static/chunks/0a-b_c.js.br', 'br'],
  ['/s/1', 'br'],
])('%s for %s is left to Next', async (path, encoding) => {
  const { rootDir, get } = await served();
  await compressStatic(rootDir);
  expect(await (await get(path, encoding)).text()).toBe('by Next');
});
