/** Pictures over all sessions of an owner, newest first. Knows rows, not how a page shows them. */
import { and, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import type { ImageRow } from './images.ts';
import type { NodeRow } from './nodes.ts';
import { images, nodes, sessions } from './schema.ts';
import { search } from './search.ts';

/** A picture's place in the order of lists: its time, and its id among those of one time. */
export interface ListPlace {
  at: number;
  id: string;
}

export interface GalleryPart {
  /** Only pictures of turns whose prompt has these words. */
  q?: string;
  sessionId?: string;
  kind?: NodeRow['kind'];
  imageId?: string;
  limit: number;
  after?: ListPlace;
}

export interface GalleryRow {
  image: ImageRow;
  sessionId: string;
  sessionTitle: string;
  kind: NodeRow['kind'];
  prompt: string;
}

const MAX_FOUND = 2_000;

/** Pictures that are neither deleted nor removed. */
export function listPictures(
  db: Database,
  owner: string,
  { q, sessionId, kind, imageId, limit, after }: GalleryPart,
): GalleryRow[] {
  const found = q === undefined ? undefined : search(db, owner, q, { limit: MAX_FOUND, of: 'prompts' });
  return db.orm
    .select({
      image: images,
      sessionId: sessions.id,
      sessionTitle: sessions.title,
      kind: nodes.kind,
      prompt: nodes.prompt,
    })
    .from(images)
    .innerJoin(nodes, eq(nodes.id, images.nodeId))
    .innerJoin(sessions, eq(sessions.id, nodes.sessionId))
    .where(
      and(
        eq(sessions.owner, owner),
        isNull(sessions.deletedAt),
        ne(nodes.state, 'removed'),
        found &&
          inArray(
            images.nodeId,
            found.flatMap((hit) => hit.nodeId ?? []),
          ),
        sessionId === undefined ? undefined : eq(sessions.id, sessionId),
        kind === undefined ? undefined : eq(nodes.kind, kind),
        imageId === undefined ? undefined : eq(images.id, imageId),
        after && sql`(${images.createdAt}, ${images.id}) < (${after.at}, ${after.id})`,
      ),
    )
    .orderBy(desc(images.createdAt), desc(images.id))
    .limit(limit)
    .all();
}
