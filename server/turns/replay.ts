/**
 * Carrying out a changed order of edits, and several edits as one: plans become turns that wait for one another, in one
 * transaction with the operation that undo takes back.
 */
import { createHash } from 'node:crypto';
import { newId, pictureIdOf } from '../../db/ids.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import { batchOfSession, type Change } from '../../db/operations.ts';
import { type NewInput, turnsOfBatch } from '../../db/turns.ts';
import type {
  ReplayAnswer,
  ReplayChange,
  ReplayStep,
  rebaseSchema,
  TurnInput,
  TurnView,
} from '../../studio/protocol.ts';
import { modelOf } from '../../studio/recipe.ts';
import { Refusal } from '../../studio/refusal.ts';
import { branchOf, type PlannedTurn, planReplay, type ReplayPlan } from '../../studio/replay.ts';
import { appendSessionUpdated } from '../log/event-log.ts';
import { doOperation } from '../log/operations.ts';
import type { Runtime } from '../runtime.ts';
import { readTurnView, turnViews } from '../views/views.ts';
import { notUnderstood } from './not-understood.ts';
import { checkPrompt } from './recipe.ts';
import { requireSession } from './sessions.ts';
import { type Claim, claimOf, storeTurn, type TurnAnswer } from './store-turn.ts';
import { takeTurn } from './take-turn.ts';
import { engineOfTurn, modelInfo } from './turn-engine.ts';

/** The steps of a change, as a dry run answers them; nothing is stored. Throws {@link Refusal}. */
export function planOf(parts: Runtime, sessionId: string, change: ReplayChange): ReplayAnswer {
  return { steps: plan(parts, sessionId, change).steps.map((turn) => stepOf(turn)), turns: [] };
}

/** Changes an earlier edit and queues the edits that depend on it. Throws {@link Refusal}. */
export function replay(parts: Runtime, sessionId: string, key: string, change: ReplayChange): ReplayAnswer {
  const { db, queue } = parts;
  const { id } = requireSession(parts, sessionId);
  const claim = claimOf(parts, `${key}/0`, ['replay', id, change]);
  // The operation is found by its key also where every picture was kept and so no job has it.
  const name = createHash('sha256')
    .update(JSON.stringify([claim.owner, claim.key]))
    .digest('hex');
  const batch = `${name}.${claim.fingerprint}`;
  const earlier = batchOfSession(db, id, name);
  if (earlier !== undefined) return earlierAnswer(parts, earlier, earlier === batch);
  const planned = plan(parts, id, change);
  const answer = db.write(() => carryOut(parts, { sessionId: id, change, planned, key, claim, batch }));
  queue.wake();
  return answer;
}

function plan(parts: Runtime, sessionId: string, change: ReplayChange): ReplayPlan {
  const session = requireSession(parts, sessionId);
  if (change.type === 'reword')
    checkPrompt(change.prompt, modelInfo(parts.engines, engineBefore(parts, session.id, change.turnId)));
  return planReplay({ session, turns: turnViews(parts.db, session.id) }, change);
}

/** The engine that drew a turn, while it is there. */
function engineBefore(parts: Runtime, sessionId: string, turnId: string): string {
  return engineOfTurn(parts, sessionId, undefined, findJobOfTurn(parts.db, turnId)?.engine);
}

interface Replay {
  sessionId: string;
  change: ReplayChange;
  planned: ReplayPlan;
  key: string;
  claim: Claim;
  batch: string;
}

