/**
 * References from files to what the later stages read: ids, latents, keys and values, each made once for a picture and
 * remembered. A reference depends on its own picture alone.
 */
import { pixelsHash, referenceHash } from './cache-key.ts';
import type { ReferenceLimits } from './config.ts';
import type { ReferenceKeysValues } from './model-runner.ts';
import { decodePicture, type Grid, type Picture, referenceGrid } from './picture.ts';
import { openPicture } from './picture-file.ts';
import { progress } from './progress.ts';
import { cellCount, upsampleIds } from './prompt.ts';
import type { Encoding } from './reference-cache.ts';
import type { EngineEvent, MadePicture } from './request.ts';
import type { Work } from './work.ts';

/** A reference as every later stage needs it. */
export interface EncodedReference extends Encoding {
  /** Names ids, latents and grid. */
  hash: string;
  widthPx: number;
  heightPx: number;
  pixels: () => Promise<Picture>;
  keysValues: ReferenceKeysValues;
}

/** Reads references, one unit each. Throws `bad_image` before the first unit for those that cannot be used. */
export async function* encodeReferences(
  work: Work,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, EncodedReference[]> {
  const { referenceLimits } = work.runner.checkpoint.config;
  const opened = await Promise.all(references.map((given) => openReference(given, referenceLimits)));
  const encoded: EncodedReference[] = [];
  for (const [i, reference] of opened.entries()) {
    yield progress('encode', 0, i, opened.length);
    encoded.push(await encodeReference(work, reference));
  }
  yield progress('encode', 0, opened.length, opened.length);
  return encoded;
}

/** A reference before it is encoded. */
interface OpenedReference {
  grid: Grid;
  widthPx: number;
  heightPx: number;
  pixels: () => Promise<Picture>;
  /** What a picture of our own was made from, where its grid is the one that it is read on now. */
  madeFrom?: Encoding;
}

async function openReference(
  given: Uint8Array | MadePicture,
  limits: ReferenceLimits,
): Promise<OpenedReference> {
  const made = 'file' in given ? await openMade(given, limits) : undefined;
  if (made) return made;
  const picture = await decodePicture('file' in given ? given.file : given);
  const { width: widthPx, height: heightPx } = picture;
  const grid = referenceGrid(widthPx, heightPx, limits);
  return { grid, widthPx, heightPx, pixels: async () => picture };
}

/** A picture of our own, its pixels still in the file: most of the time nobody asks for them. */
async function openMade(
  { file, priorTokens, latents }: MadePicture,
  limits: ReferenceLimits,
): Promise<OpenedReference | undefined> {
  const { header } = await openPicture(file);
  const { width: widthPx, height: heightPx } = header.autoOrient;
  const grid = referenceGrid(widthPx, heightPx, limits);
  if (priorTokens.length !== cellCount(grid)) return undefined;
  const madeFrom = { grid, semanticIds: Int32Array.from(priorTokens), latents };
  return { grid, widthPx, heightPx, pixels: () => decodePicture(file), madeFrom };
}

async function encodeReference(work: Work, reference: OpenedReference): Promise<EncodedReference> {
  const { runner, caches, owner, tally } = work;
  const { grid, widthPx, heightPx, pixels } = reference;
  const encoding = reference.madeFrom ?? (await encodePixels(work, await pixels(), grid));
  const { semanticIds, latents } = encoding;
  const hash = referenceHash(grid, semanticIds, latents);
  const lease = await caches.references.keysValues(owner, hash, tally, () =>
    runner.writeReference(latents, upsampleIds(semanticIds, grid), grid),
  );
  return { ...encoding, hash, widthPx, heightPx, pixels, keysValues: work.valueOf(lease) };
}

function encodePixels(
  { runner, caches, owner, tally }: Work,
  picture: Picture,
  grid: Grid,
): Promise<Encoding> {
  return caches.references.encoding(owner, pixelsHash(picture), tally, async () => ({
    grid,
    semanticIds: await runner.semanticIds(picture, grid),
    latents: await runner.encodeLatents(picture, grid),
  }));
}
