/** A small file system of its own, for tests of what a full or read-only disk does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Its folder, if this machine lets us mount one; gone with the test. */
export function smallDisk(options: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    // Not allowed here: the test says that it was skipped.
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}
