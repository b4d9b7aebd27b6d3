/** Embedding: rows of a table chosen by id. */
import { gather } from '../ops/index.ts';
import type { Value } from '../value.ts';

/** Shapes: table [v, d], ids [...] int → [..., d]. */
export const embedding = (table: Value, ids: Value): Value => gather(table, ids, 0);
