/**
 * Whether the built pages are those of the sources: a build older than a source file is stale, and serving it would mix
 * two versions of one program. Knows nothing of Next but where its build lies.
 */
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = '{app,studio,engine,messages}/**/*.{ts,tsx,css,json}';
const SETTINGS = ['next.config.ts', 'package-lock.json'];

/** True where a build is there and no source is newer. */
export function isBuildFresh(rootDir: string): boolean {
  const built = statSync(join(rootDir, '.next/BUILD_ID'), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const files = [...globSync(SOURCES, { cwd: rootDir }), ...SETTINGS];
  return files.every((file) => statSync(join(rootDir, file)).mtimeMs <= built);
}
