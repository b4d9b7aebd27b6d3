/**
 * A data folder made again from a backup: blobs first, the database last, each compared with its hash before it gets its name. A
 * restore that was cut short goes on from what is there. Knows no place.
 */
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { blobFile, hashOfFile } from '../blobs.ts';
import { lockFolder } from '../folder/folder-lock.ts';
import { DATABASE_FILE, RESTORING_FILE } from '../folder/loss.ts';
import { hasData } from '../folder/open-database.ts';
import { inParallel } from './backup.ts';
import { BackupError, type BackupPlace } from './place.ts';
import { type Snapshot, snapshotName, storedName } from './snapshot.ts';

export interface RestoreReport {
  blobs: number;
  /** Files that were there already, from a restore that was cut short. */
  kept: number;
}

/**
 * Makes a folder what it was at a snapshot. Throws {@link BackupError} where the folder has data already, and where bytes of the
 * backup are not what their names say.
 */
export async function restore(
  place: BackupPlace,
  snapshot: Snapshot,
  folder: string,
): Promise<RestoreReport> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  try {
    begin(folder, snapshotName(snapshot.at));
    const target = new Target(place, folder);
    await inParallel(snapshot.blobs, ([sha256]) => target.take(sha256, blobFile(folder, sha256)));
    for (const { name, sha256 } of snapshot.files) await target.take(sha256, join(folder, name), 0o600);
    await target.take(snapshot.database.sha256, join(folder, DATABASE_FILE));
    rmSync(join(folder, RESTORING_FILE));
    rmSync(join(folder, STAGING), { recursive: true, force: true });
    return { blobs: snapshot.blobs.length, kept: target.kept };
  } finally {
    unlock();
  }
}

function begin(folder: string, snapshot: string): void {
  const mark = join(folder, RESTORING_FILE);
  const goesOn = existsSync(mark) && readFileSync(mark, 'utf8').trim() === snapshot;
  if (goesOn) return;
  if (existsSync(mark) || hasData(folder))
    throw new BackupError(
      `The folder ${folder} has data already. Name an empty one with --data; nothing is written over.`,
    );
  writeFileSync(mark, `${snapshot}\n`);
}

const STAGING = 'restoring-files';

class Target {
  kept = 0;
  readonly #place: BackupPlace;
  readonly #staging: string;

  constructor(place: BackupPlace, folder: string) {
    this.#place = place;
    this.#staging = join(folder, STAGING);
    mkdirSync(this.#staging, { recursive: true });
  }

  /** Brings bytes to their file, unless they are there. */
  async take(sha256: string, file: string, mode?: number): Promise<void> {
    if (existsSync(file) && (await hashOfFile(file)) === sha256) {
      this.kept += 1;
      return;
    }
    const staged = join(this.#staging, sha256);
    await pipeline(
      Readable.from(await this.#place.get(storedName(sha256))),
      createWriteStream(staged, { mode, flush: true }),
    );
    if ((await hashOfFile(staged)) !== sha256)
      throw new BackupError(
        `The backup's file ${storedName(sha256)} is damaged. Run the command again, or take another snapshot with --at.`,
      );
    mkdirSync(dirname(file), { recursive: true });
    renameSync(staged, file);
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  }
}
