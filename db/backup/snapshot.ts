/**
 * One state of a data folder in a backup: which database, which blobs, which other files, each by its hash. What several snapshots
 * share lies there once. Pure.
 */
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sizeBytes = z.int().nonnegative();

export const snapshotSchema = z.strictObject({
  format: z.literal('palimpsest.backup'),
  version: z.literal(1),
  at: z.int().nonnegative(),
  database: z.strictObject({ sha256, sizeBytes }),
  /** Files beside the database, by their names in the data folder. */
  files: z.array(z.strictObject({ name: z.string().regex(/^[\w-]+(\.[\w-]+)*$/), sha256, sizeBytes })),
  blobs: z.array(z.tuple([sha256, sizeBytes])),
  /** Blobs that rows name and that were missing or damaged already when the backup was made. */
  lost: z.array(sha256),
});
export type Snapshot = z.output<typeof snapshotSchema>;

export const SNAPSHOTS = 'snapshots';
export const STORED = 'files';

/** The name of a snapshot: its time, without what file systems do not take. */
export const snapshotName = (at: number): string =>
  `${SNAPSHOTS}/${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}.json`;

/** The name of bytes in a backup. */
export const storedName = (hash: string): string => `${STORED}/${hash.slice(0, 2)}/${hash.slice(2)}`;

/** The hash that a name of bytes stands for. */
export const hashOfName = (name: string): string => name.slice(STORED.length + 1).replace('/', '');

/** Every hash that a snapshot needs, each once. */
export function hashesOf({ database, files, blobs }: Snapshot): string[] {
  return [...new Set([database.sha256, ...files.map((file) => file.sha256), ...blobs.map(([hash]) => hash)])];
}
