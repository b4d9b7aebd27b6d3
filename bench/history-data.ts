/**
 * A data folder with many sessions, written straight into the tables: as years of use would leave it. The
 * same seed gives the same folder. Bytes of pictures are not written; nothing here opens one.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Database } from '../db/database.ts';
import { openDatabase } from '../db/folder/open-database.ts';
import { pictureIdOf } from '../db/ids.ts';
import * as schema from '../db/schema.ts';
import { indexed } from '../db/search.ts';
import { seededRandom } from './seeded-random.ts';

export interface HistorySize {
  sessions: number;
  turns: number;
  /** Turns of the longest session; the others share the rest. */
  longest: number;
}

export const OWNER = 'local';

const SUBJECTS =
  'fox cat dog owl bear whale dragon robot castle ship lighthouse train bicycle tree flower mushroom mountain island'.split(
    ' ',
  );
const WORDS =
  'red blue green golden quiet stormy tiny huge old new flat watercolour pixel ink night dawn rain snow fog desert forest sea city market bridge garden with under beside above a the in on of hat lantern book kite umbrella balloon mirror'.split(
    ' ',
  );
const CHINESE = [
  '一只红色的猫坐在桌子上',
  '夜晚的城市灯光',
  '把背景换成蓝天白云',
  '雪山下的小木屋',
  '金色的龙在云中飞',
];

/** Sessions to a transaction. */
const BATCH = 500;

/** When a session was begun: one a minute. */
export const createdAtOf = (index: number): number => 1_700_000_000_000 + index * 60_000;

/** A repeatable source of numbers below a limit. */
function dice(seed: number): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => (random() * 2 ** 32) % below;
}

/** Writes the folder and closes it. */
export function writeHistory(folder: string, size: HistorySize, seed = 1): void {
  const db = openDatabase(folder);
  const writer = writerOf(db);
  const roll = dice(seed);
  let written = 0;
  for (let first = 0; first < size.sessions; first += BATCH)
    db.write(() => {
      db.orm.run('PRAGMA defer_foreign_keys = ON');
      for (let index = first; index < Math.min(first + BATCH, size.sessions); index += 1) {
        const left = size.sessions - index;
        const turns = index === 0 ? size.longest : Math.max(1, Math.round((size.turns - written) / left));
        writeSession(writer, index, turns, roll);
        written += turns;
      }
    });
  db.close();
}

function promptOf(roll: (below: number) => number): string {
  if (roll(10) === 0) return CHINESE[roll(CHINESE.length)]!;
  const words = Array.from(
    { length: 4 + roll(14) },
    () => WORDS[Math.min(roll(WORDS.length), roll(WORDS.length))]!,
  );
  return `a ${SUBJECTS[roll(SUBJECTS.length)]} ${words.join(' ')}`;
}

function writeSession(writer: Writer, index: number, turns: number, roll: (below: number) => number): void {
  const id = `session-${index}`;
  const at = createdAtOf(index);
  const title = promptOf(roll).slice(0, 50);
  const ends = { lastPosition: turns, lastVersion: turns };
  // The head is named before it is there: foreign keys are looked at when the batch is committed.
  const headPictureId = pictureIdOf(`${id}-${turns - 1}`, 0);
  writer.sessions({
    ...{ id, owner: OWNER, title, seed: id, createdAt: at, updatedAt: at + turns },
    ...{ ...ends, headPictureId },
  });
  writer.texts({ sessionId: id, turnId: null, words: indexed(title) });
  for (let turn = 0; turn < turns; turn += 1) writeTurn(writer, { id, at }, turn, promptOf(roll));
}

const pixelsOf = (turnId: string) => createHash('sha256').update(turnId).digest('hex');

function writeTurn(writer: Writer, session: { id: string; at: number }, turn: number, prompt: string): void {
  const { id: sessionId } = session;
  const id = `${sessionId}-${turn}`;
  const createdAt = session.at + turn;
  const size = { widthPx: 256, heightPx: 256 };
  const recipe = {
    ...{ ...size, seed: turn, steps: 12, guidanceScale: 1.5, count: 1, layout: 'separate' as const },
    ...{ modelName: 'mini', modelDigest: 'ab'.repeat(32) },
  };
  const isEdit = turn > 0;
  writer.blobs({ sha256: pixelsOf(id), sizeBytes: 90_000, mediaType: 'image/png', createdAt });
  writer.turns({
    ...{ id, sessionId, position: turn + 1, prompt, recipe, createdAt },
    ...{ kind: isEdit ? 'edit' : 'generate', mode: isEdit ? 'edit' : 'new' },
  });
  writer.texts({ sessionId, turnId: id, words: indexed(prompt) });
  const target = `${sessionId}-${turn - 1}`;
  if (isEdit)
    writer.inputs({
      ...{ turnId: id, position: 0, role: 'target', madeBy: target },
      ...{ pictureId: pictureIdOf(target, 0), pixelsBlob: pixelsOf(target) },
    });
  const picture = {
    id: pictureIdOf(id, 0),
    turnId: id,
    index: 0,
    version: turn + 1,
    pixelsBlob: pixelsOf(id),
  };
  writer.pictures({ ...picture, ...size, createdAt });
  const jobId = `job-${id}`;
  writer.jobs({
    ...{ id: jobId, turnId: id, owner: OWNER, state: 'done', attempt: 1, priority: 0 },
    ...{ idempotencyKey: id, fingerprint: '', createdAt },
  });
  for (const type of ['turn.created', 'job.started', 'picture.saved', 'job.done'])
    writer.events({ sessionId, jobId, at: createdAt, type, payload: { turn: { id, prompt } } });
}

/** Inserts that are compiled once: a million rows would otherwise spend most of their time in building the same text. */
function writerOf(db: Database) {
  const insert = (table: SQLiteTable, ...columns: string[]) => {
    const places = Object.fromEntries(columns.map((column) => [column, sql.placeholder(column)]));
    const statement = db.orm.insert(table).values(places).prepare();
    return (row: Record<string, unknown>) => void statement.run(row);
  };
  const { sessions, turns, inputs, pictures, jobs, events, blobs, searchTexts } = schema;
  const named = ['id', 'turnId', 'createdAt'];
  return {
    sessions: insert(
      sessions,
      ...[
        'id',
        'owner',
        'title',
        'seed',
        'createdAt',
        'updatedAt',
        'headPictureId',
        'lastPosition',
        'lastVersion',
      ],
    ),
    texts: insert(searchTexts, 'sessionId', 'turnId', 'words'),
    blobs: insert(blobs, 'sha256', 'sizeBytes', 'mediaType', 'createdAt'),
    turns: insert(turns, 'id', 'sessionId', 'position', 'kind', 'mode', 'prompt', 'recipe', 'createdAt'),
    inputs: insert(inputs, 'turnId', 'position', 'role', 'pictureId', 'madeBy', 'pixelsBlob'),
    pictures: insert(pictures, ...named, 'index', 'version', 'pixelsBlob', 'widthPx', 'heightPx'),
    jobs: insert(jobs, ...named, 'owner', 'state', 'attempt', 'priority', 'idempotencyKey', 'fingerprint'),
    events: insert(events, 'sessionId', 'jobId', 'at', 'type', 'payload'),
  };
}

type Writer = ReturnType<typeof writerOf>;
