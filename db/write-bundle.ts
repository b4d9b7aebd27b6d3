/** Writes a session as a bundle. Knows no request and no file. */
import { createReadStream } from 'node:fs';
import { asc, eq } from 'drizzle-orm';
import { BlobMissingError, type BlobStore } from './blobs.ts';
import { MANIFEST, type Manifest, type PictureRef } from './bundle.ts';
import type { Database } from './database.ts';
import { imageIdOf } from './ids.ts';
import { findBlob, imagesOfSession } from './images.ts';
import { jobsOfSession } from './jobs.ts';
import { inputsOfSession, nodesOfSession } from './nodes.ts';
import type { Drift, Recipe } from './recipe.ts';
import { type Change, operations } from './schema.ts';
import { findSession } from './sessions.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';

/** The bytes of a session's bundle, read as they are sent. Throws {@link BlobMissingError} before the first byte. */
export function writeBundle(db: Database, store: BlobStore, sessionId: string): AsyncGenerator<Uint8Array> {
  const manifest = manifestOf(db, sessionId);
  for (const { sha256 } of manifest.blobs)
    if (!store.has(sha256)) throw new BlobMissingError(sha256, store.fileOf(sha256));
  return bundleBytes(manifest, store);
}

async function* bundleBytes(manifest: Manifest, store: BlobStore): AsyncGenerator<Uint8Array> {
  const json = new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
  yield tarHeader(MANIFEST, json.byteLength);
  yield json;
  yield tarPadding(json.byteLength);
  for (const { sha256, sizeBytes } of manifest.blobs) {
    yield tarHeader(`blobs/${sha256}`, sizeBytes);
    for await (const chunk of createReadStream(store.fileOf(sha256))) yield chunk as Uint8Array;
    yield tarPadding(sizeBytes);
  }
  yield TAR_END;
}

function manifestOf(db: Database, sessionId: string): Manifest {
  const session = findSession(db, sessionId)!;
  const turns = nodesOfSession(db, sessionId);
  const place = new Map(turns.map(({ id, position }) => [id, position]));
  const pictures = imagesOfSession(db, sessionId);
  const refs = new Map(
    pictures.map(({ id, nodeId, index }) => [id, [place.get(nodeId)!, index] as PictureRef]),
  );
  const ofNode = {
    inputs: Map.groupBy(inputsOfSession(db, sessionId), ({ nodeId }) => nodeId),
    images: Map.groupBy(pictures, ({ nodeId }) => nodeId),
    jobs: new Map(jobsOfSession(db, sessionId).map((job) => [job.nodeId, job])),
  };
  // A picture that is not made yet is named by its turn as well.
  for (const { id, position, recipe } of turns)
    for (let index = 0; index < (recipe?.count ?? 0); index += 1)
      if (!refs.has(imageIdOf(id, index))) refs.set(imageIdOf(id, index), [position, index]);
  const refOf = (imageId: string): PictureRef => refs.get(imageId) ?? imageId;
  const used = new Set<string>();
  const use = (sha256: string | null) => {
    if (sha256 !== null) used.add(sha256);
    return sha256;
  };
  const manifest: Manifest = {
    format: 'palimpsest.session',
    version: 1,
    session: {
      title: session.title,
      seed: session.seed,
      createdAt: session.createdAt,
      updatedAt: session.updatedAt,
      archivedAt: session.archivedAt,
      head: session.headImageId === null ? null : refOf(session.headImageId),
      lastPosition: session.lastPosition,
      lastVersion: session.lastVersion,
    },
    turns: turns.map((node) => {
      const job = ofNode.jobs.get(node.id);
      return {
        position: node.position,
        kind: node.kind,
        mode: node.mode,
        state: node.state,
        prompt: node.prompt,
        sentPrompt: node.sentPrompt,
        recipe: node.recipe ? withRef(node.recipe, refOf) : null,
        replaces: place.get(node.replaces ?? '') ?? null,
        createdAt: node.createdAt,
        inputs: (ofNode.inputs.get(node.id) ?? []).map(({ role, imageId, pixelsBlob }) => ({
          role,
          picture: refOf(imageId),
          pixels: use(pixelsBlob),
        })),
        images: (ofNode.images.get(node.id) ?? [])
          .toSorted((one, other) => one.index - other.index)
          .map((image) => ({
            index: image.index,
            version: image.version,
            pixels: use(image.pixelsBlob)!,
            latent: use(image.latentBlob),
            prior: use(image.priorBlob),
            original: use(image.originalBlob),
            widthPx: image.widthPx,
            heightPx: image.heightPx,
            drift: image.drift ? driftWith(image.drift, refOf) : null,
            createdAt: image.createdAt,
          })),
        run: job
          ? {
              state: job.state === 'done' || job.state === 'failed' ? job.state : ('cancelled' as const),
              attempt: job.attempt,
              errorCode: job.errorCode,
              errorMessage: job.errorMessage,
              elapsedMs: job.elapsedMs,
              createdAt: job.createdAt,
            }
          : null,
      };
    }),
    operations: operationsOf(db, sessionId, place, refOf),
    blobs: [],
  };
  manifest.blobs = [...used].sort().map((sha256) => {
    const { sizeBytes, mediaType } = findBlob(db, sha256)!;
    return { sha256, sizeBytes, mediaType };
  });
  return manifest;
}

function withRef(recipe: Recipe, refOf: (imageId: string) => PictureRef): Record<string, unknown> {
  const { layoutOf } = recipe;
  return layoutOf
    ? { ...recipe, layoutOf: { ...layoutOf, imageId: refOf(layoutOf.imageId) } }
    : { ...recipe };
}

function driftWith(drift: Drift, refOf: (imageId: string) => PictureRef): Record<string, unknown> {
  const { parent, root } = drift;
  return {
    ...drift,
    parent: { ...parent, imageId: refOf(parent.imageId) },
    root: root && { ...root, imageId: refOf(root.imageId) },
  };
}

function operationsOf(
  db: Database,
  sessionId: string,
  place: Map<string, number>,
  refOf: (imageId: string) => PictureRef,
): Manifest['operations'] {
  const rows = db.orm
    .select()
    .from(operations)
    .where(eq(operations.sessionId, sessionId))
    .orderBy(asc(operations.seq))
    .all();
  const batches = new Map([...new Set(rows.map(({ batch }) => batch))].map((batch, index) => [batch, index]));
  const value = (field: Change['field'], it: unknown) =>
    field === 'headImageId' && typeof it === 'string' ? refOf(it) : it;
  return rows.map(({ kind, nodeId, changes, batch, position, at }) => ({
    kind,
    turn: place.get(nodeId ?? '') ?? null,
    changes: changes.map((change) => ({
      field: change.field,
      ...('nodeId' in change ? { turn: place.get(change.nodeId)! } : {}),
      before: value(change.field, change.before),
      after: value(change.field, change.after),
    })),
    batch: batches.get(batch)!,
    position,
    at,
  }));
}
