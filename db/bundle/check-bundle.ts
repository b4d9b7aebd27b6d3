/**
 * Whether the graph of a bundle holds together: what it names is there, once, and in an order in which it can have been
 * made. Its form was checked before. So a bundle that is taken in breaks no rule of the tables, now or at the next undo.
 */

import { type BundleContradiction, Refusal } from '../../studio/refusal.ts';
import { stacksOf } from '../operations.ts';
import { type BundleTurn, hashesOf, IN_FILE, type Manifest, type PictureRef } from './bundle.ts';

/** Throws {@link Refusal} `bad_bundle` naming the first contradiction. */
export function checkBundle(manifest: Manifest): void {
  const what = contradictionIn(manifest);
  if (what) throw new Refusal('bad_bundle.contradiction', { what }, IN_FILE);
}

function contradictionIn(manifest: Manifest): BundleContradiction | undefined {
  return miscounted(manifest) ?? unmade(manifest) ?? dangling(manifest);
}

/** Turns and pictures that stand twice at one place, or after the last one. */
function miscounted({ session, turns }: Manifest): BundleContradiction | undefined {
  const pictures = turns.flatMap(({ position, pictures }) =>
    pictures.map((picture) => ({ ...picture, position })),
  );
  const count = (keys: unknown[]) => new Set(keys).size;
  if (count(turns.map(({ position }) => position)) < turns.length) return 'turns_at_one_place';
  if (count(pictures.map(({ position, index }) => `${position}/${index}`)) < pictures.length)
    return 'pictures_of_one_index';
  if (count(pictures.map(({ version }) => version)) < pictures.length) return 'pictures_of_one_version';
  if (turns.some(({ position }) => position > session.lastPosition)) return 'turn_after_last';
  if (pictures.some(({ version }) => version > session.lastVersion)) return 'picture_after_last';
  return undefined;
}

/** Turns and operations that cannot have been made in the order in which the bundle has them. */
function unmade({ turns, operations }: Manifest): BundleContradiction | undefined {
  if (turns.some(isMisplaced)) return 'made_from_later';
  if (!turns.every(isOfItsKind)) return 'recipe_and_kind';
  if (!isPossible(operations)) return 'undone_undone';
  return undefined;
}

/** Files, turns and pictures that are named and are not there. */
function dangling(manifest: Manifest): BundleContradiction | undefined {
  const { session, turns, operations, blobs } = manifest;
  const files = new Set(blobs.map(({ sha256 }) => sha256));
  const places = new Set(turns.map(({ position }) => position));
  const pictures = new Set(
    turns.flatMap(({ position, pictures }) => pictures.map(({ index }) => `${position}/${index}`)),
  );
  const isThere = (head: PictureRef | null) =>
    head === null || (typeof head !== 'string' && pictures.has(head.join('/')));
  const heads = operations
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.field === 'headPictureId' ? [change.before, change.after] : []));
  if (!turns.flatMap(hashesOf).every((sha256) => files.has(sha256))) return 'picture_without_file';
  if (!placesNamed(manifest).every((place) => places.has(place))) return 'turn_missing';
  if (!isThere(session.head)) return 'active_picture_missing';
  if (!heads.every(isThere)) return 'history_picture_missing';
  return undefined;
}

/** A parent is always older than its turn, so that there is no cycle. */
function isMisplaced({ position, inputs }: BundleTurn): boolean {
  return inputs.some(({ picture }) => typeof picture !== 'string' && picture[0] >= position);
}

/** An added picture was made by no run. */
function isOfItsKind({ kind, recipe, run }: BundleTurn): boolean {
  return kind === 'upload' ? recipe === null && run === null : recipe !== null;
}

/** Every place of a turn that something else names. */
function placesNamed({ turns, operations, messages = [] }: Manifest): number[] {
  const refs = turns.flatMap(({ recipe, inputs, pictures }) => [
    recipe?.layoutOf?.pictureId,
    ...inputs.map(({ picture }) => picture),
    ...pictures.flatMap(({ drift }) => [drift?.parent.pictureId, drift?.root?.pictureId]),
  ]);
  return [
    ...refs.flatMap((ref) => (Array.isArray(ref) ? ref[0] : [])),
    ...turns.flatMap(({ replaces }) => replaces ?? []),
    ...operations.flatMap(({ turn }) => turn ?? []),
    ...messages.flatMap(({ outcomes }) => outcomes.flatMap((outcome) => outcome.turns ?? [])),
    ...operations.flatMap(({ changes }) =>
      changes.flatMap((change) => (change.field === 'state' ? change.turn : [])),
    ),
  ];
}

/** Whether each undo and redo of a log has a step to take. */
function isPossible(operations: Manifest['operations']): boolean {
  const { undo, redo } = stacksOf(
    operations.map(({ kind, batch }, seq) => ({ seq, kind, batch: String(batch) })),
  );
  return [...undo, ...redo].every((step) => step !== undefined);
}
