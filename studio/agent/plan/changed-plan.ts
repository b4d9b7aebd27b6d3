/** A plan with a step reworded, taken out or moved; what stands on other steps goes on standing on the same ones. Pure. */
import { isDrawing } from '../action-kinds.ts';
import type { Action, PictureRef, Plan } from '../actions.ts';

/** The plan with other words for a step that draws from words. */
export function withWords(plan: Plan, step: number, prompt: string): Plan {
  return plan.map((action, at) =>
    at === step && isDrawing(action) && 'prompt' in action ? { ...action, prompt } : action,
  );
}

/** The plan with another mask, or none, for a step that edits. */
export function withMask(plan: Plan, step: number, mask: string | null): Plan {
  return plan.map((action, at) => {
    if (at !== step || action.type !== 'edit') return action;
    const { region: _, only: __, mask: ___, ...rest } = action;
    return mask === null ? rest : { ...rest, mask };
  });
}

/** The plan without a step. What stood on its picture goes on from the current one instead. */
export function withoutStep(plan: Plan, step: number): Plan {
  return reordered(
    plan,
    plan.flatMap((_, at) => (at === step ? [] : [at])),
  );
}

/** The plan with a step one place earlier. A step that stands on the one that it changes places with goes on from the current one. */
export function withStepEarlier(plan: Plan, step: number): Plan {
  const order = plan.map((_, at) => at);
  [order[step - 1], order[step]] = [order[step]!, order[step - 1]!];
  return reordered(plan, order);
}

/** The steps of a plan at these places, in this order, each with the pictures of earlier steps under their new numbers. */
function reordered(plan: Plan, order: readonly number[]): Plan {
  return order.map((at, place) => {
    const renamed = (ref: PictureRef): PictureRef | undefined => {
      if ('version' in ref) return ref;
      const found = order.indexOf(ref.step - 1);
      return found >= 0 && found < place ? { step: found + 1 } : undefined;
    };
    return withRefs(plan[at]!, renamed);
  });
}

const REFS = ['target', 'of', 'references', 'styles'] as const;

function withRefs(action: Action, renamed: (ref: PictureRef) => PictureRef | undefined): Action {
  const entries = Object.entries(action).flatMap(([key, value]): [string, unknown][] => {
    if (!(REFS as readonly string[]).includes(key)) return [[key, value]];
    if (Array.isArray(value)) return [[key, value.flatMap((ref: PictureRef) => renamed(ref) ?? [])]];
    const ref = renamed(value as PictureRef);
    return ref ? [[key, ref]] : [];
  });
  return Object.fromEntries(entries) as Action;
}
