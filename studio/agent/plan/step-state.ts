/** Where a step of a message stands, from what came of it and the runs of its turns. Pure. */
import type { MessageView, TurnView } from '../../protocol.ts';
import { isUnderWay } from '../../vocabulary.ts';
import { isDrawing, isUnfinished } from '../action-kinds.ts';

/**
 * `waiting`: for its turn in the line, or for a picture; `left`: never taken, since one before it was refused. A step that draws ends
 * as its run does.
 */
export type StepState = 'waiting' | 'running' | 'done' | 'stopped' | 'failed' | 'refused' | 'left';

type Told = Pick<MessageView, 'plan' | 'outcomes'>;

/** The turns that a step made, as far as they are there. */
export function turnsOfStep(message: Told, step: number, turns: readonly TurnView[]): TurnView[] {
  const ids = message.outcomes[step]?.turnIds ?? [];
  return turns.filter(({ id }) => ids.includes(id));
}

export function stateOfStep(message: Told, step: number, turns: readonly TurnView[]): StepState {
  const outcome = message.outcomes[step];
  if (!outcome) return isUnfinished(message) ? 'waiting' : 'left';
  if (outcome.refusal) return 'refused';
  if (outcome.isLeft) return 'left';
  const jobs = turnsOfStep(message, step, turns).flatMap(({ job }) => job ?? []);
  const has = (state: string) => jobs.some((job) => job.state === state);
  if (has('running')) return 'running';
  if (jobs.some(isUnderWay)) return 'waiting';
  if (has('failed')) return 'failed';
  return has('cancelled') ? 'stopped' : 'done';
}

/** Whether a step may still become another one: it was not taken, or it draws and has not drawn all of it. */
export function isOpen(message: Told, step: number, turns: readonly TurnView[]): boolean {
  const outcome = message.outcomes[step];
  if (!outcome || outcome.refusal || outcome.isLeft) return true;
  return isDrawing(message.plan[step]!) && stateOfStep(message, step, turns) !== 'done';
}
