/** The audit log: appended and read, never changed. */
import { desc, lt } from 'drizzle-orm';
import type { Audited } from '../../studio/people/people.ts';
import type { Database } from '../database.ts';
import { audit } from '../schema.ts';

export type AuditRow = typeof audit.$inferSelect;

export interface AuditDraft {
  what: Audited;
  userId: string | null;
  address: string;
  about?: string | undefined;
}

/** Appends a row; inside of `write`. */
export function appendAudit(db: Database, { about = undefined, ...draft }: AuditDraft): void {
  db.orm
    .insert(audit)
    .values({ ...draft, about: about ?? null, at: db.now() })
    .run();
}

/** Rows before one, newest first. */
export function auditBefore(db: Database, id: number, limit: number): AuditRow[] {
  return db.orm.select().from(audit).where(lt(audit.id, id)).orderBy(desc(audit.id)).limit(limit).all();
}
