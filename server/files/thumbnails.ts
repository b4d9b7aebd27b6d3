/**
 * Small views of pictures as WebP, in a few sizes. They are made when first asked for and kept beside the blobs; the folder may be
 * deleted at any time. Knows no row.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { BlobStore } from '../../db/blobs.ts';
import { THUMBNAIL_WIDTHS, type ThumbnailWidth } from '../../studio/vocabulary.ts';

const FOLDER = 'thumbnails';
const QUALITY = 76;
/** So many bytes are kept after a sweep. */
const MOST_BYTES = 1_000_000_000;

const fileOf = ({ dataFolder }: Pick<BlobStore, 'dataFolder'>, hash: string, width: ThumbnailWidth): string =>
  join(dataFolder, FOLDER, hash.slice(0, 2), `${hash.slice(2)}-${width}.webp`);

/**
 * The picture of a hash as WebP, at most so wide and never wider than it is. Throws what `blobs.read` throws; a thumbnail that
 * cannot be kept is answered all the same.
 */
export async function thumbnailOf(
  blobs: BlobStore,
  hash: string,
  width: ThumbnailWidth,
): Promise<Uint8Array> {
  const file = fileOf(blobs, hash, width);
  const kept = await fs.promises.readFile(file).catch(() => undefined);
  if (kept) return kept;
  const bytes = await sharp(await blobs.read(hash))
    .resize(width, undefined, { withoutEnlargement: true })
    .webp({ quality: QUALITY, effort: 3 })
    .toBuffer();
  await keep(file, bytes).catch(() => {
    // A full disk, or a folder that was just swept: the next one who asks has it made again.
  });
  return bytes;
}

async function keep(file: string, bytes: Uint8Array): Promise<void> {
  await fs.promises.mkdir(dirname(file), { recursive: true });
  const half = `${file}.${randomUUID()}`;
  await fs.promises.writeFile(half, bytes);
  await fs.promises.rename(half, file);
}

/** Removes the thumbnails of pictures that are gone. */
export function dropThumbnails(blobs: Pick<BlobStore, 'dataFolder'>, hashes: Iterable<string>): void {
  for (const hash of hashes)
    for (const width of THUMBNAIL_WIDTHS) fs.rmSync(fileOf(blobs, hash, width), { force: true });
}

/** Removes the oldest thumbnails where there are more than so many bytes. */
export function trimThumbnails(blobs: Pick<BlobStore, 'dataFolder'>, mostBytes = MOST_BYTES): void {
  const root = join(blobs.dataFolder, FOLDER);
  if (!fs.existsSync(root)) return;
  const files = fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const { size, mtimeMs } = fs.statSync(join(parentPath, name));
      return { file: join(parentPath, name), size, mtimeMs };
    })
    .sort((one, other) => other.mtimeMs - one.mtimeMs);
  let sum = 0;
  for (const { file, size } of files) {
    sum += size;
    if (sum > mostBytes) fs.rmSync(file, { force: true });
  }
}
