/** Nodes of the version graph and their edges. Knows rows, not how a turn is understood. */
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { Recipe } from '../studio/recipe.ts';
import type { Database } from './database.ts';
import { inputs, nodes, sessions } from './schema.ts';
import { indexPrompt } from './search.ts';

export type NodeRow = typeof nodes.$inferSelect;
export type InputRow = typeof inputs.$inferSelect;
export type NewNode = Pick<NodeRow, 'id' | 'sessionId' | 'kind' | 'prompt' | 'recipe'> &
  Partial<Pick<NodeRow, 'mode' | 'sentPrompt' | 'replaces' | 'batch'>>;
export type NewInput = Pick<InputRow, 'imageId' | 'role' | 'pixelsBlob'> & Partial<Pick<InputRow, 'madeBy'>>;

/** Adds a node at the end of its session, with its inputs in order; inside of `write`. */
export function insertNode(db: Database, node: NewNode, parents: readonly NewInput[]): NodeRow {
  const { position } = db.orm
    .update(sessions)
    .set({ lastPosition: sql`${sessions.lastPosition} + 1` })
    .where(eq(sessions.id, node.sessionId))
    .returning({ position: sessions.lastPosition })
    .get();
  const row = db.orm
    .insert(nodes)
    .values({ ...node, position, createdAt: db.now() })
    .returning()
    .get();
  parents.forEach((parent, index) => {
    db.orm
      .insert(inputs)
      .values({ ...parent, nodeId: node.id, position: index })
      .run();
  });
  if (node.prompt !== '') indexPrompt(db, node.sessionId, node.id, node.prompt);
  return row;
}

/** Replaces the recipe of a node that has no pictures yet. */
export function setRecipe(db: Database, id: string, recipe: Recipe): void {
  db.orm.update(nodes).set({ recipe }).where(eq(nodes.id, id)).run();
}

export function findNode(db: Database, id: string): NodeRow | undefined {
  return db.orm.select().from(nodes).where(eq(nodes.id, id)).get();
}

/** Those nodes that have these ids, in any order. */
export function findNodes(db: Database, ids: readonly string[]): NodeRow[] {
  return ids.length === 0
    ? []
    : db.orm
        .select()
        .from(nodes)
        .where(inArray(nodes.id, [...ids]))
        .all();
}

/** Nodes of a session in the order in which they were added. */
export function nodesOfSession(db: Database, sessionId: string): NodeRow[] {
  return db.orm.select().from(nodes).where(eq(nodes.sessionId, sessionId)).orderBy(asc(nodes.position)).all();
}

/** Inputs of one node, in context order. */
export function inputsOfNode(db: Database, nodeId: string): InputRow[] {
  return db.orm.select().from(inputs).where(eq(inputs.nodeId, nodeId)).orderBy(asc(inputs.position)).all();
}

/** Inputs of all nodes of a session, in context order within each node. */
export function inputsOfSession(db: Database, sessionId: string): InputRow[] {
  return db.orm
    .select({
      nodeId: inputs.nodeId,
      position: inputs.position,
      imageId: inputs.imageId,
      role: inputs.role,
      madeBy: inputs.madeBy,
      pixelsBlob: inputs.pixelsBlob,
    })
    .from(inputs)
    .innerJoin(nodes, eq(nodes.id, inputs.nodeId))
    .where(eq(nodes.sessionId, sessionId))
    .orderBy(asc(nodes.position), asc(inputs.position))
    .all();
}

/** Every blob that the rows of a session name. */
export function blobsOfSession(db: Database, sessionId: string): string[] {
  const rows = db.orm.all<{ sha256: string }>(sql`
    WITH own AS (SELECT id FROM nodes WHERE session_id = ${sessionId})
    SELECT pixels_blob AS sha256 FROM images WHERE node_id IN own
    UNION SELECT latent_blob FROM images WHERE node_id IN own
    UNION SELECT prior_blob FROM images WHERE node_id IN own
    UNION SELECT original_blob FROM images WHERE node_id IN own
    UNION SELECT pixels_blob FROM inputs WHERE node_id IN own
    UNION SELECT checkpoint_blob FROM jobs WHERE node_id IN own`);
  return rows.map((row) => row.sha256).filter((sha256) => sha256 !== null);
}

/** Nodes that one operation made, in order. */
export function nodesOfBatch(db: Database, batch: string): NodeRow[] {
  return db.orm.select().from(nodes).where(eq(nodes.batch, batch)).orderBy(asc(nodes.position)).all();
}
