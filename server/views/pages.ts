/** Lists that are too long for one answer: sessions, search results and pictures, part by part. Reads only. */
import { lastSeq } from '../../db/events.ts';
import { type GalleryRow, type ListPlace, listPictures } from '../../db/gallery.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import { firstPictures, search } from '../../db/search.ts';
import { findSessions, listSessions } from '../../db/sessions.ts';
import { findTurn, findTurns } from '../../db/turns.ts';
import type {
  GalleryPage,
  GalleryPicture,
  galleryQuery,
  listQuery,
  SearchHit,
  SearchPage,
  SessionPage,
  searchQuery,
  TurnView,
} from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { snippetOf } from './snippet.ts';
import { pictureView, readTurnView, sessionView } from './views.ts';

type Query<Schema extends { _zod: { output: unknown } }> = Schema['_zod']['output'];
type Parts = Pick<Runtime, 'db' | 'owner'>;

const SESSIONS = 100;
const HITS = 50;
const PICTURES = 100;

/** Throws {@link Refusal} `bad_cursor` for a cursor that is none. */
export function sessionPage({ db, owner }: Parts, query: Query<typeof listQuery>): SessionPage {
  const { state, tag, limit = SESSIONS } = query;
  const place = placeOf(query.cursor);
  const after = place && { updatedAt: place.at, id: place.id };
  const rows = listSessions(db, owner, { state, tag, limit, after });
  // Those that are pinned stand on the first page, wherever their time would put them.
  const pinned = after ? [] : listSessions(db, owner, { state, tag, pinned: true });
  const nextCursor =
    rows.length < limit ? null : cursorOf({ at: rows.at(-1)!.updatedAt, id: rows.at(-1)!.id });
  const sessions = [...new Map([...pinned, ...rows].map((row) => [row.id, row])).values()];
  return { sessions: sessions.map(sessionView), nextCursor, seq: lastSeq(db) };
}

/** Throws {@link Refusal} `bad_cursor` for a cursor that is none. */
export function searchPage({ db, owner }: Parts, query: Query<typeof searchQuery>): SearchPage {
  const { q, cursor, limit = HITS } = query;
  const before = cursor === undefined ? undefined : Number(cursor);
  if (before !== undefined && !Number.isInteger(before)) throw badCursor();
  const found = search(db, owner, q, { limit, before });
  const sessions = byId(findSessions(db, [...new Set(found.map((hit) => hit.sessionId))]));
  const turnIds = found.flatMap((hit) => hit.turnId ?? []);
  const turns = byId(findTurns(db, turnIds));
  const pictures = firstPictures(db, turnIds);
  const hits = found.map(({ sessionId, turnId }): SearchHit => {
    const session = sessions.get(sessionId)!;
    const turn = turnId === null ? undefined : turns.get(turnId);
    return {
      sessionId,
      sessionTitle: session.title,
      turnId,
      snippet: snippetOf(turn?.prompt ?? session.title, q),
      at: turn?.createdAt ?? session.updatedAt,
      thumbnailHash: turnId === null ? session.thumbnailHash : (pictures.get(turnId) ?? null),
      archived: session.archivedAt !== null,
    };
  });
  return { hits, nextCursor: found.length < limit ? null : String(found.at(-1)!.id) };
}

/** Throws {@link Refusal} `bad_cursor` for a cursor that is none. */
export function galleryPage({ db, owner }: Parts, query: Query<typeof galleryQuery>): GalleryPage {
  const { limit = PICTURES, cursor, ...filter } = query;
  const rows = listPictures(db, owner, { ...filter, limit, after: placeOf(cursor) });
  const last = rows.at(-1)?.picture;
  const nextCursor = rows.length < limit || !last ? null : cursorOf({ at: last.createdAt, id: last.id });
  return { pictures: rows.map(galleryView), nextCursor };
}

/**
 * The owner's picture of an id with the turn that made it. Throws {@link Refusal} `unknown_picture`, about `field` where the id
 * stands in a field of the request.
 */
export function requirePicture(
  { db, owner }: Parts,
  pictureId: string,
  field?: string,
): { picture: GalleryPicture; turn: TurnView } {
  const [row] = listPictures(db, owner, { pictureIds: [pictureId], limit: 1 });
  if (!row) throw new Refusal('unknown_picture.none', { pictureId }, { field });
  const turn = findTurn(db, row.picture.turnId)!;
  return { picture: galleryView(row), turn: readTurnView(db, turn, findJobOfTurn(db, turn.id)) };
}

function galleryView({ picture, sessionId, sessionTitle, kind, prompt }: GalleryRow): GalleryPicture {
  return { ...pictureView(picture), sessionId, sessionTitle, kind, prompt, createdAt: picture.createdAt };
}

function byId<Row extends { id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function cursorOf({ at, id }: ListPlace): string {
  return `${at}.${id}`;
}

function placeOf(cursor: string | undefined): ListPlace | undefined {
  if (cursor === undefined) return undefined;
  const found = /^(\d+)\.([\w-]+)$/.exec(cursor);
  if (!found) throw badCursor();
  return { at: Number(found[1]), id: found[2]! };
}

function badCursor(): Refusal {
  return new Refusal('bad_cursor.page', {}, { field: 'cursor' });
}
