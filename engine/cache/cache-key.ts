/**
 * Cache keys: SHA-256 over everything that a value depends on, salted with the owner, so that nothing is looked up by name and
 * two owners never share. Knows no cache.
 */
import { createHash } from 'node:crypto';
import type { ModelInfo } from '../request/request.ts';

/**
 * Counts changes of how references are read (picture/pixels.ts, picture/resize.ts) and of the DiT's write pass (timestep 0, own
 * size, no text): a value cached before such a change must not be found after it.
 */
const RULES_VERSION = 1;

/** Checkpoint and rounding: where both are the same, the same inputs give the same numbers. */
export type Numerics = Pick<ModelInfo, 'digest' | 'numerics'>;

type Part = string | number | Uint8Array;

/** SHA-256, hex, over parts of any length, none of which can be taken for two. */
export function hashOf(parts: readonly Part[]): string {
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

/** Makes the keys of one engine. */
export class CacheKeys {
  readonly #rules: Part[];

  constructor({ digest, numerics }: Numerics) {
    this.#rules = [RULES_VERSION, digest, numerics];
  }

  /** Key of a value of an owner's that is made from `content`. */
  of(owner: string, kind: string, content: readonly Part[]): string {
    return hashOf([kind, owner, ...this.#rules, ...content]);
  }
}
