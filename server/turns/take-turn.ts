/**
 * Taking a turn: it is compiled, stored, then answered. The same Idempotency-Key gives the stored answer again, also after a
 * restart. Knows no engine but its limits.
 */
import { newId } from '../../db/ids.ts';
import { findJobOfTurn } from '../../db/jobs.ts';
import { findPicture } from '../../db/pictures.ts';
import { findSession } from '../../db/sessions.ts';
import { findTurn, inputsOfTurn, type TurnRow } from '../../db/turns.ts';
import type { ModelInfo } from '../../engine/index.ts';
import type { Repeat, Turn } from '../../studio/protocol.ts';
import { modelOf, type Recipe } from '../../studio/recipe.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Runtime } from '../runtime.ts';
import { turnViews } from '../views/views.ts';
import { checkAbilities, withComposite } from './abilities.ts';
import { requireContext } from './context-graph.ts';
import { notUnderstood } from './not-understood.ts';
import { checkPrompt, checkRecipe, checkWording, completeRecipe, defaultSeed } from './recipe.ts';
import { requireSession } from './sessions.ts';
import { type Claim, claimedAnswer, claimOf, inputRow, storeTurn, type TurnAnswer } from './store-turn.ts';
import { engineOfTurn, modelInfo } from './turn-engine.ts';

/**
 * Stores a turn and queues its job.
 * Throws {@link Refusal} naming the field, `unknown_session`, `idempotency_conflict`, `engine_unavailable`.
 */
export function takeTurn(parts: Runtime, sessionId: string, key: string, turn: Turn): TurnAnswer {
  return takeClaimedTurn(parts, sessionId, claimOf(parts, key, [sessionId, turn]), turn);
}

/** As {@link takeTurn}, for a request whose claim covers more than the turn. */
export function takeClaimedTurn(parts: Runtime, sessionId: string, claim: Claim, turn: Turn): TurnAnswer {
  const { db, queue } = parts;
  const known = claimedAnswer(db, claim);
  if (known) return known;
  const session = requireSession(parts, sessionId);
  const engine = engineOfTurn(parts, sessionId, turn.model);
  const info = modelInfo(parts.engines, engine);
  checkPrompt(turn.prompt, info);
  if (turn.wording !== undefined) checkWording(turn.prompt, turn.wording, info);
  const context = requireContext(parts, sessionId, turn);
  const { kind, mode, prompt, sentPrompt, renderTexts, inputs, warnings } = context;
  const id = newId();
  const target = inputs.find((input) => input.role === 'target');
  const like = target?.widthPx ? { widthPx: target.widthPx, heightPx: target.heightPx! } : undefined;
  const complete = completeRecipe(
    { ...turn, renderTexts, isEdit: kind === 'edit' },
    info,
    like,
    defaultSeed(session.seed, id),
  );
  const recipe = withComposite(complete, info, inputs, turn.options.composite);
  checkAbilities(info, { inputs, options: turn.options, recipe });
  const row = { id, sessionId, kind, mode, prompt, sentPrompt, recipe, warnings };
  const answer = db.write(() => storeTurn(db, row, inputs.map(inputRow), { ...claim, engine }));
  queue.wake();
  return answer;
}

/**
 * Stores a turn on the inputs of another, byte for byte, and queues its job.
 * Throws {@link Refusal} naming the field, `unknown_turn`, `not_a_turn`, `idempotency_conflict`, `engine_unavailable`.
 */
