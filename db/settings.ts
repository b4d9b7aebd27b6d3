/** Settings that the server keeps, by name. Knows no meaning of them. */
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { settings } from './schema.ts';

/** The stored value, or the fallback. */
export function readSetting<Value>(db: Database, key: string, fallback: Value): Value {
  const row = db.orm.select().from(settings).where(eq(settings.key, key)).get();
  return row ? (row.value as Value) : fallback;
}

/** Stores a value; inside of `write`. */
export function writeSetting(db: Database, key: string, value: unknown): void {
  db.orm
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
    .run();
}
