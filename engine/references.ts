/**
 * References from files to what the later stages read: ids, latents, keys and values, each made once for a picture and
 * remembered. A reference depends on its own picture alone.
 */
import { pixelsHash, referenceHash } from './cache-key.ts';
import type { ReferenceKeysValues } from './model-runner.ts';
import { decodePicture, type Grid, type Picture, referenceGrid } from './picture.ts';
import { progress } from './progress.ts';
import { cellCount, upsampleIds } from './prompt.ts';
import type { Encoding } from './reference-cache.ts';
import type { EngineEvent, MadePicture } from './request.ts';
import type { Work } from './work.ts';

/** A reference as every later stage needs it. */
export interface EncodedReference extends Encoding {
  /** Names ids, latents and grid. */
  hash: string;
  picture: Picture;
  keysValues: ReferenceKeysValues;
}

/** Reads references, one unit each. Throws `bad_image` before the first unit for those that cannot be used. */
export async function* encodeReferences(
  work: Work,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, EncodedReference[]> {
  const { referenceLimits } = work.runner.checkpoint.config;
  const pictures = await Promise.all(
    references.map((given) => decodePicture('file' in given ? given.file : given)),
  );
  const grids = pictures.map(({ width, height }) => referenceGrid(width, height, referenceLimits));
  const encoded: EncodedReference[] = [];
  for (const [i, picture] of pictures.entries()) {
    yield progress('encode', 0, i, pictures.length);
    encoded.push(await encodeReference(work, picture, grids[i]!, references[i]!));
  }
  yield progress('encode', 0, pictures.length, pictures.length);
  return encoded;
}

async function encodeReference(
  work: Work,
  picture: Picture,
  grid: Grid,
  given: Uint8Array | MadePicture,
): Promise<EncodedReference> {
  const { runner, caches, owner, tally } = work;
  const encoding =
    madeOn(given, grid) ??
    (await caches.references.encoding(owner, pixelsHash(picture), tally, async () => ({
      grid,
      semanticIds: await runner.semanticIds(picture, grid),
      latents: await runner.encodeLatents(picture, grid),
    })));
  const { semanticIds, latents } = encoding;
  const hash = referenceHash(grid, semanticIds, latents);
  const lease = await caches.references.keysValues(owner, hash, tally, () =>
    runner.writeReference(latents, upsampleIds(semanticIds, grid), grid),
  );
  return { ...encoding, hash, picture, keysValues: work.valueOf(lease) };
}

/** What a picture of our own was made from, where its grid is the one that it is read on now. */
function madeOn(given: Uint8Array | MadePicture, grid: Grid): Encoding | undefined {
  if (!('file' in given) || given.priorTokens.length !== cellCount(grid)) return undefined;
  return { grid, semanticIds: Int32Array.from(given.priorTokens), latents: given.latents };
}
