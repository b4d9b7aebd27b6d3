/** What a step does, in words. Pure. */
import { isDrawing } from '../../../studio/agent/action-kinds.ts';
import type { Action, PictureRef, Plan } from '../../../studio/agent/actions.ts';
import type { Translator } from '../ui/translator.ts';

/** The kind of a step with what it is about, such as "Edit", "Go to v2", "Compare v1 and v3". */
export function stepLabel(t: Translator, action: Action): string {
  switch (action.type) {
    case 'new':
    case 'edit':
    case 'style':
    case 'identity':
    case 'combine':
      return t(`composer.modes.${action.type}`);
    case 'vary':
      return t('plan.steps.vary', { count: action.count ?? 1 });
    case 'undo':
    case 'redo':
      return t(`plan.steps.${action.type}`, { times: action.times ?? 1 });
    case 'go-to':
    case 'branch':
      return t(`plan.steps.${action.type}`, { version: action.version });
    case 'leave-out':
    case 'take-in':
    case 'reword':
      return t(`plan.steps.${action.type}`, { version: action.edit });
    case 'move':
      return t('plan.steps.move', { version: action.edit, after: action.after });
    case 'compare':
      return t('plan.steps.compare', { one: action.versions[0], other: action.versions[1] });
    case 'search':
      return t('plan.steps.search', { words: action.query });
    case 'rename':
      return t('plan.steps.rename', { title: action.title });
    case 'export':
      return action.what === 'session' ? t('plan.steps.exportSession') : t('plan.steps.exportPicture');
    case 'repeat':
    case 'same-layout':
    case 'apply-as-one':
    case 'stop':
      return t(`plan.steps.${action.type}`);
    case 'answer':
      return t('plan.answer');
    case 'ask':
      return t('plan.question');
  }
}

/** A plan in a few words: its one step, or how many it has. */
export function planLabel(t: Translator, plan: Plan): string {
  const [only, ...more] = plan;
  return only && more.length === 0 ? stepLabel(t, only) : t('plan.count', { count: plan.length });
}

/** The words that a step draws from; null for one that has none of its own. */
export function wordsOf(action: Action): string | null {
  return 'prompt' in action ? action.prompt : null;
}

/** The version that a step is about; null where it names none. */
export function versionOf(action: Action): number | null {
  const ref = refOf(action);
  return ref && 'version' in ref ? ref.version : null;
}

function refOf(action: Action): PictureRef | undefined {
  if (isDrawing(action)) {
    if ('of' in action) return action.of;
    return 'target' in action ? action.target : undefined;
  }
  switch (action.type) {
    case 'go-to':
    case 'branch':
      return { version: action.version };
    case 'leave-out':
    case 'take-in':
    case 'move':
    case 'reword':
      return { version: action.edit };
    case 'export':
      return action.version === undefined ? undefined : { version: action.version };
    default:
      return undefined;
  }
}
