/** Faults of the disk by the codes of the file system and of SQLite, also behind another error. */
import { expect, test } from 'vitest';
import { storageFaultOf } from '../../db/folder/storage-fault.ts';
import { errorAnswer } from '../../server/http/edge.ts';

const withCode = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ['EIO', 'disk_failing'],
  ['SQLITE_IOERR_FSYNC', 'disk_failing'],
  ['SQLITE_IOERR_READ', 'disk_failing'],
  ['ENOSPC', 'disk_full'],
  ['SQLITE_IOERR_WRITE', 'disk_full'],
  ['EROFS', 'read_only'],
])('%s is %s, and answered so', (code, fault) => {
  const error = new Error('while it was stored', { cause: withCode(code) });
  expect(storageFaultOf(error)).toBe(fault);
  expect(errorAnswer(error)).toMatchObject({ code: fault, message: expect.stringMatching(/disk|folder/) });
});
