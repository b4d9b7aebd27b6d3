/** What kind of step an action is, told without the schemas: the page asks it, too. Pure. */
import type { Action, ActionOf, Changing, Drawing, Plan, StepOutcome } from './actions.ts';

const DRAWING: Record<Drawing['type'], true> = {
  new: true,
  edit: true,
  style: true,
  identity: true,
  combine: true,
  vary: true,
  repeat: true,
  'same-layout': true,
};
const CHANGING: Record<Changing['type'], true> = {
  undo: true,
  redo: true,
  'go-to': true,
  branch: true,
  'leave-out': true,
  'take-in': true,
  move: true,
  reword: true,
  'apply-as-one': true,
  rename: true,
  stop: true,
};

/** Whether an action draws a turn of its own. */
export const isDrawing = (action: Action): action is Drawing => Object.hasOwn(DRAWING, action.type);

/** Whether an action changes what is there. */
export const isChanging = (action: Action): action is Changing => Object.hasOwn(CHANGING, action.type);

/** Whether an action is words alone: an answer, or a question. */
export const isAnswerOnly = (action: Action): action is ActionOf<'answer' | 'ask'> =>
  action.type === 'answer' || action.type === 'ask';

/** Whether steps of a plan are still to be taken. */
export function isUnfinished({ plan, outcomes }: { plan: Plan; outcomes: readonly StepOutcome[] }): boolean {
  const last = outcomes.at(-1);
  return outcomes.length < plan.length && !last?.refusal && !last?.isLeft;
}
