/**
 * The commands that work on a data folder without a server: export, import, fsck. They take the folder for themselves, so
 * a server that has it is named. They write to the terminal and decide nothing.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { BlobStore } from '../db/blobs.ts';
import { namesOf } from '../db/bundle/leave-out.ts';
import { writeBundle } from '../db/bundle/write-bundle.ts';
import type { Database } from '../db/database.ts';
import { hasData, openDatabase } from '../db/folder/open-database.ts';
import { findSession, listSessions } from '../db/sessions.ts';
import { OWNER } from '../server/runtime.ts';
import { importBundle } from '../server/turns/bundles.ts';
import { checkFolder } from './check-folder.ts';
import { CommandError } from './failure.ts';

export const DATA_COMMANDS = ['export', 'import', 'fsck'];

export const DATA_USAGE = `  palimpsest export SESSION -o FILE [--data DIR]     a session (its id or title) as one file; with
                                                     --keep-traces, photos keep position, device and time
  palimpsest import FILE [--data DIR]                takes such a file in
  palimpsest fsck [--deep] [--repair] [--data DIR]   checks a data folder; --deep reads every picture,
                                                     --repair makes it usable again, and deletes nothing`;

export interface DataOptions {
  /** The data folder. */
  data: string;
  output?: string;
  /** Photos keep what their camera wrote into them. */
  'keep-traces'?: boolean;
  deep?: boolean;
  repair?: boolean;
}

/**
 * Runs a command and answers its exit code. Throws {@link CommandError} with what to do, `DataFolderError`, and `Refusal` for a
 * bundle that cannot be taken in.
 */
export async function runDataCommand(
  command: string,
  [what]: readonly string[],
  options: DataOptions,
): Promise<number> {
  const { data: folder } = options;
  // Only an import may begin a folder: what another command would find in a new one is nothing.
  if (command !== 'import' && !hasData(folder))
    throw new CommandError(
      `There is no data of Palimpsest in ${folder}. Name its data folder with --data, or in PALIMPSEST_DATA.`,
    );
  if (command === 'fsck') return checkFolder(folder, options);
  const db = openDatabase(folder);
  try {
    const blobs = new BlobStore(folder);
    if (what === undefined) throw new CommandError(`Say which: palimpsest ${command} ...\n\n${DATA_USAGE}`);
    if (command === 'export') return await write(db, blobs, what, options);
    const session = await importBundle({ db, blobs, owner: OWNER }, createReadStream(what));
    console.log(`${session.id}  ${session.title}  ${session.pictureCount} pictures`);
    return 0;
  } finally {
    db.close();
  }
}

async function write(
  db: Database,
  blobs: BlobStore,
  what: string,
  { output, 'keep-traces': keepTraces = false }: DataOptions,
): Promise<number> {
  if (!output) throw new CommandError('Say where to write the session: -o FILE.palimpsest');
  const found = findSession(db, what) ?? listSessions(db, OWNER).find(({ title }) => title === what);
  if (!found)
    throw new CommandError(`There is no session ${what}. Its id stands in the address of its page.`);
  const { bytes, leftOut } = await writeBundle(db, blobs, found.id, { keepTraces });
  try {
    await pipeline(bytes, createWriteStream(output, { flags: 'wx' }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(output, { force: true });
    throw error;
  }
  for (const name of namesOf(leftOut))
    console.log(
      `${name}  left out: its file is missing or damaged; put it back from a copy of the data folder`,
    );
  console.log(`${output}  ${found.title}  ${found.pictureCount} pictures`);
  return leftOut.length === 0 ? 0 : 1;
}
