/**
 * What a message asks that the chosen engine cannot do, though others can. Pure: the server refuses by it before anything is stored, and
 * the page greys by it before anything is sent.
 */
import type { ModelInfo } from '../engine/index.ts';
import type { Recipe } from './recipe.ts';
import type { RefusalKey } from './refusal.ts';
import type { Turn } from './requests.ts';
import type { InputRole } from './vocabulary.ts';

export interface Asked {
  inputs: readonly { role: InputRole }[];
  options: Turn['options'];
  recipe: Pick<Recipe, 'layout' | 'count' | 'composite'>;
  sameLayoutAs?: string | undefined;
}

export const hasMask = (inputs: Asked['inputs']): boolean => inputs.some(({ role }) => role === 'mask');

/** A part of a message that an engine cannot honour. */
export type Unable = Exclude<
  Extract<RefusalKey, `unsupported.${string}`>,
  'unsupported.no_tokens' | 'unsupported.other_layout'
>;

/** The first part that the engine cannot honour, and the field of the request that asks for it; undefined where it can all. */
export function unableTo(
  { can, defaultSteps, defaultGuidanceScale }: ModelInfo,
  { inputs, options, recipe, sameLayoutAs }: Asked,
): { key: Unable; field: string } | undefined {
  const { seed, steps = defaultSteps, guidanceScale = defaultGuidanceScale } = options;
  const parts: [boolean, Unable, string][] = [
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
  const found = parts.find(([isUnable]) => isUnable);
  return found && { key: found[1], field: found[2] };
}

/** The options that an engine can honour: those set for another are left to it. */
export function optionsWithin({ can }: ModelInfo, options: Turn['options']): Turn['options'] {
  const { seed, steps, guidanceScale, layout, quality, ...others } = options;
  return {
    ...others,
    ...(can.seeds && seed !== undefined && { seed }),
    ...(can.steps && { ...(steps !== undefined && { steps }), ...(quality !== undefined && { quality }) }),
    ...(can.guidance && guidanceScale !== undefined && { guidanceScale }),
    ...(can.sameLayout && layout !== undefined && { layout }),
  };
}

/** Steps of a draft: enough to judge a layout by. */
export function draftSteps({ defaultSteps }: Pick<ModelInfo, 'defaultSteps'>): number {
  return Math.ceil(defaultSteps / 3);
}

/** A model that takes fewer steps than this is done so soon that a draft is no gain: on mini, 3 steps look like 8. */
const LEAST_STEPS_TO_DRAFT = 12;

/** Whether a draft is worth offering: the model follows a number of steps, and usually takes many. */
export function isDraftQuicker({ can, defaultSteps }: Pick<ModelInfo, 'can' | 'defaultSteps'>): boolean {
  return can.steps && defaultSteps >= LEAST_STEPS_TO_DRAFT;
}
