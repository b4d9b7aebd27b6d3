/**
 * Carries out the steps of a plan, each by the same command that a button of the page calls: a step that draws is an ordinary turn,
 * which waits for the turns it stands on. Knows no message.
 */
import { jobsUnderWay } from '../../db/jobs.ts';
import { findMessage, type MessageRow, setOutcomes } from '../../db/messages.ts';
import { isDrawing, isUnfinished } from '../../studio/agent/action-kinds.ts';
import type { Action, ActionOf, Drawing, PictureRef, StepOutcome } from '../../studio/agent/actions.ts';
import { endOfBranch } from '../../studio/branch.ts';
import type { PictureView, TurnInput, TurnView } from '../../studio/protocol.ts';
import { Refusal, type Wording } from '../../studio/refusal.ts';
import { branchOf } from '../../studio/replay.ts';
import { type Turn, turnSchema } from '../../studio/requests.ts';
import { type InputRole, isUnderWay, type TurnMode } from '../../studio/vocabulary.ts';
import { appendEvent } from '../log/event-log.ts';
import type { Runtime } from '../runtime.ts';
import { rebase, replay } from '../turns/replay.ts';
import { changeSession, requireSession } from '../turns/sessions.ts';
import { repeatTurn, takeTurn } from '../turns/take-turn.ts';
import { stepWithin } from '../turns/undo.ts';
import { historyView, messageView, turnViews } from '../views/views.ts';
import { maskOfWords } from './mask-of-words.ts';

/** A plan on its way: the turns that its steps have made so far. */
interface Run {
  parts: Runtime;
  message: MessageRow;
  sessionId: string;
  /** The first turn of each step; undefined for one that made none. */
  made: readonly (string | undefined)[];
}

/**
 * Takes the steps of a message that are left, in their order, up to the first that is refused, or that needs a picture which an
 * earlier step is still making. What came of a step is stored before the next one is taken: a step that draws is found again by its
 * key, and one that goes back or forth is stored with what it did. Answers the message as it is then.
 */
export async function carryOut(parts: Runtime, messageId: string): Promise<MessageRow> {
  for (let row = findMessage(parts.db, messageId)!; ; ) {
    const next = isUnfinished(row) ? await takeStep(parts, row) : undefined;
    if (!next) return row;
    row = next;
  }
}

/** Takes the next step; undefined where it must wait. */
async function takeStep(parts: Runtime, message: MessageRow): Promise<MessageRow | undefined> {
  const { plan, outcomes, sessionId } = message;
  const made = outcomes.map(({ turnIds }) => turnIds?.[0]);
  const run: Run = { parts, message, sessionId, made };
  const action = plan[outcomes.length]!;
  if (action.type === 'undo' || action.type === 'redo')
    return parts.db.write(() => keep(run, travelled(run, action)));
  try {
    const turnIds = isDrawing(action) ? [await draw(run, action)] : change(run, action);
    return parts.db.write(() => keep(run, turnIds.length > 0 ? { turnIds } : {}));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'unmade_picture' && isMaking(run)) return undefined;
    return parts.db.write(() => keep(run, { refusal: wordingOf(error) }));
  }
}

function wordingOf({ code, reason, params }: Refusal): Wording {
  return { code, ...(reason && { reason }), params: { ...params } };
}

/** Keeps what came of a step, with its event; inside of `write`. */
function keep({ parts: { db }, message, sessionId }: Run, outcome: StepOutcome): MessageRow {
  const row = setOutcomes(db, message.id, [...message.outcomes, outcome]);
  appendEvent(db, {
    ...{ sessionId, jobId: null, type: 'message.updated' },
    payload: { message: messageView(row) },
  });
  return row;
}

/** Whether an earlier step is still making its pictures. */
function isMaking(run: Run): boolean {
  const own = new Set(run.message.outcomes.flatMap(({ turnIds = [] }) => turnIds));
  return turnsOf(run).some(({ id, job }) => own.has(id) && isUnderWay(job));
}

/** Goes back or forth, as often as was asked and is possible, once at least; inside of `write`. */
function travelled({ parts, sessionId }: Run, { type, times = 1 }: ActionOf<'undo' | 'redo'>): StepOutcome {
  try {
    requireSession(parts, sessionId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: wordingOf(error) };
  }
  let done = 0;
  while (done < times && stepWithin(parts, sessionId, type)) done += 1;
  return done > 0 ? {} : { refusal: { code: `nothing_to_${type}`, params: {} } };
}

/** The key of the step that comes next. */
const keyOf = ({ message, made }: Run): string =>
  `${message.idempotencyKey}${message.revision > 0 ? `/${message.revision}` : ''}/step/${made.length}`;

/** The id of the turn that a drawing step makes. */
async function draw(run: Run, action: Drawing): Promise<string> {
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
      return takeTurn(parts, sessionId, keyOf(run), await masked(run, action, turnOf(run, action))).turn.id;
  }
}

type Worded = Extract<Drawing, { prompt: string }>;

function turnOf(run: Run, action: Worded): Turn {
  const inputs = (refs: readonly PictureRef[] | undefined, role: InputRole) =>
    (refs ?? []).map((ref) => inputOf(run, ref, role));
  const target = 'target' in action && action.target ? [inputOf(run, action.target, 'target')] : [];
  const references = 'references' in action ? inputs(action.references, 'reference') : [];
  const styles = action.type === 'style' ? inputs(action.styles, 'style') : [];
  const { options, model } = run.message.settings;
  return turnSchema.parse({
    prompt: action.prompt,
    mode: action.type satisfies TurnMode,
    inputs: [...target, ...references, ...styles],
    options: { ...options, ...action.options },
    model,
  });
}

/** The turn of an edit that keeps to a part of its picture. Where a model knows no masks, the rest is put back. */
async function masked({ parts, sessionId }: Run, action: Worded, turn: Turn): Promise<Turn> {
  if (action.type !== 'edit') return turn;
  const mask = action.mask ?? (await maskOfWords(parts, sessionId, turn, action));
  if (mask === undefined) return turn;
  return {
    ...turn,
    inputs: [...turn.inputs, { maskHash: mask, role: 'mask' }],
    options: { ...turn.options, composite: true },
  };
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

/** A picture that is made; without a name the end of the branch. Throws {@link Refusal} `unmade_picture` for one still to come. */
function madePicture(run: Run, ref: PictureRef | undefined): PictureView {
  if (ref && 'version' in ref) return pictureOf(run, ref.version);
  const { turnId, index } = ref ? { turnId: madeBy(run, ref.step), index: 0 } : end(run);
  const turn = turnsOf(run).find(({ id }) => id === turnId);
  const picture = turn?.pictures.find((each) => each.index === index);
  if (!picture) throw new Refusal('unmade_picture', {});
  return picture;
}

/** Does what draws no picture of its own; the ids of turns that are made again because of it. */
function change(run: Run, action: Exclude<Action, Drawing | ActionOf<'undo' | 'redo'>>): string[] {
  const { parts, sessionId } = run;
  switch (action.type) {
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
