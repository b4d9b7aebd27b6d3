/**
 * The digest of a checkpoint that is too large to be read at each start: kept beside the prepared weights under the folder's path, and
 * taken as long as every file has the size, the time and the place on the disk that it had.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestCheckpoint, inferenceFiles } from '../checkpoint.ts';

/** The digest as {@link digestCheckpoint} computes it, remembered in the folder `root`. */
export async function knownDigest(root: string, dir: string): Promise<string> {
  const real = realpathSync(dir);
  const path = join(root, `digest-${hashOf([real]).slice(0, 16)}.json`);
  const stamp = hashOf(
    inferenceFiles(real).flatMap((file) => {
      const { size, mtimeMs, ino } = statSync(join(real, file));
      return [file, String(size), String(mtimeMs), String(ino)];
    }),
  );
  const known = read(path);
  if (known?.stamp === stamp) return known.digest;
  const digest = await digestCheckpoint(real);
  mkdirSync(root, { recursive: true });
  writeFileSync(`${path}.making`, JSON.stringify({ stamp, digest, checkpoint: real }));
  renameSync(`${path}.making`, path);
  return digest;
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

function read(path: string): { stamp: string; digest: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // Not there yet, or cut off: the digest is computed again.
    return undefined;
  }
}
