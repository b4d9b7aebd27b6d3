/**
 * Rules and weights together: what rules read of a clause stands where the weights find its kind possible. Where they do not, the likelier
 * kind is read if the clause says what it needs; else it is asked. So a command that no rule knows is not drawn. Pure.
 */
import { isChanging, isDrawing } from '../action-kinds.ts';
import type { Action, Choice, Plan } from '../actions.ts';
import { type Clause, written } from '../clause.ts';
import { isVague, unclear } from '../rules/asking.ts';
import { isComplaint } from '../rules/complaint.ts';
import { isOfEdits } from '../rules/rule.ts';
import type { Scene } from '../scene.ts';
import { DRAWING_KINDS, type Kind, kindOf } from './kinds.ts';
import type { Likely } from './likely.ts';
import { readAs } from './read-as.ts';

/** Below this a kind of an action is doubted, … */
const DOUBTED = 0.02;
/** … or below this, where another one is likelier than that. */
const DOUBTED_BESIDE = 0.05;
const BESIDE = 0.5;
/** Below this drawing is hardly meant, whatever else is. */
const HARDLY_DRAWN = 0.1;
/** From this on an answer is given in the place of another answer. */
const SURE = 0.6;
/** From this on another kind is taken; one that draws or changes something must be surer, and one way to draw in the place of another. */
const TAKEN = 0.3;
const TAKEN_TO_ACT = 0.5;
const TAKEN_TO_DRAW = 0.7;

/** What is done with a clause that rules read as a plan. */
export function settled(scene: Scene, clause: Clause, plan: Plan, likely: Likely): Plan {
  // What has no word of either language is read by nobody: small pictures, other scripts.
  if (!/[a-z]|\p{Script=Han}/iu.test(clause.text)) return plan;
  const best = likely.best();
  if (isUnclear(plan)) return clearer(scene, clause, plan, likely) ?? plan;
  // "Set of four stamps" in an empty session is a picture.
  if (!scene.hasPicture && plan.some(isNothingThere) && best === 'new' && likely.of('new') >= TAKEN_TO_DRAW)
    return readAs('new', scene, clause) ?? plan;
  // A question which picture is meant does no harm.
  if (plan.some(({ type }) => type === 'ask')) return plan;
  const other = best !== 'ask' && likely.of(best) >= needed(best) ? readAs(best, scene, clause) : undefined;
  if (!plan.some((action) => isDoubted(clause, action, likely)))
    return drawnOtherwise(clause, plan, likely) ? (other ?? plan) : plan;
  if (other) return other;
  // An answer does no harm.
  const acts = plan.some((action) => isDrawing(action) || isChanging(action));
  return acts ? [asked(scene, clause)] : plan;
}

/** The usual question, and to draw the words as a new picture too. */
function asked(scene: Scene, clause: Clause): Action {
  const words = written(clause, clause.text).trim();
  const question = unclear(scene, words, clause.language);
  if (question.type !== 'ask' || !scene.hasPicture || words === '') return question;
  const plan: Choice['plan'] = [{ type: 'new', prompt: words }];
  return { ...question, choices: [...question.choices, { label: 'draw-new', params: { words }, plan }] };
}

/** The likeliest reading of what no rule reads. */
function clearer(scene: Scene, clause: Clause, plan: Plan, likely: Likely): Plan | undefined {
  const best = likely.best();
  if (best === 'ask' || likely.of(best) < needed(best) || isComplaint(scene, clause)) return undefined;
  // Words that rules know to say nothing are not drawn.
  if (DRAWING_KINDS.includes(best) && (isVague(clause.text) || !offersToDraw(plan))) return undefined;
  return readAs(best, scene, clause);
}

const offersToDraw = (plan: Plan): boolean =>
  plan.some(
    (action) =>
      action.type === 'ask' && action.choices.some(({ label }) => label === 'edit' || label === 'draw'),
  );

const ACTS: ReadonlySet<Kind> = new Set([...DRAWING_KINDS, 'undo', 'redo', 'go', 'edits', 'stop']);
const needed = (kind: Kind): number => (ACTS.has(kind) ? TAKEN_TO_ACT : TAKEN);

