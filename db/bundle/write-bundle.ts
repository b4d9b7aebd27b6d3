/** Writes a session as a bundle. Knows no request and no file. */
import { createReadStream } from 'node:fs';
import { asc, eq } from 'drizzle-orm';
import { isUnfinished } from '../../studio/agent/action-kinds.ts';
import type { MessageReading } from '../../studio/agent/message-reading.ts';
import type { Drift, Recipe } from '../../studio/recipe.ts';
import { findBlob } from '../blob-rows.ts';
import { BlobDamagedError, BlobMissingError, type BlobStore, sha256Of } from '../blobs.ts';
import type { Database } from '../database.ts';
import { pictureIdOf } from '../ids.ts';
import { type JobRow, jobsOfSession } from '../jobs.ts';
import { messagesOfSession } from '../messages.ts';
import { type PictureRow, picturesOfSession } from '../pictures.ts';
import { type Change, operations } from '../schema.ts';
import { findSession, type SessionRow } from '../sessions.ts';
import { type InputRow, inputsOfSession, type TurnRow, turnsOfSession } from '../turns.ts';
import {
  type BundleChange,
  type BundleDrift,
  type BundleMessage,
  type BundleRecipe,
  type BundleTurn,
  hashesOf,
  type LeftOut,
  MANIFEST,
  type Manifest,
  type PictureRef,
} from './bundle.ts';
import { leavingOut } from './leave-out.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';
import { withoutTraces } from './traces.ts';

/** A session on its way out: its bytes, read as they are sent, and what is not among them. */
export interface WrittenBundle {
  bytes: AsyncGenerator<Uint8Array>;
  leftOut: readonly LeftOut[];
}

/**
 * A session's bundle. Every file is read and compared with its hash before the first byte goes out; what is missing or damaged
 * is left out and named, so that what goes out can be taken in. Added photos go without what their camera wrote into them, unless
 * that is kept; a file of a kind that cannot be told apart so goes as its pixels alone.
 */
export async function writeBundle(
  db: Database,
  store: BlobStore,
  sessionId: string,
  { keepTraces = false }: { keepTraces?: boolean } = {},
): Promise<WrittenBundle> {
  const whole = manifestOf(db, sessionId);
  const manifest = leavingOut(whole, await lostOf(whole, store));
  const cleaned = keepTraces ? new Map<string, Cleaned>() : await cleanedOf(manifest, store);
  const outgoing = withCleaned(manifest, cleaned);
  const sources = new Map([...cleaned.values()].flatMap((each) => (each ? [[each.sha256, each.from]] : [])));
  return { bytes: bundleBytes(outgoing, store, sources), leftOut: manifest.leftOut ?? [] };
}

/** A file without traces: its hash, its size, and the hash of the one that it is made of; null where it cannot be made. */
type Cleaned = { sha256: string; sizeBytes: number; from: string } | null;

/** The added photos of a session that have traces, by hash. */
async function cleanedOf({ turns }: Manifest, store: BlobStore): Promise<Map<string, Cleaned>> {
  const pictures = turns.flatMap((turn) => turn.pictures);
  const originals = new Set(pictures.flatMap(({ original }) => original ?? []));
  // What is also a picture's pixels is a file that was made here.
  for (const { pixels } of pictures) originals.delete(pixels);
  const cleaned = new Map<string, Cleaned>();
  for (const from of originals) {
    const bytes = withoutTraces(await store.read(from));
    const sha256 = bytes && sha256Of(bytes);
    if (sha256 !== from) cleaned.set(from, bytes && { sha256: sha256!, sizeBytes: bytes.byteLength, from });
  }
  return cleaned;
}

function withCleaned(manifest: Manifest, cleaned: ReadonlyMap<string, Cleaned>): Manifest {
  if (cleaned.size === 0) return manifest;
  const originalOf = (original: string | null) =>
    original !== null && cleaned.has(original) ? (cleaned.get(original)?.sha256 ?? null) : original;
  const turns = manifest.turns.map((turn) => ({
    ...turn,
    pictures: turn.pictures.map((picture) => ({ ...picture, original: originalOf(picture.original) })),
  }));
  const blobs = manifest.blobs.flatMap((blob) => {
    const instead = cleaned.get(blob.sha256);
    if (instead === undefined) return [blob];
    return instead ? [{ ...blob, sha256: instead.sha256, sizeBytes: instead.sizeBytes }] : [];
  });
  const once = new Map(blobs.map((blob) => [blob.sha256, blob]));
  const sorted = [...once.values()].sort((one, other) => (one.sha256 < other.sha256 ? -1 : 1));
  return { ...manifest, turns, blobs: sorted };
}

