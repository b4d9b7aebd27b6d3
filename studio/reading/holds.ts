/**
 * Which subjects a picture holds, by what was understood along its branch: the first message names them, each edit changes them.
 * Pure. Undefined wherever it cannot be known: an upload, a message with something that was not understood, another model, a
 * reference.
 */
import type { Knows } from '../known.ts';
import type { TurnView } from '../protocol.ts';
import { changeOf } from './change.ts';
import { readMessage } from './reading.ts';

/** What scenes show without being asked: a sun at sunset, trees in a forest. Nothing is said of these. */
const SCENERY =
  /tree|sun|moon|star|cloud|flower|rose|bouquet|blossom|leaf|grass|mountain|volcano|rock|island|wave|water|house|building|office|tower|city|planet|comet|rain|snow|lightning|fish|shell|palm|cactus|mushroom|lamp|window|door|picture|sparkle|bubbles|bird/;

export const isScenery = (subject: string): boolean => SCENERY.test(subject);

/** The turns that led to a picture, from the first on; empty where one of them is not here. */
function branchTo(turns: readonly TurnView[], pictureId: string): TurnView[] {
  const branch: TurnView[] = [];
  let id: string | null = pictureId;
  // A target is older than its turn, so this ends.
  while (id !== null) {
    const turn: TurnView | undefined = turns.find(({ pictures }) => pictures.some((each) => each.id === id));
    if (!turn) return [];
    branch.unshift(turn);
    id = turn.inputs.find(({ role }) => role === 'target')?.pictureId ?? null;
  }
  return branch;
}

/** The English names of the subjects that a picture holds. */
export function subjectsHeld(
  turns: readonly TurnView[],
  pictureId: string,
  knows: Knows,
  modelDigest: string,
): ReadonlySet<string> | undefined {
  const branch = branchTo(turns, pictureId);
  let held: ReadonlySet<string> | undefined;
  for (const turn of branch) {
    if (!isPlain(turn, modelDigest)) return undefined;
    held = turn.kind === 'edit' ? held && afterEdit(held, turn, knows) : firstSubjects(turn, knows);
    if (!held) return undefined;
  }
  return held;
}

/** Whether a turn was drawn by this model, from its words and its target alone. */
function isPlain({ kind, recipe, inputs, mode }: TurnView, modelDigest: string): boolean {
  if (kind === 'upload' || recipe === null || recipe.modelDigest !== modelDigest) return false;
  if (mode !== null && mode !== 'new' && mode !== 'edit') return false;
  return inputs.every(({ role }) => role === 'target');
}

function firstSubjects({ prompt }: TurnView, knows: Knows): ReadonlySet<string> | undefined {
  const reading = readMessage(prompt, knows);
  const subjects = changeOf(prompt, reading).added.map(({ name }) => name);
  return reading.unknown.length > 0 || subjects.length === 0 ? undefined : new Set(subjects);
}

function afterEdit(
  held: ReadonlySet<string>,
  { prompt }: TurnView,
  knows: Knows,
): ReadonlySet<string> | undefined {
  const reading = readMessage(prompt, knows);
  if (reading.unknown.length > 0) return undefined;
  const { removed, replaced, added, isInstead } = changeOf(prompt, reading);
  if (isInstead && held.size > 1) return undefined;
  const after = new Set(isInstead ? [] : held);
  for (const { name } of [...removed, ...replaced]) after.delete(name);
  for (const { name } of added) after.add(name);
  return after;
}
