/**
 * Whether a step can stand in a plan: whether the versions and the earlier steps that it names are there. For plans of readers that
 * may be wrong. Pure.
 */
import type { Wording } from '../refusal.ts';
import { isDrawing } from './action-kinds.ts';
import { type Action, MOST_STEPS, type PictureRef, type Plan } from './actions.ts';
import type { SeenSession } from './seen-session.ts';

/** Most pictures that one plan of a language model draws. */
export const MOST_PICTURES = 8;

/** Why a step cannot follow the steps of a plan in a session; undefined where it can. */
export function problemOf(
  step: Action,
  plan: Plan | readonly Action[],
  session: SeenSession,
): Wording | undefined {
  if (plan.length >= MOST_STEPS) return { code: 'too_many_steps', params: { most: MOST_STEPS } };
  const pictures = [...plan, step].reduce((sum, each) => sum + picturesOf(each), 0);
  if (pictures > MOST_PICTURES) return { code: 'too_many_pictures', params: { most: MOST_PICTURES } };
  for (const ref of refsOf(step)) {
    if ('version' in ref && !session.versions.some(({ version }) => version === ref.version))
      return { code: 'unknown_picture', reason: 'none', params: { pictureId: `v${ref.version}` } };
    const earlier = 'step' in ref ? plan[ref.step - 1] : undefined;
    if ('step' in ref && !(earlier && isDrawing(earlier))) return { code: 'unmade_picture', params: {} };
  }
  return undefined;
}

function picturesOf(action: Action): number {
  if (!isDrawing(action)) return 0;
  if (action.type === 'vary') return action.count ?? 1;
  return action.options?.count ?? 1;
}

/** The pictures that a step names. */
function refsOf(action: Action): PictureRef[] {
  const version = (each: number | undefined) => (each === undefined ? [] : [{ version: each }]);
  switch (action.type) {
    case 'vary':
    case 'repeat':
    case 'same-layout':
      return action.of ? [action.of] : [];
    case 'new':
    case 'identity':
    case 'combine':
      return action.references ?? [];
    case 'edit':
      return [...(action.target ? [action.target] : []), ...(action.references ?? [])];
    case 'style':
      return [...(action.target ? [action.target] : []), ...action.styles];
    case 'go-to':
    case 'branch':
    case 'export':
      return version(action.version);
    case 'leave-out':
    case 'take-in':
    case 'reword':
      return version(action.edit);
    case 'move':
      return [...version(action.edit), ...version(action.after)];
    case 'apply-as-one':
      return version(action.from);
    case 'compare':
      return action.versions.map((each) => ({ version: each }));
    case 'answer':
      return (action.pictures ?? []).map((each) => ({ version: each }));
    default:
      return [];
  }
}
