/** Ids of rows: UUIDv7, so that they sort by the time they were made. Knows no table. */
import { createHash } from 'node:crypto';
import { stringify, v7 } from 'uuid';

/** A new id, later in order than every id this process made before. */
export function newId(): string {
  return v7();
}

/**
 * The id of a picture: a hash of its turn and its place there, as a UUID of version 8. So a turn can name the picture of
 * another turn before it is made. Pictures of older versions have other ids.
 */
export function pictureIdOf(turnId: string, index: number): string {
  const bytes = createHash('sha256').update(`${turnId}/${index}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return stringify(bytes);
}
