/**
 * The one table by which messages are read: rules in the order in which they are asked, surest first. What is said is an action only where
 * its words are there and nothing else is said beside them; drawing stands last, and what is no change, no picture and no command is
 * asked about. Pure.
 */
import type { Plan } from './actions.ts';
import type { Clause } from './clause.ts';
import { ASKING, ASKING_FIRST } from './rules/asking.ts';
import { EDIT } from './rules/change.ts';
import { COMPLAINT } from './rules/complaint.ts';
import { DECLINED } from './rules/declined.ts';
import { EDITS } from './rules/earlier/edits.ts';
import { GO } from './rules/go-to.ts';
import { COMPARE, KEEPING, NAMED, SEARCH } from './rules/keeping.ts';
import { LIKE_BUT } from './rules/like-but.ts';
import { LOOKS, TAKEN_OVER } from './rules/looks.ts';
import { MORE_RULES, REPEATS } from './rules/more.ts';
import { NEW } from './rules/new-picture.ts';
import { QUESTIONS } from './rules/questions.ts';
import { firstOf, type Rule } from './rules/rule.ts';
import { STOP } from './rules/stop.ts';
import { TALK } from './rules/talk.ts';
import { BACK } from './rules/undo.ts';
import type { Scene } from './scene.ts';

/** Rules of commands, questions and talk. */
const COMMANDS: readonly Rule[] = [
  COMPLAINT,
  ...TALK,
  ...DECLINED,
  ...COMPARE,
  SEARCH,
  ...ASKING_FIRST,
  ...QUESTIONS,
  ...STOP.slice(0, 1),
  ...EDITS,
  ...STOP.slice(1),
  ...BACK,
  ...KEEPING,
  REPEATS,
  ...MORE_RULES,
  LIKE_BUT,
  ...LOOKS,
  ...GO,
  ...ASKING,
];
/** Rules that draw. */
const DRAWING: readonly Rule[] = [...NEW, ...EDIT];

export const TABLE: readonly Rule[] = [...COMMANDS, ...DRAWING];

/** Rules of what is said in several clauses at once: another order of edits, other words of one, one left out and the others kept. */
export const WHOLE: readonly Rule[] = [
  ...EDITS.filter(({ action }) => action !== 'take-in'),
  TAKEN_OVER,
  NAMED,
  REPEATS,
];

/** The plan of a clause; a long one is a description that is drawn as it stands. */
export function readByTable(scene: Scene, clause: Clause): Plan | undefined {
  return firstOf(TABLE, scene, clause);
}
