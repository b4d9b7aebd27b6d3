/**
 * References from files to what the later stages read: ids, latents, keys and values, each made once for a picture and
 * remembered. A reference depends on its own picture alone.
 */
import { pixelsHash, referenceHash } from '../cache/cache-key.ts';
import type { Encoding } from '../cache/reference-cache.ts';
import { EngineError } from '../request/errors.ts';
import type { CheckpointConfig } from '../model/config.ts';
import type { ReferenceKeysValues } from '../model/model-runner.ts';
import { DECODER_ROWS, LATENT_PX, TOKEN_PX } from '../request/sizes.ts';
import { progress } from '../request/progress.ts';
import type { EngineEvent, MadePicture } from '../request/request.ts';
import { cellCount, upsampleIds } from '../tokens/prompt.ts';
import type { Work } from '../schedule/request-context.ts';
import { decodePicture, type Grid, type Picture, referenceGrid } from './pixels.ts';
import { openPicture } from './picture-file.ts';

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
  const { config } = work.runner.checkpoint;
  const opened = await Promise.all(references.map((given) => openReference(given, config)));
  const resized = opened.flatMap(({ isResized }, index) => (isResized ? [index] : []));
  if (resized.length > 0) yield { type: 'resized', references: resized };
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
  /** Whether it is a picture of our own of a size that is read only when resized, hence from its pixels. */
  isResized?: boolean;
}

async function openReference(
  given: Uint8Array | MadePicture,
  config: CheckpointConfig,
): Promise<OpenedReference> {
  if ('file' in given) return openMade(given, config);
  const picture = await decodePicture(given);
  const { width: widthPx, height: heightPx } = picture;
  const grid = referenceGrid(widthPx, heightPx, config.referenceLimits);
  return { grid, widthPx, heightPx, pixels: async () => picture };
}

/**
 * A picture of our own, its pixels still in the file: most of the time nobody asks for them. Where its size is one that the
 * model reads resized, its own tokens are on another grid, and it is read from its pixels.
 * Throws `bad_image` where tokens or latents do not belong to a picture of its size.
 */
async function openMade(
  { file, priorTokens, latents }: MadePicture,
  config: CheckpointConfig,
): Promise<OpenedReference> {
  const { header } = await openPicture(file);
  const { width: widthPx, height: heightPx } = header.autoOrient;
  const own = { height: heightPx / TOKEN_PX, width: widthPx / TOKEN_PX };
  checkLength('prior tokens', priorTokens.length, cellCount(own), widthPx, heightPx);
  const latentNumbers = (config.vae.latent_channels * widthPx * heightPx) / LATENT_PX ** 2;
  checkLength('latents', latents.length, latentNumbers, widthPx, heightPx);
  const grid = referenceGrid(widthPx, heightPx, config.referenceLimits);
  const opened = { grid, widthPx, heightPx, pixels: () => decodePicture(file) };
  if (grid.height !== own.height || grid.width !== own.width) return { ...opened, isResized: true };
  return { ...opened, madeFrom: { grid, semanticIds: Int32Array.from(priorTokens), latents } };
}

function checkLength(
  what: string,
  length: number,
  expected: number,
  widthPx: number,
  heightPx: number,
): void {
  if (length === expected) return;
  throw new EngineError(
    'bad_image',
    `Expected ${expected} stored ${what} for a picture of ${widthPx} x ${heightPx}, got ${length}. They are not those of this picture; send it without them to have it read from its pixels.`,
    { field: 'references' },
  );
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
