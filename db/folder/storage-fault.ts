/** Faults of the disk and of the database file, from the codes of SQLite and of the file system. Knows no request. */

export type StorageFault =
  | 'disk_full'
  | 'read_only'
  | 'disk_failing'
  | 'database_busy'
  | 'database_damaged'
  | 'database_lost';

/** The database's file is not the one that was opened any more: deleted, or replaced while it was open. */
export class DatabaseLostError extends Error {
  readonly code = 'DATABASE_LOST';
  override name = 'DatabaseLostError';
}

const FAULTS: Record<StorageFault, readonly string[]> = {
  disk_full: ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE'],
  read_only: ['EROFS', 'EACCES', 'EPERM', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'],
  disk_failing: ['EIO', 'SQLITE_IOERR'],
  database_busy: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
  database_damaged: ['SQLITE_NOTADB', 'SQLITE_CORRUPT'],
  database_lost: ['DATABASE_LOST'],
};

/** The fault behind an error, or behind what caused it; undefined for any other error. */
export function storageFaultOf(error: unknown): StorageFault | undefined {
  for (let each = error as { code?: string; cause?: unknown } | undefined; each; ) {
    const { code = '', cause } = each;
    for (const [fault, codes] of Object.entries(FAULTS) as [StorageFault, readonly string[]][])
      if (codes.some((known) => code === known || code.startsWith(`${known}_`))) return fault;
    each = cause as typeof each;
  }
  return undefined;
}
