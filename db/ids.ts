/** Ids of rows: UUIDv7, so that they sort by the time they were made. Knows no table. */
import { v7 } from 'uuid';

/** A new id, later in order than every id this process made before. */
export function newId(): string {
  return v7();
}
