/** Makes the rows of a bundle that was read: places become new ids, and no time is later than now. */
import { eq, like } from 'drizzle-orm';
import { isUnfinished } from '../../studio/agent/action-kinds.ts';
import type { StepOutcome } from '../../studio/agent/actions.ts';
import type { Drift, Recipe } from '../../studio/recipe.ts';
import type { ContextNote } from '../../studio/refusal.ts';
import { blobsOfSession, deleteUnreferencedBlobs, insertBlob } from '../blob-rows.ts';
import type { BlobStore } from '../blobs.ts';
import type { Database } from '../database.ts';
import { newId, pictureIdOf } from '../ids.ts';
import * as schema from '../schema.ts';
import { indexTitle, indexTurn } from '../search.ts';
import { deleteSession } from '../sessions.ts';
import {
  type BundleChange,
  type BundleDrift,
  type BundleMessage,
  type BundleRecipe,
  type BundleTurn,
  hashesOf,
  type Manifest,
  type PictureRef,
} from './bundle.ts';
import type { ReadBundle } from './read-bundle.ts';
import { rowInserter } from './row-inserter.ts';

/** The owner of a session that is still on its way in: nobody sees it, and a start after a crash removes it. */
const ON_ITS_WAY = 'import:';

/** Whether this is the owner of a session that is not whole yet. */
export const isOnItsWay = (owner: string): boolean => owner.startsWith(ON_ITS_WAY);

/** Sessions that a server was killed over while they came in. */
export function halfImported(db: Database): { id: string }[] {
  return db.orm
    .select({ id: schema.sessions.id })
    .from(schema.sessions)
    .where(like(schema.sessions.owner, `${ON_ITS_WAY}%`))
    .all();
}

/** How long one transaction of an import is meant to take. */
const PART_MS = 20;
const MOST_ROWS = 500;

/**
 * Makes a session of a bundle that was read, under new ids, in transactions that are short whatever its size: until the last one,
 * nobody sees it. `done` runs in the last one, with the session's id. What was written goes again where one fails.
 */
export async function insertBundle<Result>(
  db: Database,
  store: BlobStore,
  owner: string,
  { graph, staged }: ReadBundle,
  done: (sessionId: string) => Result,
): Promise<Result> {
  const arrival = new Arrival(db, owner, graph);
  const { head, ...session } = graph.session;
  const { sessionId: id } = arrival;
  db.write(() =>
    db.orm
      .insert(schema.sessions)
      .values({
        ...session,
        ...{ id, owner: `${ON_ITS_WAY}${owner}` },
        createdAt: arrival.past(session.createdAt),
        updatedAt: arrival.past(session.updatedAt),
        archivedAt: session.archivedAt && arrival.past(session.archivedAt),
      })
      .run(),
  );
  try {
    await inParts(graph, 'turns', async (turns) => {
      const blobs = [...new Set(turns.flatMap(hashesOf))].flatMap((sha256) => staged.get(sha256) ?? []);
      await store.placeAll(blobs);
      return () =>
        db.write(() => {
          for (const blob of blobs) {
            // Dropped since, or on a file system without links.
            if (!store.has(blob.sha256)) store.place(blob);
            insertBlob(db, blob);
          }
          for (const turn of turns) insertTurn(arrival, turn);
        });
    });
    const batches = new Map<number, string>();
    await inParts(graph, 'operations', async (log) => () => {
      db.write(() => insertOperations(arrival, log, batches));
    });
    await inParts(graph, 'messages', async (messages) => () => {
      db.write(() => insertMessages(arrival, messages));
    });
    return db.write(() => {
      const headPictureId = head && arrival.pictureId(head);
      db.orm.update(schema.sessions).set({ owner, headPictureId }).where(eq(schema.sessions.id, id)).run();
      indexTitle(db, id, session.title);
      return done(id);
    });
  } catch (error) {
    dropHalfImported(db, store, id);
    throw error;
  }
}

/** Removes a session that did not come in whole, and what only it named. */
export function dropHalfImported(db: Database, store: BlobStore, id: string): void {
  store.drop(
    db.writeOnReserve(() => {
      const candidates = blobsOfSession(db, id);
      deleteSession(db, id);
      return deleteUnreferencedBlobs(db, candidates);
    }),
  );
}

