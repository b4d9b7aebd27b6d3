/** What a turn asks that the engine cannot do, though others can: refused before anything is stored. Pure; knows no table. */
import type { ModelInfo } from '../../engine/index.ts';
import type { Recipe, Turn } from '../../studio/protocol.ts';
import { Refusal, type RefusalKey } from '../../studio/refusal.ts';
import type { InputRole } from '../../studio/vocabulary.ts';

interface Asked {
  inputs: readonly { role: InputRole }[];
  options: Turn['options'];
  recipe: Pick<Recipe, 'layout' | 'count' | 'composite'>;
  sameLayoutAs?: string;
}

type Unsupported = Extract<RefusalKey, `unsupported.${string}`>;

const hasMask = (inputs: Asked['inputs']): boolean => inputs.some(({ role }) => role === 'mask');

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
export function checkAbilities(
  { name: model, can, defaultSteps, defaultGuidanceScale }: ModelInfo,
  { inputs, options, recipe, sameLayoutAs }: Asked,
): void {
  const { seed, steps = defaultSteps, guidanceScale = defaultGuidanceScale } = options;
  const refused: [boolean, Exclude<Unsupported, 'unsupported.no_tokens'>, string][] = [
    [!can.edits && inputs.length > 0, 'unsupported.edits', 'inputs'],
    [!can.masks && !recipe.composite && hasMask(inputs), 'unsupported.masks', 'inputs'],
    [!can.sameLayout && sameLayoutAs !== undefined, 'unsupported.same_layout', 'sameLayoutAs'],
    [
      !can.sameLayout && recipe.layout === 'shared' && recipe.count > 1,
      'unsupported.same_layout',
      'options.layout',
    ],
    [!can.seeds && seed !== undefined, 'unsupported.seeds', 'options.seed'],
    [!can.steps && steps !== defaultSteps, 'unsupported.steps', 'options.steps'],
    [
      !can.guidance && guidanceScale !== defaultGuidanceScale,
      'unsupported.guidance',
      'options.guidanceScale',
    ],
  ];
  for (const [isRefused, key, field] of refused) if (isRefused) throw new Refusal(key, { model }, { field });
}
