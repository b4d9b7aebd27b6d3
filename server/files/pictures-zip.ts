/** Several pictures as one zip. Each is read when its turn comes, so a whole session takes the memory of one picture. */
import { makeZip } from 'client-zip';
import { BlobDamagedError, BlobMissingError } from '../../db/blobs.ts';
import type { GalleryRow } from '../../db/gallery.ts';
import { pictureWords } from '../../studio/mentions/file-name.ts';
import { EXTENSIONS } from '../../studio/vocabulary.ts';
import type { Runtime } from '../runtime.ts';
import { type Saving, savedBytes } from './saved-picture.ts';

type Parts = Pick<Runtime, 'db' | 'blobs' | 'log' | 'studioKey'>;

const LEFT_OUT = 'Pictures that could not be read.txt';

/** The zip of these pictures in their order, each under a name of its own. What cannot be read is named in a text beside them. */
export function picturesZip(
  parts: Parts,
  rows: readonly GalleryRow[],
  saving: Saving,
): ReadableStream<Uint8Array> {
  return makeZip(entries(parts, rows, saving));
}

async function* entries(parts: Parts, rows: readonly GalleryRow[], saving: Saving) {
  const names = new Set<string>();
  const lost: string[] = [];
  for (const { picture, sessionTitle, prompt } of rows) {
    const words = pictureWords({ title: sessionTitle, prompt, version: picture.version });
    const name = fresh(words, EXTENSIONS[saving.format], names);
    try {
      const input = await savedBytes(parts, picture, saving);
      yield { name, input, lastModified: new Date(picture.createdAt) };
    } catch (error) {
      if (!(error instanceof BlobMissingError || error instanceof BlobDamagedError)) throw error;
      parts.log.error({ picture: picture.id, err: error }, 'a picture is missing or damaged');
      lost.push(name);
    }
  }
  if (lost.length > 0) yield { name: LEFT_OUT, input: `${lost.join('\n')}\n`, lastModified: new Date() };
}

/** A name that none of the files before has, in any case: many file systems take letters of both cases for the same. */
function fresh(words: string, extension: string, taken: Set<string>): string {
  for (let nth = 1; ; nth += 1) {
    const name = `${words}${nth === 1 ? '' : ` (${nth})`}.${extension}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
