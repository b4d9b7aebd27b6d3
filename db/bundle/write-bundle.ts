/** Writes a session as a bundle. Knows no request and no file. */
import { createReadStream } from 'node:fs';
import { asc, eq } from 'drizzle-orm';
import type { Drift, Recipe } from '../../studio/recipe.ts';
import { BlobMissingError, type BlobStore } from '../blobs.ts';
import type { Database } from '../database.ts';
import { imageIdOf } from '../ids.ts';
import { findBlob, type ImageRow, imagesOfSession } from '../images.ts';
import { type JobRow, jobsOfSession } from '../jobs.ts';
import { type InputRow, inputsOfSession, type NodeRow, nodesOfSession } from '../nodes.ts';
import { type Change, operations } from '../schema.ts';
import { findSession, type SessionRow } from '../sessions.ts';
import {
  type BundleChange,
  type BundleDrift,
  type BundleRecipe,
  type BundleTurn,
  hashesOf,
  MANIFEST,
  type Manifest,
  type PictureRef,
} from './bundle.ts';
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

/** The rows of a session, with what names them in a bundle. */
interface Graph {
  nodes: NodeRow[];
  inputs: Map<string, InputRow[]>;
  images: Map<string, ImageRow[]>;
  jobs: Map<string, JobRow>;
  /** The place of each turn, by its id. */
  places: Map<string, number>;
  refOf: (imageId: string) => PictureRef;
}

function manifestOf(db: Database, sessionId: string): Manifest {
  const graph = graphOf(db, sessionId);
  const turns = graph.nodes.map((node) => turnOf(graph, node));
  return {
    format: 'palimpsest.session',
    version: 1,
    session: sessionOf(graph, findSession(db, sessionId)!),
    turns,
    operations: operationsOf(db, sessionId, graph),
    blobs: blobsOf(db, turns),
  };
}

function graphOf(db: Database, sessionId: string): Graph {
  const nodes = nodesOfSession(db, sessionId);
  const pictures = imagesOfSession(db, sessionId);
  const places = new Map(nodes.map(({ id, position }) => [id, position]));
  const refs = new Map<string, PictureRef>(
    pictures.map(({ id, nodeId, index }) => [id, [places.get(nodeId)!, index]]),
  );
  // A picture that is not made yet is named by its turn as well.
  for (const { id, position, recipe } of nodes)
    for (let index = 0; index < (recipe?.count ?? 0); index += 1)
      if (!refs.has(imageIdOf(id, index))) refs.set(imageIdOf(id, index), [position, index]);
  return {
    ...{ nodes, places },
    inputs: Map.groupBy(inputsOfSession(db, sessionId), ({ nodeId }) => nodeId),
    images: Map.groupBy(pictures, ({ nodeId }) => nodeId),
    jobs: new Map(jobsOfSession(db, sessionId).map((job) => [job.nodeId, job])),
    refOf: (imageId) => refs.get(imageId) ?? imageId,
  };
}

function sessionOf({ refOf }: Graph, session: SessionRow): Manifest['session'] {
  return {
    title: session.title,
    seed: session.seed,
    createdAt: session.createdAt,
    updatedAt: session.updatedAt,
    archivedAt: session.archivedAt,
    head: session.headImageId === null ? null : refOf(session.headImageId),
    lastPosition: session.lastPosition,
    lastVersion: session.lastVersion,
  };
}

function turnOf(graph: Graph, node: NodeRow): BundleTurn {
  const { places, refOf } = graph;
  const job = graph.jobs.get(node.id);
  return {
    position: node.position,
    kind: node.kind,
    mode: node.mode,
    state: node.state,
    prompt: node.prompt,
    sentPrompt: node.sentPrompt,
    recipe: node.recipe ? withRef(node.recipe, refOf) : null,
    replaces: places.get(node.replaces ?? '') ?? null,
    createdAt: node.createdAt,
    inputs: (graph.inputs.get(node.id) ?? []).map(({ role, imageId, pixelsBlob }) => ({
      role,
      picture: refOf(imageId),
      pixels: pixelsBlob,
    })),
    images: (graph.images.get(node.id) ?? [])
      .toSorted((one, other) => one.index - other.index)
      .map((image) => pictureOf(image, refOf)),
    run: job ? runOf(job) : null,
  };
}

function pictureOf(image: ImageRow, refOf: Graph['refOf']): BundleTurn['images'][number] {
  return {
    index: image.index,
    version: image.version,
    pixels: image.pixelsBlob,
    latent: image.latentBlob,
    prior: image.priorBlob,
    original: image.originalBlob,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    drift: image.drift ? driftWith(image.drift, refOf) : null,
    createdAt: image.createdAt,
  };
}

function runOf(job: JobRow): BundleTurn['run'] {
  return {
    state: job.state === 'done' || job.state === 'failed' ? job.state : 'cancelled',
    attempt: job.attempt,
    errorCode: job.errorCode,
    errorMessage: job.errorMessage,
    elapsedMs: job.elapsedMs,
    createdAt: job.createdAt,
  };
}

function blobsOf(db: Database, turns: readonly BundleTurn[]): Manifest['blobs'] {
  return [...new Set(turns.flatMap(hashesOf))].sort().map((sha256) => {
    const { sizeBytes, mediaType } = findBlob(db, sha256)!;
    return { sha256, sizeBytes, mediaType };
  });
}

function withRef(recipe: Recipe, refOf: Graph['refOf']): BundleRecipe {
  const { layoutOf, ...rest } = recipe;
  if (!layoutOf) return rest;
  return { ...recipe, layoutOf: { ...layoutOf, imageId: refOf(layoutOf.imageId) } };
}

function driftWith(drift: Drift, refOf: Graph['refOf']): BundleDrift {
  const { parent, root } = drift;
  return {
    ...drift,
    parent: { ...parent, imageId: refOf(parent.imageId) },
    root: root && { ...root, imageId: refOf(root.imageId) },
  };
}

function operationsOf(db: Database, sessionId: string, { places, refOf }: Graph): Manifest['operations'] {
  const rows = db.orm
    .select()
    .from(operations)
    .where(eq(operations.sessionId, sessionId))
    .orderBy(asc(operations.seq))
    .all();
  const batches = new Map([...new Set(rows.map(({ batch }) => batch))].map((batch, index) => [batch, index]));
  return rows.map(({ kind, nodeId, changes, batch, position, at }) => ({
    kind,
    turn: places.get(nodeId ?? '') ?? null,
    changes: changes.map((change) => changeOf(change, places, refOf)),
    batch: batches.get(batch)!,
    position,
    at,
  }));
}

function changeOf(change: Change, places: Graph['places'], refOf: Graph['refOf']): BundleChange {
  const { field, before, after } = change;
  switch (field) {
    case 'state':
      return { field, turn: places.get(change.nodeId)!, before, after };
    case 'headImageId':
      return { field, before: before && refOf(before), after: after && refOf(after) };
    case 'archivedAt':
      return { field, before, after };
    case 'title':
      return { field, before, after };
  }
}
