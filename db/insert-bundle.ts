/** Makes the rows of a bundle that was read. */
import { eq } from 'drizzle-orm';
import type { Manifest, PictureRef } from './bundle.ts';
import type { Database } from './database.ts';
import { imageIdOf, newId } from './ids.ts';
import { insertBlob } from './images.ts';
import type { ReadBundle } from './read-bundle.ts';
import type { Drift, Recipe } from './recipe.ts';
import { type Change, images, inputs, jobs, nodes, operations, sessions } from './schema.ts';
import { indexPrompt, indexTitle } from './search.ts';

/** Makes a session of a bundle whose blobs are placed, under new ids; inside of `write`. Answers the session's id. */
export function insertBundle(db: Database, owner: string, { manifest, staged }: ReadBundle): string {
  for (const blob of staged) insertBlob(db, blob);
  const { head, ...session } = manifest.session;
  const id = newId();
  db.orm
    .insert(sessions)
    .values({ ...session, id, owner })
    .run();
  indexTitle(db, id, session.title);
  const nodeIds = new Map(manifest.turns.map(({ position }) => [position, newId()]));
  const imageId = (ref: PictureRef) =>
    typeof ref === 'string' ? ref : imageIdOf(nodeIds.get(ref[0]) ?? '', ref[1]);
  for (const turn of manifest.turns) insertTurn(db, owner, id, turn, nodeIds, imageId);
  if (head)
    db.orm
      .update(sessions)
      .set({ headImageId: imageId(head) })
      .where(eq(sessions.id, id))
      .run();
  insertOperations(db, id, manifest.operations, nodeIds, imageId);
  return id;
}

function insertTurn(
  db: Database,
  owner: string,
  sessionId: string,
  turn: Manifest['turns'][number],
  nodeIds: Map<number, string>,
  imageId: (ref: PictureRef) => string,
): void {
  const { position, kind, mode, state, prompt, sentPrompt, createdAt } = turn;
  const id = nodeIds.get(position)!;
  const recipe = turn.recipe as unknown as Recipe | null;
  const layoutOf = recipe?.layoutOf && {
    ...recipe.layoutOf,
    imageId: imageId(recipe.layoutOf.imageId as PictureRef),
  };
  db.orm
    .insert(nodes)
    .values({
      ...{ id, sessionId, position, kind, mode, state, prompt, sentPrompt, createdAt },
      recipe: recipe && { ...recipe, ...(layoutOf && { layoutOf }) },
      replaces: turn.replaces === null ? null : (nodeIds.get(turn.replaces) ?? null),
    })
    .run();
  if (prompt !== '') indexPrompt(db, sessionId, id, prompt);
  turn.inputs.forEach(({ role, picture, pixels }, place) => {
    const madeBy = typeof picture === 'string' ? null : (nodeIds.get(picture[0]) ?? null);
    db.orm
      .insert(inputs)
      .values({ nodeId: id, position: place, role, imageId: imageId(picture), madeBy, pixelsBlob: pixels })
      .run();
  });
  for (const { pixels, latent, prior, original, drift, ...image } of turn.images)
    db.orm
      .insert(images)
      .values({
        ...image,
        id: imageIdOf(id, image.index),
        nodeId: id,
        pixelsBlob: pixels,
        latentBlob: latent,
        priorBlob: prior,
        originalBlob: original,
        drift: drift && driftFrom(drift, imageId),
      })
      .run();
  if (turn.run) {
    const { elapsedMs, ...run } = turn.run;
    const jobId = newId();
    db.orm
      .insert(jobs)
      .values({
        ...run,
        ...{ id: jobId, nodeId: id, owner, priority: 0, idempotencyKey: jobId, fingerprint: '', elapsedMs },
        finishedAt: run.createdAt,
      })
      .run();
  }
}

function driftFrom(drift: Record<string, unknown>, imageId: (ref: PictureRef) => string): Drift {
  const { parent, root } = drift as unknown as Drift;
  const named = (figures: Drift['parent']) => ({
    ...figures,
    imageId: imageId(figures.imageId as unknown as PictureRef),
  });
  // In the order in which the fields stood, so that the next bundle is the same bytes.
  return { ...(drift as unknown as Drift), parent: named(parent), root: root && named(root) };
}

function insertOperations(
  db: Database,
  sessionId: string,
  log: Manifest['operations'],
  nodeIds: Map<number, string>,
  imageId: (ref: PictureRef) => string,
): void {
  const batches = new Map<number, string>();
  for (const { kind, turn, changes, batch, position, at } of log) {
    if (!batches.has(batch)) batches.set(batch, newId());
    const value = (field: unknown, it: unknown) =>
      field === 'headImageId' && it !== null ? imageId(it as PictureRef) : it;
    db.orm
      .insert(operations)
      .values({
        sessionId,
        kind: kind as 'turn',
        nodeId: turn === null ? null : (nodeIds.get(turn) ?? null),
        changes: changes.map((change) => ({
          field: change.field,
          ...('turn' in change ? { nodeId: nodeIds.get(change.turn as number) } : {}),
          before: value(change.field, change.before),
          after: value(change.field, change.after),
        })) as Change[],
        batch: batches.get(batch)!,
        position,
        at,
      })
      .run();
  }
}
