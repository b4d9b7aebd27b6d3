/**
 * Labels: beside the pictures, in `labels/SESSION/TURN-INDEX.json`, what each of them is (its session, turn, inputs and parts, as
 * their rows were). They are read only when the database is gone or damaged: then every labelled picture whose bytes are there
 * comes back to its place in its session. Knows nothing of how they came to be lost.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { insertBlob } from '../blob-rows.ts';
import { blobFile } from '../blobs.ts';
import type { Database } from '../database.ts';
import { blobs, inputs, pictures, sessions, turns } from '../schema.ts';
import { indexTitle, indexTurn } from '../search.ts';
import { mediaTypeOf } from './loss.ts';

const LABELS = 'labels';

const row = z.looseObject({ id: z.string() });
const labelSchema = z.object({
  format: z.literal('palimpsest.label'),
  version: z.literal(1),
  session: row,
  turn: row,
  inputs: z.array(z.looseObject({ turnId: z.string() })),
  picture: z.looseObject({ id: z.string(), pixelsBlob: z.string() }),
});

interface Label {
  session: typeof sessions.$inferSelect;
  turn: typeof turns.$inferSelect;
  inputs: (typeof inputs.$inferSelect)[];
  picture: typeof pictures.$inferSelect;
}

/** What came back. */
export interface LabelReport {
  sessions: number;
  turns: number;
  pictures: number;
  /** Labels whose picture is not there, or that cannot be read. */
  unused: number;
}

/** The number of a picture's row and what its label says, of rows after `after`, at most `limit`. */
export function labelsAfter(db: Database, after: number, limit: number): (Label & { rowid: number })[] {
  return db.orm
    .select({
      rowid: sql<number>`${pictures}.rowid`,
      picture: pictures,
      turn: turns,
      session: sessions,
    })
    .from(pictures)
    .innerJoin(turns, eq(turns.id, pictures.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(gt(sql`${pictures}.rowid`, after))
    .orderBy(sql`${pictures}.rowid`)
    .limit(limit)
    .all()
    .map((found) => ({
      ...found,
      inputs: db.orm.select().from(inputs).where(eq(inputs.turnId, found.turn.id)).all(),
    }));
}

/** Writes a label, unless it is there. */
export async function writeLabel(folder: string, { session, turn, inputs, picture }: Label): Promise<void> {
  const of = join(folder, LABELS, session.id);
  const file = join(of, `${turn.id}-${picture.index}.json`);
  if (existsSync(file)) return;
  await mkdir(of, { recursive: true, mode: 0o700 });
  const label = { format: 'palimpsest.label', version: 1, session, turn, inputs, picture };
  const half = `${file}.${randomUUID()}`;
  await writeFile(half, JSON.stringify(label));
  await rename(half, file);
}

/** Removes the labels of a session. */
export function dropLabels(folder: string, sessionId: string): void {
  rmSync(join(folder, LABELS, sessionId), { recursive: true, force: true });
}

/** Brings back what labels name and the database does not have. */
export function takeLabels(db: Database, folder: string): LabelReport {
  const report: LabelReport = { sessions: 0, turns: 0, pictures: 0, unused: 0 };
  const root = join(folder, LABELS);
  for (const sessionId of existsSync(root) ? readdirSync(root).sort() : []) {
    const labels = readdirSync(join(root, sessionId))
      .filter((name) => name.endsWith('.json'))
      .map((name) => readLabel(join(root, sessionId, name)));
    const read = labels.filter((label) => label !== undefined);
    report.unused += labels.length - read.length;
    if (read.length > 0) db.write(() => takeSession(db, folder, read, report));
  }
  return report;
}

function readLabel(file: string): Label | undefined {
  try {
    const label: unknown = JSON.parse(readFileSync(file, 'utf8'));
    labelSchema.parse(label);
    return label as Label;
  } catch {
    return undefined;
  }
}

function takeSession(db: Database, folder: string, labels: Label[], report: LabelReport): void {
  const byVersion = labels.toSorted((one, other) => one.picture.version - other.picture.version);
  const { session, picture: newest } = byVersion.at(-1)!;
  const isNew = db.orm.select().from(sessions).where(eq(sessions.id, session.id)).get() === undefined;
  if (isNew) {
    db.orm
      .insert(sessions)
      .values({ ...session, headPictureId: null, deletedAt: null })
      .run();
    indexTitle(db, session.id, session.title);
    report.sessions += 1;
  }
  for (const label of byVersion) takePicture(db, folder, label, report);
  const lastPosition = Math.max(...labels.map(({ turn }) => turn.position));
  db.orm
    .update(sessions)
    .set({
      lastPosition: sql`max(last_position, ${lastPosition})`,
      lastVersion: sql`max(last_version, ${newest.version})`,
      ...(isNew && { headPictureId: sql`(SELECT id FROM pictures WHERE id = ${newest.id})` as never }),
    })
    .where(eq(sessions.id, session.id))
    .run();
}

function takePicture(
  db: Database,
  folder: string,
  { turn, inputs: rows, picture }: Label,
  report: LabelReport,
): void {
  if (db.orm.select().from(pictures).where(eq(pictures.id, picture.id)).get()) return;
  const kept = (sha256: string | null, mediaType?: string) =>
    sha256 !== null && keepBlob(db, folder, sha256, mediaType) ? sha256 : null;
  const pixelsBlob = kept(picture.pixelsBlob);
  if (pixelsBlob === null) {
    report.unused += 1;
    return;
  }
  const added = db.orm
    .insert(turns)
    .values({ ...turn, batch: null })
    .onConflictDoNothing()
    .run();
  if (added.changes > 0) {
    report.turns += 1;
    for (const input of rows)
      db.orm
        .insert(inputs)
        .values({ ...input, pixelsBlob: kept(input.pixelsBlob) })
        .onConflictDoNothing()
        .run();
    indexTurn(db, turn);
  }
  const parts = {
    latentBlob: kept(picture.latentBlob, ARRAYS),
    priorBlob: kept(picture.priorBlob, ARRAYS),
    originalBlob: kept(picture.originalBlob),
  };
  report.pictures += db.orm
    .insert(pictures)
    .values({ ...picture, pixelsBlob, ...parts })
    .onConflictDoNothing()
    .run().changes;
}

/** What latents and prior tokens are stored as. */
const ARRAYS = 'application/vnd.safetensors';

/** Whether bytes are there; then they have their row. */
function keepBlob(db: Database, folder: string, sha256: string, mediaType?: string): boolean {
  if (db.orm.select().from(blobs).where(eq(blobs.sha256, sha256)).get()) return true;
  const file = blobFile(folder, sha256);
  if (!existsSync(file)) return false;
  const bytes = readFileSync(file);
  insertBlob(db, {
    ...{ sha256, sizeBytes: bytes.byteLength, stagedFile: '' },
    mediaType: mediaType ?? mediaTypeOf(bytes),
  });
  return true;
}
