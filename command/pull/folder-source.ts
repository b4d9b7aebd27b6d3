/** A checkpoint in a folder of this machine or of a mounted disk: copied with the same checks, or read where hashes lie beside it. */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { CommandError } from '../failure.ts';
import { isWanted, type Source } from './source.ts';

/** Lists a folder. Throws {@link CommandError} where it holds no checkpoint. */
export function folderSource(given: string): Source {
  const folder = resolve(given);
  if (!existsSync(join(folder, 'transformer')))
    throw new CommandError(`${folder} holds no checkpoint: there is no folder transformer in it.`);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => relative(folder, join(folder, name)).split(sep).join('/'))
    .filter((path) => isWanted(path) && statSync(join(folder, path)).isFile())
    .map((path) => ({ path, size: statSync(join(folder, path)).size, hash: undefined }));
  return {
    ...{ revision: folder, licence: undefined, files },
    read: async (file, from, signal) =>
      createReadStream(join(folder, file.path), { start: from, signal, highWaterMark: 1 << 20 }),
  };
}