async function lostOf({ blobs }: Manifest, store: BlobStore): Promise<Set<string>> {
  const lost = new Set<string>();
  for (const { sha256 } of blobs)
    try {
      await store.verify(sha256);
    } catch (error) {
      if (!(error instanceof BlobMissingError || error instanceof BlobDamagedError)) throw error;
      lost.add(sha256);
    }
  return lost;
}

async function* bundleBytes(
  manifest: Manifest,
  store: BlobStore,
  sources: ReadonlyMap<string, string>,
): AsyncGenerator<Uint8Array> {
  const json = new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
  yield tarHeader(MANIFEST, json.byteLength);
  yield json;
  yield tarPadding(json.byteLength);
  for (const { sha256, sizeBytes } of manifest.blobs) {
    yield tarHeader(`blobs/${sha256}`, sizeBytes);
    const from = sources.get(sha256);
    let left = sizeBytes;
    for await (const chunk of from ? cleanBytes(store, from) : createReadStream(store.fileOf(sha256))) {
      left -= (chunk as Uint8Array).byteLength;
      yield chunk as Uint8Array;
    }
    // Changed since it was compared: a file that ends here is seen to be cut short, one that goes on would be shifted.
    if (left !== 0) throw new BlobDamagedError(from ?? sha256);
    yield tarPadding(sizeBytes);
  }
  yield TAR_END;
}

async function* cleanBytes(store: BlobStore, from: string): AsyncGenerator<Uint8Array> {
  yield withoutTraces(await store.read(from)) ?? new Uint8Array(0);
}

/** The rows of a session, with what names them in a bundle. */
interface Graph {
  turns: TurnRow[];
  inputs: Map<string, InputRow[]>;
  pictures: Map<string, PictureRow[]>;
  jobs: Map<string, JobRow>;
  /** The place of each turn, by its id. */
  places: Map<string, number>;
  refOf: (pictureId: string) => PictureRef;
}

function manifestOf(db: Database, sessionId: string): Manifest {
  const graph = graphOf(db, sessionId);
  const turns = graph.turns.map((turn) => turnOf(graph, turn));
  return {
    format: 'palimpsest.session',
    version: 2,
    session: sessionOf(graph, findSession(db, sessionId)!),
    turns,
    operations: operationsOf(db, sessionId, graph),
    ...messagesOf(db, sessionId, graph),
    blobs: blobsOf(db, turns),
  };
}

function graphOf(db: Database, sessionId: string): Graph {
  const turns = turnsOfSession(db, sessionId);
  const pictures = picturesOfSession(db, sessionId);
  const places = new Map(turns.map(({ id, position }) => [id, position]));
  const refs = new Map<string, PictureRef>(
    pictures.map(({ id, turnId, index }) => [id, [places.get(turnId)!, index]]),
  );
  // A picture that is not made yet is named by its turn as well.
  for (const { id, position, recipe } of turns)
    for (let index = 0; index < (recipe?.count ?? 0); index += 1)
      if (!refs.has(pictureIdOf(id, index))) refs.set(pictureIdOf(id, index), [position, index]);
  return {
    ...{ turns, places },
    inputs: Map.groupBy(inputsOfSession(db, sessionId), ({ turnId }) => turnId),
    pictures: Map.groupBy(pictures, ({ turnId }) => turnId),
    jobs: new Map(jobsOfSession(db, sessionId).map((job) => [job.turnId, job])),
    refOf: (pictureId) => refs.get(pictureId) ?? pictureId,
  };
}

function sessionOf({ refOf }: Graph, session: SessionRow): Manifest['session'] {
  return {
    title: session.title,
    seed: session.seed,
    createdAt: session.createdAt,
    updatedAt: session.updatedAt,
    archivedAt: session.archivedAt,
    head: session.headPictureId === null ? null : refOf(session.headPictureId),
    lastPosition: session.lastPosition,
    lastVersion: session.lastVersion,
    ...(session.tags.length > 0 && { tags: session.tags }),
  };
}

