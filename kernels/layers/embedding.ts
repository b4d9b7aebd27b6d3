/** Embedding: rows of a table chosen by id. */
import { cast, gather } from '../ops/index.ts';
import type { Value } from '../value.ts';

/**
 * Rows of the table. A cast of the table becomes one of the rows, which gives the same numbers: the few rows are cast at each
 * run, and the table stays as it is stored.
 * Shapes: table [v, d], ids [...] int → [..., d].
 */
export function embedding(table: Value, ids: Value): Value {
  const { source } = table;
  const before = source.kind === 'node' && source.operator === 'Cast' ? source.inputs[0] : undefined;
  return before ? cast(gather(before, ids, 0), table.dtype) : gather(table, ids, 0);
}