export function repeatTurn(parts: Runtime, turnId: string, key: string, repeat: Repeat): TurnAnswer {
  const { db, queue } = parts;
  const claim = claimOf(parts, key, ['repeat', turnId, repeat]);
  const known = claimedAnswer(db, claim);
  if (known) return known;
  const earlier = requireTurn(parts, turnId);
  const session = requireSession(parts, earlier.sessionId);
  const engine = engineOfTurn(parts, earlier.sessionId, repeat.model, findJobOfTurn(db, turnId)?.engine);
  const info = modelInfo(parts.engines, engine);
  if (!earlier.recipe) throw new Refusal('not_a_turn', {});
  const id = newId();
  const { sessionId, kind, mode, prompt, sentPrompt } = earlier;
  const inputs = inputsOfTurn(db, turnId);
  const repeated = repeatedRecipe(parts, earlier, repeat, info, defaultSeed(session.seed, id));
  const isComposited = repeat.options.composite ?? earlier.recipe.composite;
  const recipe = withComposite(repeated, info, inputs, isComposited);
  checkAbilities(info, { inputs, ...repeat, recipe });
  const targetId = inputs.find(({ role }) => role === 'target')?.pictureId ?? null;
  const warnings = notUnderstood(parts, engine, { prompt, targetId, turns: turnViews(db, sessionId) });
  const turn = { id, sessionId, kind, mode, prompt, sentPrompt, recipe, warnings };
  const answer = db.write(() => storeTurn(db, turn, inputs, { ...claim, engine }));
  queue.wake();
  return answer;
}

function repeatedRecipe(
  parts: Runtime,
  earlier: TurnRow,
  { options, sameLayoutAs }: Repeat,
  info: ModelInfo,
  newSeed: number,
): Recipe {
  const { layoutOf: _, secondLook = false, ...before } = earlier.recipe!;
  // Another model has its own usual steps and guidance, and perhaps other sizes.
  const isOther = before.modelDigest !== info.digest;
  const quality = isOther && before.quality ? { quality: before.quality } : {};
  const asked = { options: { secondLook, ...quality, ...options }, renderTexts: before.renderTexts };
  const after = completeRecipe({ ...asked, isEdit: earlier.kind === 'edit' }, info, before, newSeed);
  // Fields that were not asked to change stay, but for the seed; steps follow where another quality was asked for.
  const recipe: Recipe = {
    ...before,
    ...(isOther ? pick(after, ['widthPx', 'heightPx', 'steps', 'guidanceScale']) : {}),
    ...pick(after, Object.keys(options)),
    ...(options.quality === undefined ? {} : { steps: after.steps, quality: options.quality }),
    seed: options.seed ?? (sameLayoutAs === undefined ? newSeed : before.seed),
    ...(info.can.steps ? {} : { steps: info.defaultSteps }),
    ...(info.can.guidance ? {} : { guidanceScale: info.defaultGuidanceScale }),
    ...(after.secondLook ? { secondLook: true } : {}),
    ...modelOf(info),
  };
  checkRecipe(recipe, info);
  return sameLayoutAs === undefined ? recipe : keepingLayout(parts, earlier, recipe, sameLayoutAs);
}

function pick(recipe: Recipe, names: string[]): Partial<Recipe> {
  return Object.fromEntries(Object.entries(recipe).filter(([name]) => names.includes(name)));
}

/** The recipe with the prior tokens of a picture instead of new ones. */
function keepingLayout({ db, owner }: Runtime, earlier: TurnRow, recipe: Recipe, pictureId: string): Recipe {
  const picture = findPicture(db, owner, pictureId);
  if (picture?.turnId !== earlier.id)
    throw new Refusal('unknown_picture.no_layout', {}, { field: 'sameLayoutAs' });
  if (picture.priorBlob === null) throw new Refusal('unsupported.no_tokens', {}, { field: 'sameLayoutAs' });
  const { widthPx, heightPx, modelDigest, modelName } = earlier.recipe!;
  // To another model the tokens would mean something else.
  if (modelDigest !== recipe.modelDigest)
    throw new Refusal(
      'unsupported.other_layout',
      { before: modelName, after: recipe.modelName },
      { field: 'sameLayoutAs' },
    );
  if (recipe.widthPx !== widthPx || recipe.heightPx !== heightPx)
    throw new Refusal('bad_request.layout_size', { widthPx, heightPx }, { field: 'options.widthPx' });
  return { ...recipe, layoutOf: { pictureId, priorHash: picture.priorBlob } };
}

/** The owner's turn. Throws {@link Refusal} `unknown_turn`. */
export function requireTurn(parts: Runtime, turnId: string): TurnRow {
  const turn = findTurn(parts.db, turnId);
  const session = turn && findSession(parts.db, turn.sessionId);
  if (session?.owner !== parts.owner) throw new Refusal('unknown_turn', { turnId });
  requireSession(parts, session.id);
  return turn!;
}
