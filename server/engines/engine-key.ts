/** The key of a server elsewhere: from an environment variable, or from a file that its owner alone can read. Kept nowhere else. */
import { readFileSync, statSync } from 'node:fs';
import type { RemoteEntry } from './engine-entry.ts';

/** Why there is no key; `field` is the part of the entry that names it. */
export class KeyError extends Error {
  readonly field: 'keyEnv' | 'keyFile';

  constructor(field: 'keyEnv' | 'keyFile', reason: string) {
    super(reason);
    this.name = 'KeyError';
    this.field = field;
  }
}

/** Bits of a file's mode by which others than its owner may do something. */
const OTHERS = 0o077;

/** The key of an entry; undefined where it names none. Throws {@link KeyError} where it names one that cannot be had. */
export function keyOf(
  { keyEnv, keyFile }: Pick<RemoteEntry, 'keyEnv' | 'keyFile'>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (keyEnv !== undefined) {
    const key = env[keyEnv];
    if (key) return key;
    throw new KeyError('keyEnv', `the environment variable ${keyEnv} is not set; set it to the key`);
  }
  return keyFile === undefined ? undefined : keyOfFile(keyFile);
}

function keyOfFile(file: string): string {
  let mode: number;
  try {
    mode = statSync(file).mode;
  } catch {
    throw new KeyError('keyFile', `there is no file ${file} that can be read`);
  }
  // Windows keeps no such bits.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new KeyError('keyFile', `others than you may read ${file}; run: chmod 600 ${file}`);
  const key = readFileSync(file, 'utf8').trim();
  if (key === '') throw new KeyError('keyFile', `the file ${file} is empty; write the key into it`);
  return key;
}
