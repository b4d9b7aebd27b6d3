/** `palimpsest fsck`: a data folder checked, on any damage, and made usable again without deleting anything. Decides nothing. */
import { BlobStore } from '../db/blobs.ts';
import { type FsckReport, fsck, isWhole } from '../db/folder/fsck.ts';
import { filesLeft, hasRescued, moveAllAside, putRescuedBack, rescuedAt } from '../db/folder/loss.ts';
import { type BrokenDatabaseError, brokenBy, openDatabase } from '../db/folder/open-database.ts';

export interface CheckOptions {
  deep?: boolean;
  repair?: boolean;
}

const MOVED = 'moved into the folder quarantine, whose manifest.jsonl says why';

/** Checks a folder and answers the exit code: 0 where it is whole, or was made so. Throws `DataFolderError`. */
export async function checkFolder(folder: string, options: CheckOptions): Promise<number> {
  try {
    return await checkWith(folder, options);
  } catch (error) {
    const broken = brokenBy(folder, error);
    if (!broken) throw error;
    return checkWithout(folder, broken, options);
  }
}

async function checkWith(folder: string, options: CheckOptions): Promise<number> {
  const db = openDatabase(folder);
  try {
    const report = await fsck(db, new BlobStore(folder), options);
    tell(report, options.repair ?? false);
    return isWhole(report) ? 0 : 1;
  } finally {
    db.close();
  }
}

function tell(report: FsckReport, isRepaired: boolean): void {
  const says: Record<keyof FsckReport, string> = {
    database: 'fault in the database file; put it back from a copy',
    dangling: 'reference to nothing',
    missing: 'picture whose file is missing; put it back from a copy of the data folder',
    damaged: 'picture whose file was changed; put it back from a copy of the data folder',
    orphans: isRepaired ? 'file of nothing' : 'file of nothing; --repair moves it into the folder quarantine',
    unused: isRepaired
      ? 'picture of nothing'
      : 'picture of nothing; --repair moves it aside if it is older than a day',
    quarantined: MOVED,
    restored: 'put back from the folder quarantine',
  };
  for (const [kind, found] of Object.entries(report) as [keyof FsckReport, string[]][])
    for (const each of found) console.log(`${each}  ${says[kind]}`);
  console.log(isWhole(report) ? 'The data folder is whole.' : 'The data folder is not whole; see above.');
}

/** A folder whose database is lost or damaged: what the files say of themselves, and what a repair does. */
async function checkWithout(
  folder: string,
  broken: BrokenDatabaseError,
  { deep, repair = false }: CheckOptions,
): Promise<number> {
  const store = new BlobStore(folder);
  console.log(broken.message);
  if (repair && broken.fault === 'database_lost' && hasRescued(folder)) {
    const at = rescuedAt(folder).toISOString();
    putRescuedBack(folder);
    console.log(`The copy of the database that the server saved at ${at} is in its place.`);
    return checkFolder(folder, { deep, repair });
  }
  const files = filesLeft(store);
  for (const { sha256, ending, prompt } of files)
    console.log(`${sha256}${ending}${prompt === null ? '' : `  carries its own receipt: ${prompt}`}`);
  if (repair) {
    moveAllAside(folder, store, broken.fault);
    console.log(
      `${files.length} files ${MOVED}. A server can begin anew here; a picture that carries its own receipt`,
    );
    console.log(
      'brings its branch back when it is dropped on the page. Once the database is back, fsck --repair puts',
    );
    console.log('all of them back.');
  } else console.log(`${files.length} files are still there. The data folder is not whole; see above.`);
  return 1;
}
