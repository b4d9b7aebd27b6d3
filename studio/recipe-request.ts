/**
 * The engine's request for a recipe, the same for a job that makes pictures and for the check that makes them again. Reads no
 * file and no table: its caller finds the inputs.
 */
import type { GenerationRequest, MadePicture } from '../engine/index.ts';
import type { Recipe } from './recipe.ts';
import type { InputRole } from './vocabulary.ts';

/** The fields of a recipe that the engine draws by. */
export type DrawnRecipe = Pick<
  Recipe,
  | 'widthPx'
  | 'heightPx'
  | 'seed'
  | 'steps'
  | 'guidanceScale'
  | 'count'
  | 'layout'
  | 'renderTexts'
  | 'composite'
  | 'secondLook'
>;

/** Finds the files of a turn's inputs. */
export interface InputFinder<Input> {
  /** A picture that the model sees. */
  picture(input: Input, place: number): Promise<Uint8Array | MadePicture>;
  /** The file of a mask. */
  mask(input: Input, place: number): Promise<Uint8Array>;
}

/** The request of a turn: its prompt as the model reads it, its recipe, and its inputs in their order. */
export async function recipeRequest<Input extends { role: InputRole }>(
  prompt: string,
  recipe: DrawnRecipe,
  inputs: readonly Input[],
  find: InputFinder<Input>,
): Promise<GenerationRequest> {
  const { widthPx, heightPx, seed, steps, guidanceScale, count, layout } = recipe;
  const { renderTexts, composite, secondLook } = recipe;
  const placed = inputs.map((input, place) => ({ input, place }));
  const seen = placed.filter(({ input }) => input.role !== 'mask');
  const mask = placed.find(({ input }) => input.role === 'mask');
  const target = seen.findIndex(({ input }) => input.role === 'target');
  return {
    prompt,
    renderTexts,
    references: await Promise.all(seen.map(({ input, place }) => find.picture(input, place))),
    target: Math.max(0, target),
    mask: mask && (await find.mask(mask.input, mask.place)),
    composite,
    ...{ widthPx, heightPx, seed, steps, guidanceScale, count, layout },
    ...(secondLook && { secondLook }),
  };
}
