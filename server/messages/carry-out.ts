/**
 * Carries out the steps of a plan, each by the same command that a button of the page calls: a step that draws is an ordinary turn,
 * which waits for the turns it stands on. Knows no message.
 */
import { jobsUnderWay } from '../../db/jobs.ts';
import {
  type Action,
  type ActionOf,
  type Drawing,
  isDrawing,
  type PictureRef,
  type Plan,
  type StepOutcome,
} from '../../studio/agent/actions.ts';
import { endOfBranch } from '../../studio/branch.ts';
import type { PictureView, TurnInput, TurnView } from '../../studio/protocol.ts';
import { Refusal } from '../../studio/refusal.ts';
import { branchOf } from '../../studio/replay.ts';
import { type Turn, turnSchema } from '../../studio/requests.ts';
import type { InputRole, TurnMode } from '../../studio/vocabulary.ts';
import type { Runtime } from '../runtime.ts';
import { rebase, replay } from '../turns/replay.ts';
import { changeSession, requireSession } from '../turns/sessions.ts';
import { repeatTurn, takeTurn } from '../turns/take-turn.ts';
import { redoStep, undoStep } from '../turns/undo.ts';
import { historyView, turnViews } from '../views/views.ts';

/** A plan on its way: the turns that its steps have made so far. */
interface Run {
  parts: Runtime;
  sessionId: string;
  /** Begins the Idempotency-Key of every step. */
  key: string;
  /** The first turn of each step; undefined for one that made none. */
  made: (string | undefined)[];
}

/** Takes the steps in their order, up to the first that is refused. Answers what came of each that was tried. */
export function carryOut(parts: Runtime, sessionId: string, key: string, plan: Plan): StepOutcome[] {
  const run: Run = { parts, sessionId, key, made: [] };
  const outcomes: StepOutcome[] = [];
  for (const action of plan) {
    const outcome = outcomeOf(run, action);
    outcomes.push(outcome);
    if (outcome.refusal) break;
    run.made.push(outcome.turnIds?.[0]);
  }
  return outcomes;
}

function outcomeOf(run: Run, action: Action): StepOutcome {
  try {
    const turnIds = isDrawing(action) ? [draw(run, action)] : change(run, action);
    return turnIds.length > 0 ? { turnIds } : {};
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, reason, params } = error;
    return { refusal: { code, ...(reason && { reason }), params: { ...params } } };
  }
}

/** The key of the step that comes next. */
const keyOf = ({ key, made }: Run): string => `${key}/step/${made.length}`;

/** The id of the turn that a drawing step makes. */
function draw(run: Run, action: Drawing): string {
  const { parts, sessionId } = run;
  switch (action.type) {
    case 'vary':
      return repeatTurn(parts, turnIdOf(run, action.of), keyOf(run), {
        options: action.count === undefined ? {} : { count: action.count },
      }).turn.id;
    case 'repeat':
      return repeatTurn(parts, turnIdOf(run, action.of), keyOf(run), { options: action.options }).turn.id;
    case 'same-layout': {
      const { id, turnId } = madePicture(run, action.of);
      return repeatTurn(parts, turnId, keyOf(run), { options: action.options, sameLayoutAs: id }).turn.id;
    }
    default:
      return takeTurn(parts, sessionId, keyOf(run), turnOf(run, action)).turn.id;
  }
}

type Worded = Extract<Drawing, { prompt: string }>;

function turnOf(run: Run, action: Worded): Turn {
  const inputs = (refs: readonly PictureRef[] | undefined, role: InputRole) =>
    (refs ?? []).map((ref) => inputOf(run, ref, role));
  const target = 'target' in action && action.target ? [inputOf(run, action.target, 'target')] : [];
  const references = 'references' in action ? inputs(action.references, 'reference') : [];
  const styles = action.type === 'style' ? inputs(action.styles, 'style') : [];
  return turnSchema.parse({
    prompt: action.prompt,
    mode: action.type satisfies TurnMode,
    inputs: [...target, ...references, ...styles],
    options: action.options ?? {},
  });
}

