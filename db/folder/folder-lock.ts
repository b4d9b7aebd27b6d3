/**
 * The lock of a data folder, so that one server has it at a time. It is a transaction that SQLite holds open on a file of its
 * own: the operating system lets go of it when the process ends, however it ends, so no stale lock survives a `kill -9`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';

/** A data folder that cannot be used as it is; the message says what its user can do. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

/** The data folder belongs to another running server. */
export class FolderInUseError extends DataFolderError {
  constructor(folder: string, holder: string) {
    super(
      `The data folder ${folder} is in use by another Palimpsest${holder}. Stop that one, or give this one its own folder with PALIMPSEST_DATA.`,
    );
    this.name = 'FolderInUseError';
  }
}

/**
 * Takes the folder for this process; the returned function gives it back.
 * Throws {@link FolderInUseError} while another process, or another database of this one, holds it.
 */
export function lockFolder(folder: string): () => void {
  const holderFile = join(folder, 'lock-holder');
  const lock = new BetterSqlite(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const { code } = error as { code?: string };
    if (code === 'SQLITE_NOTADB')
      throw new DataFolderError(
        `The file lock.sqlite in the data folder ${folder} is damaged. It holds no data: delete it and start again.`,
      );
    if (code !== 'SQLITE_BUSY') throw error;
    throw new FolderInUseError(folder, readHolder(holderFile));
  }
  try {
    writeFileSync(holderFile, `process ${process.pid}\n`);
  } catch (error) {
    lock.close();
    throw error;
  }
  return () => {
    lock.close();
  };
}

/** The process that wrote the holder file last; only for the message, the lock itself does not depend on it. */
function readHolder(file: string): string {
  try {
    return ` (${readFileSync(file, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
