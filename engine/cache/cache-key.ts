/**
 * Names of cached things: SHA-256 over everything that their value depends on, salted with the owner, so that nothing is
 * looked up by name and two owners never share. Knows no cache.
 */
import { createHash } from 'node:crypto';
import type { Grid, Picture } from '../picture/pixels.ts';
import type { ModelInfo } from '../request/request.ts';

/**
 * Counts changes of how pictures are read (picture.ts, resize.ts) and of the write pass (timestep 0, own size, no text):
 * what was cached before a change must not be found after it.
 */
const RULES_VERSION = 1;

/** What computes: the same checkpoint with the same numerics gives the same numbers. */
export type Numerics = Pick<ModelInfo, 'digest' | 'numerics'>;

type Part = string | number | Uint8Array;

function sha256(parts: readonly Part[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : Buffer.from(String(part));
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}

/** The bytes of an array of numbers. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Name of a picture's pixels, whatever file they came in. */
export const pixelsHash = ({ width, height, data }: Picture): string =>
  sha256(['pixels', width, height, data]);

/** Name of what the decoder reads of a reference. */
export const referenceHash = (grid: Grid, ids: Int32Array, latents: Float32Array): string =>
  sha256(['reference', grid.height, grid.width, bytesOf(ids), bytesOf(latents)]);

/** Makes the keys of one engine. */
export class CacheKeys {
  readonly #rules: Part[];

  constructor({ digest, numerics }: Numerics) {
    this.#rules = [RULES_VERSION, digest, numerics];
  }

  /** Key of something of an owner's that is made from what `content` names. */
  of(owner: string, kind: string, content: readonly Part[]): string {
    return sha256([kind, owner, ...this.#rules, ...content]);
  }
}
