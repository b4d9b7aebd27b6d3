/** Refuses a turn that asks what its engine cannot do, before anything is stored. Pure; knows no table. */
import type { ModelInfo } from '../../engine/index.ts';
import { type Asked, hasMask, unableTo } from '../../studio/abilities.ts';
import type { Recipe } from '../../studio/recipe.ts';
import { Refusal } from '../../studio/refusal.ts';

/** The recipe, which says so where the engine knows no mask and it is asked for that we put back what is outside of one. */
export function withComposite(
  recipe: Recipe,
  { can }: Pick<ModelInfo, 'can'>,
  inputs: Asked['inputs'],
  isAsked: boolean | undefined,
): Recipe {
  const { composite: _, ...others } = recipe;
  return isAsked && !can.masks && hasMask(inputs) ? { ...others, composite: true } : others;
}

/** Throws {@link Refusal} `unsupported` with the first part of a turn that the engine cannot honour. */
export function checkAbilities(info: ModelInfo, asked: Asked): void {
  const unable = unableTo(info, asked);
  if (unable) throw new Refusal(unable.key, { model: info.name }, { field: unable.field });
}
