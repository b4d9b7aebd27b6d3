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
import { DECODER_ROWS } from './sizes.ts';
import type { Work } from './work.ts';

/** A reference as both encoders have read it. */
export interface SeenReference extends Encoding {
  /** Names ids, latents and grid. */
  hash: string;
  widthPx: number;
  heightPx: number;
  pixels: () => Promise<Picture>;
}

/** A reference as every later stage needs it. */
export interface EncodedReference extends SeenReference {
  keysValues: ReferenceKeysValues;
}

/** Reads references, one unit each. Throws `bad_image` before the first unit for those that cannot be used. */
export const encodeReferences = (
  work: Work,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, EncodedReference[]> =>
  eachReference(work, references, async (reference) => {
    const seen = await seeReference(work, reference);
    return { ...seen, keysValues: await keysValuesOf(work, seen) };
  });

/** As {@link encodeReferences}, for a request that may come: no keys and values are written that could not be kept for it. */
export const readReferencesAhead = (
  work: Work,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, SeenReference[]> =>
  eachReference(work, references, async (reference) => {
    const seen = await seeReference(work, reference);
    if (canKeep(work, seen)) await keysValuesOf(work, seen);
    return seen;
  });

async function* eachReference<R>(
  work: Work,
  references: readonly (Uint8Array | MadePicture)[],
  read: (reference: OpenedReference) => Promise<R>,
): AsyncGenerator<EngineEvent, R[]> {
  const { referenceLimits } = work.runner.checkpoint.config;
  const opened = await Promise.all(references.map((given) => openReference(given, referenceLimits)));
  const results: R[] = [];
  for (const [i, reference] of opened.entries()) {
    yield progress('encode', 0, i, opened.length);
    results.push(await read(reference));
  }
  yield progress('encode', 0, opened.length, opened.length);
  return results;
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

async function seeReference(work: Work, reference: OpenedReference): Promise<SeenReference> {
  const { grid, widthPx, heightPx, pixels } = reference;
  const encoding = reference.madeFrom ?? (await encodePixels(work, await pixels(), grid));
  const hash = referenceHash(grid, encoding.semanticIds, encoding.latents);
  return { ...encoding, hash, widthPx, heightPx, pixels };
}

async function keysValuesOf(work: Work, { hash, latents, semanticIds, grid }: SeenReference) {
  const { runner, caches, owner, tally } = work;
  const lease = await caches.references.keysValues(owner, hash, tally, () =>
    runner.writeReference(latents, upsampleIds(semanticIds, grid), grid),
  );
  return work.valueOf(lease);
}

function canKeep({ runner, caches }: Work, { grid }: SeenReference): boolean {
  const { num_layers, num_attention_heads, attention_head_dim } = runner.checkpoint.config.transformer;
  const rows = cellCount(grid) * DECODER_ROWS * num_layers * 2 * num_attention_heads;
  return caches.references.canKeep(rows * attention_head_dim, attention_head_dim);
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
