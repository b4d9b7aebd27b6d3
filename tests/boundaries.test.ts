/**
 * The arrows between folders: reads every import line and fails on one that points back.
 * app -> engine/index, db; engine -> kernels; kernels and db -> nothing of ours; cli and server -> all.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Folder of a source file: its first path part, or the file itself at the top level. */
const folderOf = (file: string): string => file.split('/')[0]!;

/** What each folder may import besides itself. A name with a slash is one file, not its folder. */
const ALLOWED: Record<string, readonly string[]> = {
  kernels: [],
  engine: ['kernels'],
  db: [],
  app: ['engine/index.ts', 'engine/client.ts', 'db', 'messages'],
  'server.ts': ['app', 'engine/index.ts', 'engine/client.ts', 'db'],
  'cli.ts': ['app', 'engine/index.ts', 'engine/client.ts', 'db'],
};

const FORBIDDEN_FOLDERS = ['lib', 'utils', 'helpers', 'types', 'core'];

interface Arrow {
  from: string;
  to: string;
}

function arrowsOf(file: string): Arrow[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const targets = [...source.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(
    (match) => match[1]!,
  );
  return targets.map((target) => ({ from: file, to: relative(ROOT, resolve(ROOT, dirname(file), target)) }));
}

const sources = globSync('{kernels,engine,db,app}/**/*.{ts,tsx}', { cwd: ROOT }).concat(
  globSync('{server,cli}.ts', { cwd: ROOT }),
);

test('imports follow the arrows of the architecture', () => {
  const wrong = sources.flatMap(arrowsOf).filter(({ from, to }) => {
    const allowed = ALLOWED[folderOf(from)]!;
    return folderOf(from) !== folderOf(to) && !allowed.includes(folderOf(to)) && !allowed.includes(to);
  });
  expect(wrong).toEqual([]);
});

test('no folder is a drawer for leftovers', () => {
  const folders = sources.flatMap((file) => file.split('/').slice(0, -1));
  expect(folders.filter((folder) => FORBIDDEN_FOLDERS.includes(folder))).toEqual([]);
});
