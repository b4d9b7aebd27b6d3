/** Who made a version, and the same message by another model. Pure. */
import type { JobView, PictureView, Recipe, TurnView } from '../../../studio/protocol.ts';

/** A picture of the same message, by another model. */
export interface Twin {
  picture: PictureView;
  by: string;
}

/** The name of the model that made a version, with that of its engine where the two differ. */
export function madeBy({ modelName }: Recipe, job: JobView | null): string {
  const engine = job?.engine ?? modelName;
  return engine === modelName ? modelName : `${modelName} (${engine})`;
}

/** The newest earlier picture of the same message on the same inputs, drawn by another model. */
export function twinOf(turns: readonly TurnView[], turn: TurnView): Twin | null {
  const { recipe, job } = turn;
  if (!recipe) return null;
  const at = turns.findIndex(({ id }) => id === turn.id);
  const twin = turns
    .slice(0, at)
    .findLast(
      (each) =>
        each.recipe &&
        each.pictures.length > 0 &&
        each.state === 'active' &&
        isSameMessage(each, turn) &&
        (each.recipe.modelDigest !== recipe.modelDigest || each.job?.engine !== job?.engine),
    );
  return twin ? { picture: twin.pictures[0]!, by: twin.job?.engine ?? twin.recipe!.modelName } : null;
}

function isSameMessage(one: TurnView, other: TurnView): boolean {
  const inputsOf = ({ inputs }: TurnView) =>
    JSON.stringify(inputs.map(({ pictureId, role }) => [pictureId, role]));
  return one.sentPrompt === other.sentPrompt && one.mode === other.mode && inputsOf(one) === inputsOf(other);
}
