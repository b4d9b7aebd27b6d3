/** `palimpsest backup`, `restore` and `downgrade`, as lines to read. Decides nothing. */
import { backUp, damagedIn, readSnapshot, timeIn } from '../db/backup/backup.ts';
import { type BackupPlace, type BucketKeys, placeAt } from '../db/backup/place.ts';
import { restore } from '../db/backup/restore.ts';
import { copiesIn, goBackTo, type NotInCopy, notInCopy } from '../db/folder/copies.ts';
import { hasData } from '../db/folder/open-database.ts';
import { CommandError } from './failure.ts';

export const BACKUP_COMMANDS = ['backup', 'restore', 'downgrade'];

export const BACKUP_USAGE = `  palimpsest backup PLACE [--keep N] [--data DIR]    copies what PLACE does not have yet, also while a
                                                     server runs; PLACE is a folder or s3:https://HOST/BUCKET
  palimpsest backup PLACE --check [--at TIME]        reads a whole snapshot and compares every byte
  palimpsest restore PLACE [--at TIME] --data DIR    makes an empty folder what it was
  palimpsest downgrade [COPY] [--data DIR]           lists copies from before an update; puts one back`;

export interface BackupOptions {
  data: string;
  keep?: string;
  check?: boolean;
  at?: string;
}

/** Runs a command and answers its exit code. Throws {@link CommandError}, `BackupError`, `DataFolderError`. */
export async function runBackupCommand(
  command: string,
  [what]: readonly string[],
  options: BackupOptions,
): Promise<number> {
  if (command === 'downgrade') return downgrade(options.data, what);
  if (what === undefined) throw new CommandError(`Say where: palimpsest ${command} PLACE\n\n${BACKUP_USAGE}`);
  const place = placeAt(what, bucketKeys(process.env));
  if (command === 'restore') return bringBack(place, options);
  return options.check ? check(place, options.at) : save(place, options);
}

function bucketKeys(env: NodeJS.ProcessEnv): BucketKeys | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION } = env;
  return accessKeyId && secretAccessKey
    ? { accessKeyId, secretAccessKey, region: AWS_REGION || 'auto' }
    : undefined;
}

async function save(place: BackupPlace, { data, keep }: BackupOptions): Promise<number> {
  if (!hasData(data))
    throw new CommandError(
      `There is no data of Palimpsest in ${data}. Name its data folder with --data, or in PALIMPSEST_DATA.`,
    );
  const { name, blobs, added, lost, removed } = await backUp(data, place, countOf(keep));
  for (const sha256 of lost)
    console.log(
      `${sha256}  missing or damaged in the data folder, and not in the backup; see palimpsest fsck`,
    );
  for (const old of removed) console.log(`${timeIn(old)}  removed`);
  console.log(
    `${timeIn(name)}  ${blobs} files of pictures; ${added.files} files, ${(added.bytes / 1e6).toFixed(1)} MB were new`,
  );
  return lost.length === 0 ? 0 : 1;
}

function countOf(keep: string | undefined): number | undefined {
  if (keep === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(keep)) throw new CommandError('--keep takes how many snapshots stay, 1 or more.');
  return Number(keep);
}

async function check(place: BackupPlace, at: string | undefined): Promise<number> {
  const snapshot = await readSnapshot(place, at);
  const damaged = await damagedIn(place, snapshot);
  for (const sha256 of damaged) console.log(`${sha256}  missing or damaged in the backup`);
  for (const sha256 of snapshot.lost) console.log(`${sha256}  was lost before this backup was made`);
  console.log(
    `${new Date(snapshot.at).toISOString()}  ${snapshot.blobs.length} files of pictures, ${damaged.length} damaged`,
  );
  if (damaged.length > 0) console.log('The next backup does not mend these: remove them there first.');
  return damaged.length === 0 ? 0 : 1;
}

async function bringBack(place: BackupPlace, { data, at }: BackupOptions): Promise<number> {
  const snapshot = await readSnapshot(place, at);
  const { blobs, kept } = await restore(place, snapshot, data);
  console.log(
    `${data}  as of ${new Date(snapshot.at).toISOString()}: ${blobs} files of pictures${kept > 0 ? `, ${kept} files were there already` : ''}`,
  );
  for (const sha256 of snapshot.lost) console.log(`${sha256}  was lost before this backup was made`);
  return snapshot.lost.length === 0 ? 0 : 1;
}

function downgrade(data: string, what: string | undefined): number {
  const copies = copiesIn(data);
  if (copies.length === 0)
    throw new CommandError(`There are no copies from before an update in ${data}. Restore a backup instead.`);
  if (what === undefined) {
    for (const copy of copies) {
      console.log(`${copy.name}  ${copy.at.toISOString()}`);
      tellLoss(notInCopy(data, copy));
    }
    console.log(
      'Name one of them to put it back. Stop the server first, and start an older Palimpsest after.',
    );
    return 0;
  }
  const copy = copies.find(({ name }) => name === what);
  if (!copy)
    throw new CommandError(`There is no copy ${what}. Run palimpsest downgrade without it to see all.`);
  tellLoss(goBackTo(data, copy));
  console.log(
    `${copy.name} is the database now. The newer one and its files are in the folder quarantine: put palimpsest.sqlite back from there and run palimpsest fsck --repair with a newer Palimpsest to go forward again.`,
  );
  return 0;
}

const MOST_TITLES = 20;

function tellLoss({ sessions, turns, pictures, titles }: NotInCopy): void {
  console.log(`  does not have ${sessions} sessions, ${turns} turns, ${pictures} pictures`);
  for (const title of titles.slice(0, MOST_TITLES)) console.log(`  - ${title || '(without a title)'}`);
  if (titles.length > MOST_TITLES) console.log(`  - and ${titles.length - MOST_TITLES} more`);
}
