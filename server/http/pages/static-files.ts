/**
 * Scripts and style sheets of the built pages, in Brotli at its best: a sixth smaller than what Next makes of them for each request.
 * They never change under their names, so each is compressed once and kept beside itself. Knows nothing of Next but where its build lies.
 */
import { createReadStream, existsSync, globSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import Negotiator from 'negotiator';

const PATH = /^\/_next\/static\/((?:[\w-]+\/)*[\w.-]+\.(js|css))(?:\?|$)/;
const TYPES: Record<string, string> = {
  js: 'application/javascript; charset=UTF-8',
  css: 'text/css; charset=UTF-8',
};
const BEST = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

/**
 * Answers a request for a script or a style sheet from its compressed copy. False, and nothing is answered, where it is for something
 * else, where the reader takes no Brotli, and where there is no copy yet.
 */
export function answerStatic(rootDir: string, request: IncomingMessage, response: ServerResponse): boolean {
  const [, name, ending] = PATH.exec(request.url ?? '') ?? [];
  if (!name || !ending || request.method !== 'GET') return false;
  if (!new Negotiator(request).encodings().includes('br')) return false;
  const copy = join(rootDir, '.next/static', `${name}.br`);
  if (!existsSync(copy)) return false;
  response.writeHead(200, {
    'Content-Type': TYPES[ending]!,
    'Content-Encoding': 'br',
    'Cache-Control': 'public, max-age=31536000, immutable',
    Vary: 'Accept-Encoding',
  });
  createReadStream(copy)
    .on('error', () => response.destroy())
    .pipe(response);
  return true;
}

/** Makes the copies that are missing, one after the other; where the folder cannot be written, none. */
export async function compressStatic(rootDir: string): Promise<void> {
  const folder = join(rootDir, '.next/static');
  for (const name of globSync('**/*.{js,css}', { cwd: folder })) {
    const copy = join(folder, `${name}.br`);
    if (existsSync(copy)) continue;
    try {
      const bytes = await promisify(brotliCompress)(await readFile(join(folder, name)), BEST);
      await writeFile(`${copy}.${process.pid}`, bytes);
      await rename(`${copy}.${process.pid}`, copy);
    } catch {
      return;
    }
  }
}
