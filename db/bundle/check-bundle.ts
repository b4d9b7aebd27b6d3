/**
 * Whether the graph of a bundle holds together: what it names is there, once, and in an order in which it can have been
 * made. Its form was checked before. So a bundle that is taken in breaks no rule of the tables, now or at the next undo.
 */

import { stacksOf } from '../operations.ts';
import { BundleError, type BundleTurn, hashesOf, type Manifest, type PictureRef } from './bundle.ts';

/** Throws {@link BundleError} naming the first contradiction. */
export function checkBundle(manifest: Manifest): void {
  const contradiction = contradictionIn(manifest);
  if (contradiction)
    throw new BundleError(`This bundle contradicts itself: ${contradiction}. Export it again.`);
}

function contradictionIn(manifest: Manifest): string | undefined {
  return miscounted(manifest) ?? unmade(manifest) ?? dangling(manifest);
}

/** What stands twice at one place, or after the last one. */
function miscounted({ session, turns }: Manifest): string | undefined {
  const pictures = turns.flatMap(({ position, pictures }) =>
    pictures.map((picture) => ({ ...picture, position })),
  );
  const count = (keys: unknown[]) => new Set(keys).size;
  if (count(turns.map(({ position }) => position)) < turns.length) return 'two turns stand at one place';
  if (count(pictures.map(({ position, index }) => `${position}/${index}`)) < pictures.length)
    return 'a turn has two pictures of one index';
  if (count(pictures.map(({ version }) => version)) < pictures.length) return 'two pictures have one version';
  if (turns.some(({ position }) => position > session.lastPosition)) return 'a turn comes after the last one';
  if (pictures.some(({ version }) => version > session.lastVersion))
    return 'a picture comes after the last one';
  return undefined;
}

/** What cannot have been made, or done, as it is told. */
function unmade({ turns, operations }: Manifest): string | undefined {
  if (turns.some(isMisplaced)) return 'a turn was made from one that comes after it';
  if (!turns.every(isOfItsKind)) return 'a turn has no recipe, or an added picture has one';
  if (!isPossible(operations)) return 'it takes back what was not done';
  return undefined;
}

/** What is named and is not there. */
function dangling({ session, turns, operations, blobs }: Manifest): string | undefined {
  const files = new Set(blobs.map(({ sha256 }) => sha256));
  const places = new Set(turns.map(({ position }) => position));
  const pictures = new Set(
    turns.flatMap(({ position, pictures: storedPictures }) =>
      storedPictures.map(({ index }) => `${position}/${index}`),
    ),
  );
  const isThere = (head: PictureRef | null) =>
    head === null || (typeof head !== 'string' && pictures.has(head.join('/')));
  const heads = operations
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.field === 'headPictureId' ? [change.before, change.after] : []));
  if (!turns.flatMap(hashesOf).every((sha256) => files.has(sha256))) return 'a picture has no file';
  if (!placesNamed(turns, operations).every((place) => places.has(place)))
    return 'it names a turn that is not there';
  if (!isThere(session.head)) return 'its active picture is not there';
  if (!heads.every(isThere)) return 'its history names a picture that is not there';
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
function placesNamed(turns: Manifest['turns'], operations: Manifest['operations']): number[] {
  const refs = turns.flatMap(({ recipe, inputs, pictures }) => [
    recipe?.layoutOf?.pictureId,
    ...inputs.map(({ picture }) => picture),
    ...pictures.flatMap(({ drift }) => [drift?.parent.pictureId, drift?.root?.pictureId]),
  ]);
  return [
    ...refs.flatMap((ref) => (Array.isArray(ref) ? ref[0] : [])),
    ...turns.flatMap(({ replaces }) => replaces ?? []),
    ...operations.flatMap(({ turn }) => turn ?? []),
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