function turnOf(graph: Graph, turn: TurnRow): BundleTurn {
  const { places, refOf } = graph;
  const job = graph.jobs.get(turn.id);
  return {
    position: turn.position,
    kind: turn.kind,
    mode: turn.mode,
    state: turn.state,
    prompt: turn.prompt,
    sentPrompt: turn.sentPrompt,
    recipe: turn.recipe ? withRef(turn.recipe, refOf) : null,
    replaces: places.get(turn.replaces ?? '') ?? null,
    ...(turn.warnings?.length ? { warnings: [...turn.warnings] } : {}),
    createdAt: turn.createdAt,
    inputs: (graph.inputs.get(turn.id) ?? []).map(({ role, pictureId, pixelsBlob }) => ({
      role,
      picture: refOf(pictureId),
      pixels: pixelsBlob,
    })),
    pictures: (graph.pictures.get(turn.id) ?? [])
      .toSorted((one, other) => one.index - other.index)
      .map((picture) => pictureOf(picture, refOf)),
    run: job ? runOf(job) : null,
  };
}

function pictureOf(picture: PictureRow, refOf: Graph['refOf']): BundleTurn['pictures'][number] {
  return {
    index: picture.index,
    version: picture.version,
    pixels: picture.pixelsBlob,
    latent: picture.latentBlob,
    prior: picture.priorBlob,
    original: picture.originalBlob,
    widthPx: picture.widthPx,
    heightPx: picture.heightPx,
    drift: picture.drift ? driftWith(picture.drift, refOf) : null,
    ...(picture.favouriteAt !== null && { isFavourite: true as const }),
    createdAt: picture.createdAt,
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
  return { ...recipe, layoutOf: { ...layoutOf, pictureId: refOf(layoutOf.pictureId) } };
}

function driftWith(drift: Drift, refOf: Graph['refOf']): BundleDrift {
  const { parent, root } = drift;
  return {
    ...drift,
    parent: { ...parent, pictureId: refOf(parent.pictureId) },
    root: root && { ...root, pictureId: refOf(root.pictureId) },
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
  return rows.map(({ kind, turnId, changes, batch, position, at }) => ({
    kind,
    turn: places.get(turnId ?? '') ?? null,
    changes: changes.map((change) => changeOf(change, places, refOf)),
    batch: batches.get(batch)!,
    position,
    at,
  }));
}

/** The messages, where there are some. Steps that are still to be taken are left: nothing goes on by itself where it arrives. */
function messagesOf(db: Database, sessionId: string, { places }: Graph): { messages?: BundleMessage[] } {
  const messages = messagesOfSession(db, sessionId).map((row): BundleMessage => {
    const { text, plan, outcomes, said, createdAt } = row;
    const reading = row.reading && readingOf(row.reading);
    const told = outcomes.map(({ turnIds, ...outcome }) => ({
      ...(turnIds && { turns: turnIds.flatMap((id) => places.get(id) ?? []) }),
      ...outcome,
    }));
    const left = isUnfinished(row) ? [{ isLeft: true as const }] : [];
    return { text, plan, ...(reading && { reading }), outcomes: [...told, ...left], said, createdAt };
  });
  return messages.length > 0 ? { messages } : {};
}

/** How a message was read; a reading under way ends with the session's way out. */
function readingOf(reading: MessageReading): NonNullable<BundleMessage['reading']> {
  const { state, failure } = reading;
  return state === 'reading'
    ? { ...reading, state: 'failed', failure: 'ended' }
    : { ...reading, state, failure };
}

function changeOf(change: Change, places: Graph['places'], refOf: Graph['refOf']): BundleChange {
  const { field, before, after } = change;
  switch (field) {
    case 'state':
      return { field, turn: places.get(change.turnId)!, before, after };
    case 'headPictureId':
      return { field, before: before && refOf(before), after: after && refOf(after) };
    case 'archivedAt':
      return { field, before, after };
    case 'title':
      return { field, before, after };
  }
}