/** Whether a step is drawn in a way that is hardly meant, and another way is. */
function drawnOtherwise({ references }: Clause, plan: Plan, likely: Likely): boolean {
  const best = likely.best();
  return (
    plan.length === 1 &&
    isDrawing(plan[0]!) &&
    // A mention says itself what goes in.
    !references.some(({ text }) => text.startsWith('@')) &&
    DRAWING_KINDS.includes(best) &&
    likely.of(best) >= TAKEN_TO_DRAW &&
    likely.of(kindOf(plan[0]!)) < (kindOf(plan[0]!) === 'new' ? DOUBTED_BESIDE : 1 - TAKEN_TO_DRAW)
  );
}

/** Kinds that are said alike: leaving the newest edit out is undoing it, and so is going back to what it changed. */
const NEAR: Partial<Record<Kind, readonly Kind[]>> = {
  edits: ['undo'],
  undo: ['edits', 'go'],
  go: ['undo'],
  redo: ['edits'],
};
const OWN_WORDS: ReadonlySet<Kind> = new Set(['greeting', 'thanks', 'declined', 'status']);
/** It says only that something is a question about nothing here. */
const isLastAnswer = (action: Action): boolean => action.type === 'answer' && action.reason === 'question';

/** "v2 but in winter": the version is a picture, whatever steps are called. */
const BESIDES = /\b(?:but|only|except|same as)\b|但|不过|只是|一样|那样/iu;

/** What begins so changes a picture, unless that is all but impossible. */
const SURELY_EDITS =
  /^(?:(?:now|then|please|also|and|just) )*(?:add|make (?:it|him|her|them|the)|give (?:it|him|her|them|the)|put (?:an?|the|some|[\uF000-\uF0FF] (?:in|on|next|be|into|onto|behind|under|over|near))|paint|turn (?:it|the|him|her)|replace|swap|change the|write|(?:can|could|should) (?:it|he|she|they|the \w+) (?:say|read|have|wear|hold|get))\b|^(?:请|再|也|还|帮我)*(?:加|换成|改成|变成|给它|给(?!我|你).{1,6}(?:加|戴|穿|换|配)|戴|把.+(?:换成|改成|变成|放))/iu;

const isDoubted = (clause: Clause, action: Action, likely: Likely): boolean =>
  isDrawing(action) ? isDrawingDoubted(clause, action, likely) : isOtherDoubted(action, likely);

/** Drawing is doubted where anything else is likelier. */
function isDrawingDoubted(clause: Clause, action: Action, likely: Likely): boolean {
  const best = likely.best();
  if (DRAWING_KINDS.includes(best)) return false;
  // "make the second one blue": a picture is changed; a step, an edit or "v2" may be to be said in other words.
  const isChanged = action.type === 'edit' && action.target !== undefined && !isOfEdits(clause);
  if (isChanged && BESIDES.test(clause.text) && !clause.questioned) return false;
  const isOfPicture = !isOfEdits(clause) && !clause.references.some(({ text }) => /v ?\d/i.test(text));
  if (best === 'edits' && action.type === 'edit' && action.target && isOfPicture) return false;
  const drawn = likely.any(DRAWING_KINDS);
  if (SURELY_EDITS.test(clause.text)) return drawn < TAKEN && likely.of(best) >= BESIDE;
  return likely.of(best) >= TAKEN || drawn < HARDLY_DRAWN;
}

/** Any other action is doubted only where it is hardly possible; an answer, which costs nothing, wherever another kind is sure. */
function isOtherDoubted(action: Action, likely: Likely): boolean {
  const kind = kindOf(action);
  const of = likely.any([kind, ...(NEAR[kind] ?? [])]);
  const best = likely.best();
  // What is said to us and what is refused has words of its own, in which nobody asks for a drawing.
  const isSure = action.type === 'answer' && OWN_WORDS.has(kind) && !isLastAnswer(action);
  if (isSure && DRAWING_KINDS.includes(best)) return false;
  if (action.type === 'answer' && of < 1 - SURE && likely.of(best) > SURE) return true;
  return of < DOUBTED || (of < DOUBTED_BESIDE && likely.of(best) > BESIDE);
}

const isNothingThere = (action: Action): boolean => action.type === 'ask' && action.kind === 'nothing-there';

const isUnclear = (plan: Plan): boolean =>
  plan.every(
    (action) => action.type === 'ask' && (action.kind === 'what-to-do' || action.kind === 'what-to-draw'),
  );
