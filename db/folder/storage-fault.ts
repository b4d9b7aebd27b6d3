/** Faults of the disk and of the database file, from the codes of SQLite and of the file system. Knows no request. */

export type StorageFault = 'disk_full' | 'read_only' | 'database_busy';

const FAULTS: Record<StorageFault, readonly string[]> = {
  disk_full: ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE'],
  read_only: ['EROFS', 'EACCES', 'EPERM', 'SQLITE_READONLY', 'SQLITE_CANTOPEN'],
  database_busy: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
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
