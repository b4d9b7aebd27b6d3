/** `palimpsest fsck`: a data folder checked, on any damage, and made usable again without deleting anything. Decides nothing. */
import { findBlob } from '../db/blob-rows.ts';
import { BlobStore } from '../db/blobs.ts';
import { intactReceipt } from '../db/bundle/receipt.ts';
import { type FsckReport, fsck, isWhole } from '../db/folder/fsck.ts';
import { filesLeft, hasRescued, putRescuedBack, rescuedAt } from '../db/folder/loss.ts';
import { type BrokenDatabaseError, brokenBy, openDatabase } from '../db/folder/open-database.ts';
import { type Rebuilt, rebuildDatabase } from '../db/folder/rebuild.ts';
import { insertSession } from '../db/sessions.ts';
import { OWNER } from '../server/runtime.ts';
import { normalisePicture, type Picture } from '../server/turns/picture.ts';
import { restoreBranch } from '../server/turns/restore.ts';
import { Refusal } from '../studio/refusal.ts';

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
  console.log(broken.message);
  if (!repair) {
    const files = filesLeft(new BlobStore(folder));
    for (const { sha256, ending, prompt } of files)
      console.log(`${sha256}${ending}${prompt === null ? '' : `  carries its own receipt: ${prompt}`}`);
    console.log(`${files.length} files are still there. The data folder is not whole; see above.`);
    return 1;
  }
  if (broken.fault === 'database_lost' && hasRescued(folder)) {
    const at = rescuedAt(folder).toISOString();
    putRescuedBack(folder);
    console.log(`The copy of the database that the server saved at ${at} is in its place.`);
  } else {
    tellRebuilt(rebuildDatabase(folder, broken.fault));
    const found = await takeReceipts(folder);
    if (found > 0)
      console.log(`${found} pictures came back by the receipts in them, in the session "${FOUND}".`);
  }
  return checkFolder(folder, { deep, repair });
}

/** The session of pictures of which nothing but their own receipts is left. */
const FOUND = 'Found pictures';

/** Takes files that no row names and that carry a receipt into a session, with the branch that led to each; answers how many. */
async function takeReceipts(folder: string): Promise<number> {
  const db = openDatabase(folder);
  try {
    const blobs = new BlobStore(folder);
    let sessionId: string | undefined;
    let count = 0;
    for (const { sha256, prompt } of filesLeft(blobs)) {
      if (prompt === null || findBlob(db, sha256)) continue;
      const file = await blobs.read(sha256);
      const receipt = intactReceipt(file);
      if (receipt?.turns.at(-1)?.kind !== 'edit' && receipt?.turns.at(-1)?.kind !== 'generate') continue;
      const picture = await readable(file);
      if (!picture) continue;
      sessionId ??= db.write(() => insertSession(db, OWNER, FOUND)).id;
      await restoreBranch({ db, blobs, owner: OWNER }, sessionId, receipt!, { file, picture });
      count += 1;
    }
    return count;
  } finally {
    db.close();
  }
}

function tellRebuilt({ salvaged, copy, labels, standIns, dropped }: Rebuilt): void {
  if (copy) console.log(`The copy of the database of ${copy.at.toISOString()} is in its place.`);
  for (const { table, rows, isCut } of salvaged ?? [])
    if (rows > 0 || isCut)
      console.log(`${table}  ${rows} rows were read${isCut ? '; others could not be' : ''}`);
  const { sessions, turns, pictures, unused } = labels;
  if (pictures > 0 || sessions > 0)
    console.log(
      `${pictures} pictures of ${turns} turns came back by the labels beside them, ${sessions} sessions with them.`,
    );
  if (unused > 0) console.log(`${unused} labels name pictures that are not there, or cannot be read.`);
  if (standIns > 0) console.log(`${standIns} sessions have lost their titles.`);
  for (const [table, count] of Object.entries(dropped))
    console.log(`${table}  ${count} rows named what is lost and are gone`);
  console.log('The database that was there is in the folder quarantine.');
}

/** A file as a picture; undefined for one that is damaged behind its receipt. */
async function readable(file: Uint8Array): Promise<Picture | undefined> {
  try {
    return await normalisePicture(file);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
