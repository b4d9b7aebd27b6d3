/** Makes the rows of a bundle that was read: places become new ids, and no time is later than now. */
import { eq } from 'drizzle-orm';
import type { Drift, Recipe } from '../../studio/recipe.ts';
import type { ContextNote } from '../../studio/refusal.ts';
import type { Database } from '../database.ts';
import { newId, pictureIdOf } from '../ids.ts';
import * as schema from '../schema.ts';
import { indexPrompt, indexTitle } from '../search.ts';
import type {
  BundleChange,
  BundleDrift,
  BundleMessage,
  BundleRecipe,
  BundleTurn,
  Manifest,
  PictureRef,
} from './bundle.ts';

/** Makes a session of a bundle whose blobs have their rows, under new ids; inside of `write`. Answers the session's id. */
export function insertBundle(db: Database, owner: string, manifest: Manifest): string {
  const arrival = new Arrival(db, owner, manifest);
  const { head, ...session } = manifest.session;
  const { sessionId: id } = arrival;
  db.orm
    .insert(schema.sessions)
    .values({
      ...session,
      ...{ id, owner },
      createdAt: arrival.past(session.createdAt),
      updatedAt: arrival.past(session.updatedAt),
      archivedAt: session.archivedAt && arrival.past(session.archivedAt),
    })
    .run();
  indexTitle(db, id, session.title);
  for (const turn of manifest.turns) insertTurn(arrival, turn);
  if (head)
    db.orm
      .update(schema.sessions)
      .set({ headPictureId: arrival.pictureId(head) })
      .where(eq(schema.sessions.id, id))
      .run();
  insertOperations(arrival, manifest.operations);
  insertMessages(arrival, manifest.messages ?? []);
  return id;
}

/** A session on its way in: what its places and times become here. */
class Arrival {
  readonly db: Database;
  readonly owner: string;
  readonly sessionId = newId();
  readonly #turnIds: Map<number, string>;
  readonly #now: number;

  constructor(db: Database, owner: string, { turns }: Manifest) {
    this.db = db;
    this.owner = owner;
    this.#turnIds = new Map(turns.map(({ position }) => [position, newId()]));
    this.#now = db.now();
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
  const { db, sessionId } = arrival;
  const { position, kind, mode, state, prompt, sentPrompt, recipe, replaces, warnings } = turn;
  const id = arrival.turnId(position);
  db.orm
    .insert(schema.turns)
    .values({
      ...{ id, sessionId, position, kind, mode, state, prompt, sentPrompt },
      recipe: recipe && recipeFrom(arrival, recipe),
      replaces: replaces === null ? null : arrival.turnId(replaces),
      warnings: warnings as ContextNote[] | undefined,
      createdAt: arrival.past(turn.createdAt),
    })
    .run();
  if (prompt !== '') indexPrompt(db, sessionId, id, prompt);
  insertInputs(arrival, id, turn.inputs);
  insertPictures(arrival, id, turn.pictures);
  if (turn.run) insertRun(arrival, id, turn.run);
}

function insertInputs(arrival: Arrival, turnId: string, inputs: BundleTurn['inputs']): void {
  inputs.forEach(({ role, picture, pixels }, position) => {
    const madeBy = typeof picture === 'string' ? null : arrival.turnId(picture[0]);
    arrival.db.orm
      .insert(schema.inputs)
      .values({ turnId, position, role, pictureId: arrival.pictureId(picture), madeBy, pixelsBlob: pixels })
      .run();
  });
}

function insertPictures(arrival: Arrival, turnId: string, pictures: BundleTurn['pictures']): void {
  for (const { pixels, latent, prior, original, drift, createdAt, ...picture } of pictures)
    arrival.db.orm
      .insert(schema.pictures)
      .values({
        ...picture,
        ...{ id: pictureIdOf(turnId, picture.index), turnId },
        ...{ pixelsBlob: pixels, latentBlob: latent, priorBlob: prior, originalBlob: original },
        drift: drift && driftFrom(arrival, drift),
        createdAt: arrival.past(createdAt),
      })
      .run();
}

function insertRun(arrival: Arrival, turnId: string, run: NonNullable<BundleTurn['run']>): void {
  const id = newId();
  const createdAt = arrival.past(run.createdAt);
  arrival.db.orm
    .insert(schema.jobs)
    .values({
      ...run,
      ...{ id, turnId, owner: arrival.owner, priority: 0, idempotencyKey: id, fingerprint: '' },
      ...{ createdAt, finishedAt: createdAt },
    })
    .run();
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

function insertOperations(arrival: Arrival, log: Manifest['operations']): void {
  const batches = new Map<number, string>();
  for (const { kind, turn, changes, batch, position, at } of log) {
    if (!batches.has(batch)) batches.set(batch, newId());
    arrival.db.orm
      .insert(schema.operations)
      .values({
        ...{ sessionId: arrival.sessionId, kind, position },
        turnId: turn === null ? null : arrival.turnId(turn),
        changes: changes.map((change) => changeFrom(arrival, change)),
        batch: batches.get(batch)!,
        at: arrival.past(at),
      })
      .run();
  }
}

function insertMessages(arrival: Arrival, messages: readonly BundleMessage[]): void {
  const { db, owner, sessionId } = arrival;
  for (const { text, plan, outcomes, said, createdAt } of messages) {
    const id = newId();
    db.orm
      .insert(schema.messages)
      .values({
        ...{ id, sessionId, owner, idempotencyKey: id, fingerprint: '', text, plan, said },
        outcomes: outcomes.map(({ turns, ...outcome }) => ({
          ...(turns && { turnIds: turns.map((place) => arrival.turnId(place)) }),
          ...outcome,
        })),
        createdAt: arrival.past(createdAt),
      })
      .run();
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