/** Hands a list over in parts, as long as each takes about {@link PART_MS} to write; others have their turn between them. */
async function inParts<List extends 'turns' | 'operations' | 'messages'>(
  graph: ReadBundle['graph'],
  list: List,
  prepare: (some: NonNullable<Manifest[List]>) => Promise<() => void>,
): Promise<void> {
  let count = 20;
  for (let from = 0; ; ) {
    const some = await graph.some(list, from, count);
    if (some.length === 0) return;
    const write = await prepare(some);
    const startedAt = performance.now();
    write();
    const tookMs = performance.now() - startedAt;
    from += some.length;
    count = Math.round(Math.min(MOST_ROWS, 2 * count, Math.max(1, (count * PART_MS) / tookMs)));
    // One round of everything that waits, timers and answers among it.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A session on its way in: what its places and times become here. */
class Arrival {
  readonly db: Database;
  readonly owner: string;
  readonly sessionId = newId();
  readonly insert;
  readonly #turnIds: Map<number, string>;
  readonly #now: number;

  constructor(db: Database, owner: string, { positions }: ReadBundle['graph']) {
    this.db = db;
    this.owner = owner;
    this.#turnIds = new Map(positions.map((position) => [position, newId()]));
    this.#now = db.now();
    this.insert = {
      turn: rowInserter(db, schema.turns),
      input: rowInserter(db, schema.inputs),
      picture: rowInserter(db, schema.pictures),
      job: rowInserter(db, schema.jobs),
      operation: rowInserter(db, schema.operations),
      message: rowInserter(db, schema.messages),
    };
  }

  turnId(place: number): string {
    return this.#turnIds.get(place)!;
  }

  pictureId(ref: PictureRef): string {
    return typeof ref === 'string' ? ref : pictureIdOf(this.turnId(ref[0]), ref[1]);
  }

  /** A time of another clock, which may be ahead; ours goes on from the newest time that is stored, and never back. */
  past(time: number): number {
    return Math.min(time, this.#now);
  }
}

function insertTurn(arrival: Arrival, turn: BundleTurn): void {
  const { insert, sessionId } = arrival;
  const { position, kind, mode, state, prompt, sentPrompt, recipe, replaces, warnings } = turn;
  const id = arrival.turnId(position);
  insert.turn({
    ...{ id, sessionId, position, kind, mode, state, prompt, sentPrompt },
    recipe: recipe && recipeFrom(arrival, recipe),
    replaces: replaces === null ? null : arrival.turnId(replaces),
    warnings: (warnings as ContextNote[] | undefined) ?? null,
    createdAt: arrival.past(turn.createdAt),
  });
  insertInputs(arrival, id, turn.inputs);
  indexTurn(arrival.db, { id, sessionId, prompt, recipe: recipe && recipeFrom(arrival, recipe) });
  insertPictures(arrival, id, turn.pictures);
  if (turn.run) insertRun(arrival, id, turn.run);
}

function insertInputs(arrival: Arrival, turnId: string, inputs: BundleTurn['inputs']): void {
  inputs.forEach(({ role, picture, pixels }, position) => {
    const madeBy = typeof picture === 'string' ? null : arrival.turnId(picture[0]);
    arrival.insert.input({
      ...{ turnId, position, role, madeBy },
      ...{ pictureId: arrival.pictureId(picture), pixelsBlob: pixels },
    });
  });
}

function insertPictures(arrival: Arrival, turnId: string, pictures: BundleTurn['pictures']): void {
  for (const { pixels, latent, prior, original, drift, isFavourite, createdAt, ...picture } of pictures)
    arrival.insert.picture({
      ...picture,
      ...{ id: pictureIdOf(turnId, picture.index), turnId },
      ...{ pixelsBlob: pixels, latentBlob: latent, priorBlob: prior, originalBlob: original },
      drift: drift && driftFrom(arrival, drift),
      favouriteAt: isFavourite ? arrival.past(createdAt) : null,
      createdAt: arrival.past(createdAt),
    });
}

function insertRun(arrival: Arrival, turnId: string, run: NonNullable<BundleTurn['run']>): void {
  const id = newId();
  const createdAt = arrival.past(run.createdAt);
  arrival.insert.job({
    ...run,
    ...{ id, turnId, owner: arrival.owner, priority: 0, idempotencyKey: id, fingerprint: '' },
    ...{ createdAt, finishedAt: createdAt },
  });
}

// Fields that name pictures are written over in their places: in another order, the next bundle would be other bytes.

function recipeFrom(arrival: Arrival, recipe: BundleRecipe): Recipe {
  const { layoutOf, ...rest } = recipe;
  if (!layoutOf) return rest;
  return { ...recipe, layoutOf: { ...layoutOf, pictureId: arrival.pictureId(layoutOf.pictureId) } };
}

function driftFrom(arrival: Arrival, drift: BundleDrift): Drift {
  const named = (figures: BundleDrift['parent']) => ({
    ...figures,
    pictureId: arrival.pictureId(figures.pictureId),
  });
  return { ...drift, parent: named(drift.parent), root: drift.root && named(drift.root) };
}

function insertOperations(arrival: Arrival, log: Manifest['operations'], batches: Map<number, string>): void {
  for (const { kind, turn, changes, batch, position, at } of log) {
    if (!batches.has(batch)) batches.set(batch, newId());
    arrival.insert.operation({
      ...{ sessionId: arrival.sessionId, kind, position },
      turnId: turn === null ? null : arrival.turnId(turn),
      changes: changes.map((change) => changeFrom(arrival, change)),
      batch: batches.get(batch)!,
      at: arrival.past(at),
    });
  }
}

function insertMessages(arrival: Arrival, messages: readonly BundleMessage[]): void {
  const { insert, owner, sessionId } = arrival;
  for (const { text, plan, reading, outcomes, said, createdAt } of messages) {
    const id = newId();
    const told: StepOutcome[] = outcomes.map(({ turns, ...outcome }) => ({
      ...(turns && { turnIds: turns.map((place) => arrival.turnId(place)) }),
      ...(outcome as StepOutcome),
    }));
    // Nothing of what arrives goes on by itself, whatever a bundle says.
    if (isUnfinished({ plan, outcomes: told })) told.push({ isLeft: true });
    insert.message({
      ...{ id, sessionId, owner, idempotencyKey: id, fingerprint: '', text, plan, said },
      ...{ reading: reading ?? null, settings: {}, revision: 0 },
      outcomes: told,
      createdAt: arrival.past(createdAt),
    });
  }
}

function changeFrom(arrival: Arrival, change: BundleChange): schema.Change {
  const { field, before, after } = change;
  switch (field) {
    case 'state':
      return { field, turnId: arrival.turnId(change.turn), before, after };
    case 'headPictureId':
      return { field, before: before && arrival.pictureId(before), after: after && arrival.pictureId(after) };
    case 'archivedAt':
      return { field, before: before && arrival.past(before), after: after && arrival.past(after) };
    case 'title':
      return { field, before, after };
  }
}
