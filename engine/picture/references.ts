/**
 * References from files to the arrays that later stages read: semantic ids and latents from two encoders, keys and values from
 * the DiT's write pass, each made once for a picture and cached. A reference depends on its own picture alone.
 * Source: docs/model.md, "Reference pictures" and "References in the DiT".
 */
import { bytesOf, hashOf } from '../cache/cache-key.ts';
import type { Encoding } from '../cache/reference-cache.ts';
import type { CheckpointConfig } from '../model/config.ts';
import type { ModelRunner, ReferenceKeysValues } from '../model/model-runner.ts';
import { EngineError } from '../request/errors.ts';
import { progress } from '../request/progress.ts';
import type { EngineEvent, MadePicture } from '../request/request.ts';
import { cellCount, DIT_ROWS, type Grid, LATENT_PX, TOKEN_PX, upsampleIds } from '../request/sizes.ts';
import type { RequestContext } from '../schedule/request-context.ts';
import { openPicture } from './picture-file.ts';
import { decodePicture, type Pixels, referenceGrid, vaePixels, visionPatches } from './pixels.ts';

/** A reference as both encoders have read it. */
export interface EncodedReference extends Encoding {
  /** Names ids, latents and grid. */
  hash: string;
  widthPx: number;
  heightPx: number;
  pixels: () => Promise<Pixels>;
}

/** A reference with all that every later stage reads. */
export interface ReadyReference extends EncodedReference {
  keysValues: ReferenceKeysValues;
}

/** Reads references, one unit each. Throws `bad_image` before the first unit for those that cannot be used. */
export const encodeReferences = (
  context: RequestContext,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, ReadyReference[]> =>
  eachReference(context, references, async (reference) => {
    const encoded = await encodeReference(context, reference);
    return { ...encoded, keysValues: await keysValuesOf(context, encoded) };
  });

/** As {@link encodeReferences}, ahead of a request: keys and values are written only where the cache can keep them. */
export const readReferencesAhead = (
  context: RequestContext,
  references: readonly (Uint8Array | MadePicture)[],
): AsyncGenerator<EngineEvent, EncodedReference[]> =>
  eachReference(context, references, async (reference) => {
    const encoded = await encodeReference(context, reference);
    if (canKeep(context, encoded)) await keysValuesOf(context, encoded);
    return encoded;
  });

/** Pixels through both encoders. `grid` is that of {@link referenceGrid}. */
export async function encodePixels(runner: ModelRunner, pixels: Pixels, grid: Grid): Promise<Encoding> {
  return {
    grid,
    semanticIds: await runner.semanticIds(visionPatches(pixels, grid), grid),
    latents: await runner.vaeEncode(vaePixels(pixels, grid), grid),
  };
}

/** The DiT's write pass over an encoded reference. */
export const writeKeysValues = (
  runner: ModelRunner,
  { latents, semanticIds, grid }: Encoding,
): Promise<ReferenceKeysValues> => runner.writeReference(latents, upsampleIds(semanticIds, grid), grid);

async function* eachReference<R>(
  context: RequestContext,
  references: readonly (Uint8Array | MadePicture)[],
  read: (reference: OpenedReference) => Promise<R>,
): AsyncGenerator<EngineEvent, R[]> {
  const { config } = context.runner.checkpoint;
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
  pixels: () => Promise<Pixels>;
  /** The tokens and latents that a picture of the engine was made from, where its grid is the one that it is read on now. */
  madeFrom?: Encoding;
  /** Whether it is a picture of the engine of a size that is read only when resized, hence from its pixels. */
  isResized?: boolean;
}

async function openReference(
  given: Uint8Array | MadePicture,
  config: CheckpointConfig,
): Promise<OpenedReference> {
  if ('file' in given) return openMade(given, config);
  const pixels = await decodePicture(given);
  const { width: widthPx, height: heightPx } = pixels;
  const grid = referenceGrid(widthPx, heightPx, config.referenceLimits);
  return { grid, widthPx, heightPx, pixels: async () => pixels };
}

/**
 * A picture of the engine, its pixels still in the file: most of the time nothing reads them. Where its size is one that the
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

async function encodeReference(
  context: RequestContext,
  reference: OpenedReference,
): Promise<EncodedReference> {
  const { grid, widthPx, heightPx, pixels, madeFrom } = reference;
  const encoding = madeFrom ?? (await cachedEncoding(context, await pixels(), grid));
  const { semanticIds, latents } = encoding;
  const parts = ['reference', grid.height, grid.width, bytesOf(semanticIds), bytesOf(latents)];
  return { ...encoding, hash: hashOf(parts), widthPx, heightPx, pixels };
}

function cachedEncoding(
  { runner, caches, owner, tally }: RequestContext,
  pixels: Pixels,
  grid: Grid,
): Promise<Encoding> {
  const hash = hashOf(['pixels', pixels.width, pixels.height, pixels.data]);
  return caches.references.encoding(owner, hash, tally, () => encodePixels(runner, pixels, grid));
}

async function keysValuesOf(context: RequestContext, reference: EncodedReference) {
  const { runner, caches, owner, tally } = context;
  const write = () => writeKeysValues(runner, reference);
  return context.valueOf(await caches.references.keysValues(owner, reference.hash, tally, write));
}

function canKeep({ runner, caches }: RequestContext, { grid }: EncodedReference): boolean {
  const { num_layers, num_attention_heads, attention_head_dim } = runner.checkpoint.config.transformer;
  const rows = cellCount(grid) * DIT_ROWS * num_layers * 2 * num_attention_heads;
  return caches.references.canKeep(rows * attention_head_dim, attention_head_dim);
}