function inputOf(run: Run, ref: PictureRef, role: InputRole): TurnInput {
  if ('version' in ref) return { pictureId: pictureOf(run, ref.version).id, role };
  return { turnId: madeBy(run, ref.step), index: 0, role };
}

/** The turn of an earlier step. Throws {@link Refusal} `unmade_picture` where it made none. */
function madeBy({ made }: Run, step: number): string {
  const turnId = made[step - 1];
  if (turnId === undefined) throw new Refusal('unmade_picture', {});
  return turnId;
}

const turnsOf = ({ parts, sessionId }: Run): TurnView[] => turnViews(parts.db, sessionId);

/** A version of the session. Throws {@link Refusal} `unknown_picture`. */
function pictureOf(run: Run, version: number): PictureView {
  const all = turnsOf(run).flatMap(({ pictures }) => pictures);
  const picture = all.find((each) => each.version === version);
  if (!picture) throw new Refusal('unknown_picture.none', { pictureId: `v${version}` });
  return picture;
}

/** The end of the branch as it will be. Throws {@link Refusal} `nothing_to_edit`. */
function end(run: Run) {
  const { parts, sessionId } = run;
  const session = requireSession(parts, sessionId);
  const picture = endOfBranch({ session, turns: turnsOf(run), history: historyView(parts.db, sessionId) });
  if (!picture?.turnId) throw new Refusal('nothing_to_edit.session', {});
  return picture;
}

/** The turn that made a picture, or will make it; without a name the end of the branch. */
function turnIdOf(run: Run, ref: PictureRef | undefined): string {
  if (!ref) return end(run).turnId!;
  return 'version' in ref ? pictureOf(run, ref.version).turnId : madeBy(run, ref.step);
}

/** A picture that is made. Throws {@link Refusal} `unmade_picture` for one that is still to come. */
function madePicture(run: Run, ref: PictureRef | undefined): PictureView {
  if (ref && 'version' in ref) return pictureOf(run, ref.version);
  const { version } = ref ? { version: null } : end(run);
  if (version === null) throw new Refusal('unmade_picture', {});
  return pictureOf(run, version);
}

/** Does what draws no picture of its own; the ids of turns that are made again because of it. */
function change(run: Run, action: Exclude<Action, Drawing>): string[] {
  const { parts, sessionId } = run;
  switch (action.type) {
    case 'undo':
    case 'redo':
      for (let time = 0; time < (action.times ?? 1); time += 1)
        (action.type === 'undo' ? undoStep : redoStep)(parts, sessionId);
      return [];
    case 'go-to':
    case 'branch':
      changeSession(parts, sessionId, { headPictureId: pictureOf(run, action.version).id });
      return [];
    case 'rename':
      changeSession(parts, sessionId, { title: action.title });
      return [];
    case 'stop':
      for (const job of jobsUnderWay(parts.db, sessionId)) parts.queue.cancel(job.id);
      return [];
    case 'leave-out':
    case 'take-in':
    case 'move':
    case 'reword':
      return replay(parts, sessionId, keyOf(run), replayChange(run, action)).turns.map(({ id }) => id);
    case 'apply-as-one':
      return [
        rebase(parts, sessionId, keyOf(run), { from: startOf(run, action.from), dryRun: false }).turn.id,
      ];
    default:
      return [];
  }
}

type Reordering = ActionOf<'leave-out' | 'take-in' | 'move' | 'reword'>;

function replayChange(run: Run, action: Reordering) {
  const { turnId } = pictureOf(run, action.edit);
  switch (action.type) {
    case 'leave-out':
      return { type: 'disable', turnId } as const;
    case 'take-in':
      return { type: 'enable', turnId } as const;
    case 'move':
      return { type: 'move', turnId, after: pictureOf(run, action.after).turnId } as const;
    case 'reword':
      return { type: 'reword', turnId, prompt: action.prompt } as const;
  }
}

/** The picture that all edits are made on again: a version, else the first of the active branch. */
function startOf(run: Run, version: number | undefined): string {
  if (version !== undefined) return pictureOf(run, version).id;
  const [first] = branchOf({ session: requireSession(run.parts, run.sessionId), turns: turnsOf(run) });
  return first!.turn.pictures.find(({ index }) => index === first!.index)!.id;
}