function carryOut(parts: Runtime, { sessionId, change, planned, key, claim, batch }: Replay): ReplayAnswer {
  const { db } = parts;
  const changes: Change[] = planned.states.map((state) => ({ field: 'state', ...state }));
  const { headPictureId: before } = requireSession(parts, sessionId);
  if (planned.headPictureId !== null && planned.headPictureId !== before)
    changes.push({ field: 'headPictureId', before, after: planned.headPictureId });
  doOperation(db, { sessionId, kind: change.type, turnId: change.turnId, changes, batch });
  const ids = planned.steps.map((turn) => turn.kept?.id ?? newId());
  const turns: TurnView[] = [];
  planned.steps.forEach((turn, step) => {
    if (turn.kept) return;
    const { kind, mode, prompt, sentPrompt, replaces } = turn;
    const engine = engineBefore(parts, sessionId, replaces);
    const recipe = { ...turn.recipe!, ...modelOf(modelInfo(parts.engines, engine)) };
    // What its target will hold is not known before it is made.
    const warnings = notUnderstood(parts, engine, { prompt, targetId: null, turns: [] });
    const row = {
      ...{ id: ids[step]!, sessionId, kind, mode, prompt, sentPrompt },
      ...{ recipe, replaces, batch, warnings },
    };
    const own = turns.length === 0 ? claim : { ...claim, key: `${key}/${turns.length}` };
    turns.push(storeTurn(db, row, inputRows(turn, ids), { ...own, engine }).turn);
  });
  appendSessionUpdated(db, sessionId);
  return { steps: planned.steps.map((turn, step) => stepOf(turn, ids[step])), turns };
}

function inputRows(turn: PlannedTurn, ids: string[]): NewInput[] {
  return turn.inputs.map((input) => {
    if (!('step' in input))
      return { pictureId: input.pictureId, role: input.role, madeBy: input.turnId, pixelsBlob: input.hash };
    const madeBy = ids[input.step]!;
    return { pictureId: pictureIdOf(madeBy, input.index), role: input.role, madeBy, pixelsBlob: null };
  });
}

function stepOf(turn: PlannedTurn, turnId?: string): ReplayStep {
  const { replaces, kept, prompt } = turn;
  return { replaces, turnId: kept?.id ?? turnId ?? null, kept: kept !== undefined, prompt };
}

/** The answer of a replay that was asked for before under the same key: the turns that it made, without those that it kept. */
function earlierAnswer({ db }: Runtime, batch: string, isSame: boolean): ReplayAnswer {
  if (!isSame) throw new Refusal('idempotency_conflict.change', {});
  const turns = turnsOfBatch(db, batch).map((turn) => readTurnView(db, turn, findJobOfTurn(db, turn.id)));
  const steps = turns.map(({ id, replaces, prompt }) => ({
    replaces: replaces ?? id,
    turnId: id,
    kept: false,
    prompt,
  }));
  return { steps, turns };
}

type Rebase = (typeof rebaseSchema)['_zod']['output'];

/** The prompt of a rebase, and the turns whose instructions it joins. Throws {@link Refusal}. */
export function rebasePrompt(
  parts: Runtime,
  sessionId: string,
  { from, to, prompt }: Rebase,
): { prompt: string; turnIds: string[]; inputs: TurnInput[] } {
  const session = requireSession(parts, sessionId);
  const graph = { session, turns: turnViews(parts.db, session.id) };
  const branch = branchOf(graph, to ?? session.headPictureId);
  const start = branch.findIndex(({ turn }) => turn.pictures.some(({ id }) => id === from));
  const edits = branch.slice(start + 1).map(({ turn }) => turn);
  if (start < 0 || edits.length === 0) throw new Refusal('not_on_branch.no_edits', {}, { field: 'from' });
  const references = edits.flatMap(({ inputs }) =>
    inputs
      .filter(({ role }) => role === 'reference' || role === 'style')
      .map(({ pictureId, role }) => ({ pictureId, role })),
  );
  return {
    prompt: prompt ?? joined(edits.map((turn) => turn.prompt)),
    turnIds: edits.map(({ id }) => id),
    inputs: [{ pictureId: from, role: 'target' }, ...references],
  };
}

/** Queues one edit with the instructions of several. Throws {@link Refusal}. */
export function rebase(
  parts: Runtime,
  sessionId: string,
  key: string,
  asked: Rebase,
): TurnAnswer & { prompt: string } {
  const { prompt, inputs } = rebasePrompt(parts, sessionId, asked);
  const turn = { prompt, mode: 'edit', inputs, options: {} } as const;
  return { ...takeTurn(parts, sessionId, key, turn), prompt };
}

/** Instructions in their order as one sentence. */
function joined(prompts: string[]): string {
  const isChinese = prompts.every((prompt) => /\p{Script=Han}/u.test(prompt));
  const parts = prompts.map((prompt) => prompt.trim().replace(/[\s.,;!?。，；！？]+$/u, ''));
  return parts.join(isChinese ? '，然后' : ', then ');
}
