/** When a message is the turn that the composer shows, and nothing more. Pure. */
import { mentionsOf } from '../../mentions/mentions.ts';
import type { Turn } from '../../requests.ts';
import type { Action, Plan } from '../actions.ts';

/**
 * Whether a plan is the turn that a message would be as it stands: one step that draws from the same words, on the pictures that
 * the turn takes by itself. The turn is drawn then as it was typed. A mention in the text is an input of the turn already.
 */
export function isTurnAsTyped(plan: Plan, turn: Turn): boolean {
  const [action, ...more] = plan;
  if (!action || more.length > 0) return false;
  if (mentionsOf(turn.prompt).length > 0)
    return isWorded(action) && !isRegional(action) && !isOfAnother(action, turn);
  if (action.type !== 'new' && action.type !== 'edit') return false;
  const isPlain = Object.keys(action).every((key) => key === 'type' || key === 'prompt');
  if (action.type === 'edit') return isPlain;
  return isPlain && !isEditOfOnePicture(turn) && !isHeaded(turn.prompt, action.prompt);
}

const ANOTHER = /\b(?:new|another|different|else|next|fresh|scratch)\b|新|另|换|下一|别的/i;

/** Whether words of another picture, as in "new picture: a fox", stand before what is drawn. They are said to the studio, not drawn. */
const isHeaded = (typed: string, prompt: string): boolean =>
  ANOTHER.test(typed.slice(0, Math.max(typed.indexOf(prompt), 0)));

/** The mode that stands in the composer by itself once there is a picture: no choice of the user's, such as a reference or a mask. */
const isEditOfOnePicture = ({ mode, inputs = [] }: Turn): boolean =>
  mode === 'edit' && inputs.every(({ role }) => role === 'target');

/** "like @2 but at night" changes what it mentions; the typed turn would change the current picture, with the mention beside it. */
const isOfAnother = (action: Action, { inputs = [] }: Turn): boolean =>
  action.type === 'edit' && action.target !== undefined && inputs.every(({ role }) => role !== 'target');

const isWorded = (action: Action): boolean => 'prompt' in action && action.type !== 'reword';
const isRegional = (action: Action): boolean =>
  action.type === 'edit' && (action.region !== undefined || action.only !== undefined);
