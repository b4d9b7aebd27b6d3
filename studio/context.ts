/**
 * The compiled context of a turn: the pictures that go in, their order, roles and numbers, the prompt as the model reads it, and
 * the words to draw. Pure, and the only place that decides them: the page shows this context, the server stores it. A turn that is
 * not clear is answered with problems, each with a way out, never with a default chosen in silence.
 *
 * Order: the target first, then pictures named by hand in their order, then mentions in the order of the text, masks last.
 * So an added reference never changes the number of an earlier one.
 */
import { endOfBranch } from './branch.ts';
import { type Found, mentionedPictures } from './mentions/mentioned-pictures.ts';
import { CLOSING, type Mention, mentionsOf } from './mentions/mentions.ts';
import { note } from './notes.ts';
import { type ContextGraph, isSame, maskOf, type Picture, pictureOfId, pictureOfTurn } from './pictures.ts';
import type { CompiledInput, ContextNote, ContextResult, Turn, TurnInput } from './protocol.ts';
import { quotedTexts } from './quotes.ts';
import type { InputRole, TurnMode } from './vocabulary.ts';

type Named = { picture: Picture; role: InputRole; source: CompiledInput['source']; mention: string | null };

/** Compiles a turn; its mentions may have been read before. Answers the context, or every problem with the turn. */
export function compileContext(
  graph: ContextGraph,
  turn: Turn,
  mentions: readonly Mention[] = mentionsOf(turn.prompt),
): ContextResult {
  const { mode, prompt, renderTexts, wording = prompt } = turn;
  const byHand = turn.inputs.map((input, index) => namedInput(graph, input, `inputs.${index}`));
  const { found, problems: unclear, hints } = mentionedPictures(graph, mentions);
  const named = byHand.filter((input) => 'picture' in input);
  const inputs = numbered(withMentions(withDefault(graph, mode, named, found), mode, found));
  const unknown = [...byHand.filter((input) => 'code' in input), ...unclear];
  const [first, ...others] = [
    ...unknown,
    ...roleProblems(mode, inputs, unknown.length > 0),
    ...maskProblems(graph, inputs),
    ...countProblems(graph, inputs),
  ];
  if (first) return { ok: false, problems: [first, ...others], inputs };
  const target = inputs.find(({ role }) => role === 'target');
  return {
    ok: true,
    context: {
      mode,
      kind: target ? 'edit' : 'generate',
      prompt,
      sentPrompt: sentPrompt(wording, inputs, wording === prompt ? found : foundIn(graph, wording)),
      renderTexts: renderTexts ?? quotedTexts(prompt),
      inputs,
      warnings: [...hints, ...(target ? targetWarnings(graph, turn, target) : [])],
    },
  };
}

/** The pictures that another wording of a prompt mentions, which are those of the prompt. */
const foundIn = (graph: ContextGraph, wording: string): readonly Found[] =>
  mentionedPictures(graph, mentionsOf(wording)).found;

/** The mode of a message: what was chosen for it, else an edit where there is a picture to go on from. */
export function modeFor(graph: ContextGraph, chosen: TurnMode | null, hasTarget: boolean): TurnMode {
  if (chosen !== null && chosen !== 'edit') return chosen;
  return hasTarget || endOfBranch(graph) ? 'edit' : 'new';
}

/** A picture that was named by hand, or the problem with its name. */
function namedInput(graph: ContextGraph, input: TurnInput, field: string): Named | ContextNote {
  const picture =
    'maskHash' in input
      ? maskOf(graph, input.maskHash)
      : 'turnId' in input
        ? pictureOfTurn(graph, input.turnId, input.index)
        : pictureOfId(graph, input.pictureId);
  if (picture) return { picture, role: input.role, source: 'named', mention: null };
  return 'turnId' in input
    ? note('unmade_picture', {}, `${field}.turnId`)
    : note(
        'unknown_picture.gone',
        { pictureId: 'pictureId' in input ? input.pictureId : '' },
        `${field}.pictureId`,
      );
}

/** Adds the picture that the mode takes by default where none was named for its role. */
function withDefault(graph: ContextGraph, mode: TurnMode, named: Named[], found: readonly Found[]): Named[] {
  const has = (role: InputRole) => named.some((input) => input.role === role);
  const takes =
    mode === 'edit' && !has('target')
      ? 'target'
      : mode === 'identity' && !has('reference') && found.length === 0
        ? 'reference'
        : undefined;
  const picture = takes && endOfBranch(graph);
  return picture ? [{ picture, role: takes, source: 'default', mention: null }, ...named] : named;
}

/** Appends mentioned pictures that are not named already. */
function withMentions(named: Named[], mode: TurnMode, found: readonly Found[]): Named[] {
  const role = mode === 'style' ? 'style' : 'reference';
  const mentioned = found.map(
    ({ picture, mention }): Named => ({ picture, role, source: 'mention', mention: mention.token }),
  );
  const isNamed = ({ picture }: Named) => named.some((input) => isSame(input.picture, picture));
  return [...named, ...mentioned.filter((input) => !isNamed(input))];
}

/** The target first and masks last, each picture once in each role; all else keeps its place. */
function numbered(inputs: readonly Named[]): CompiledInput[] {
  const once = new Map<string, Named>();
  for (const input of inputs) {
    const { pictureId, turnId, index, hash } = input.picture;
    const key = JSON.stringify([input.role, pictureId ?? [turnId, index, hash]]);
    if (!once.has(key)) once.set(key, input);
  }
  const rank = ({ role }: Named) => (role === 'target' ? 0 : role === 'mask' ? 2 : 1);
  return [...once.values()]
    .sort((one, other) => rank(one) - rank(other))
    .map(({ picture, role, source, mention }, index) => ({
      number: role === 'mask' ? null : index + 1,
      role,
      ...picture,
      source,
      mention,
    }));
}

/**
 * Roles that the mode forbids or misses. None is called missing beside a name that was not understood: that may be the missing
 * picture.
 */
function roleProblems(mode: TurnMode, inputs: readonly CompiledInput[], anyUnknown: boolean): ContextNote[] {
  const count = (role: InputRole) => inputs.filter((input) => input.role === role).length;
  const targets = count('target');
  const wrong: ContextNote[] = [];
  if (targets > 1) wrong.push(note('too_many_targets', {}, 'inputs'));
  if (targets > 0 && (mode === 'new' || mode === 'identity' || mode === 'combine'))
    wrong.push(note('target_not_allowed', {}, 'inputs'));
  if (wrong.length > 0 || anyUnknown) return wrong;
  if (mode === 'edit' && targets === 0) return [note('nothing_to_edit.turn', {}, 'inputs')];
  if (mode === 'style' && count('style') === 0) return [note('style_missing', {}, 'inputs')];
  if (mode === 'identity' && count('reference') === 0)
    return [note('reference_missing.identity', {}, 'inputs')];
  if (mode === 'combine' && count('reference') < 2) return [note('reference_missing.combine', {}, 'inputs')];
  return [];
}

function maskProblems({ masks }: ContextGraph, inputs: readonly CompiledInput[]): ContextNote[] {
  const mask = inputs.find(({ role }) => role === 'mask');
  if (!mask) return [];
  const target = inputs.find(({ role }) => role === 'target');
  if (!target) return [note('mask_without_target', {}, 'inputs')];
  const { widthPx, heightPx } = masks?.[mask.hash] ?? mask;
  const { widthPx: pictureWidthPx, heightPx: pictureHeightPx } = target;
  if (widthPx === null || heightPx === null || pictureWidthPx === null || pictureHeightPx === null) return [];
  if (widthPx === pictureWidthPx && heightPx === pictureHeightPx) return [];
  return [note('mask_size', { widthPx, heightPx, pictureWidthPx, pictureHeightPx }, 'inputs')];
}

function countProblems(
  { maxInputs = Number.POSITIVE_INFINITY }: ContextGraph,
  inputs: readonly CompiledInput[],
): ContextNote[] {
  const count = inputs.filter(({ role }) => role !== 'mask').length;
  return count <= maxInputs ? [] : [note('too_many_inputs', { count, most: maxInputs }, 'inputs')];
}

/** The prompt with each mention as the number of its picture, one space on either side of it and none before punctuation. */
function sentPrompt(prompt: string, inputs: readonly CompiledInput[], found: readonly Found[]): string {
  let sent = '';
  let at = 0;
  for (const { picture, mention } of found) {
    const { number } = inputs.find((input) => input.role !== 'mask' && isSame(input, picture))!;
    sent += `${withOneSpace(prompt.slice(at, mention.start))}image ${number}`;
    at = mention.end;
    while (prompt[at] === ' ') at += 1;
    if (at > mention.end && !CLOSING.test(prompt.slice(at, at + 1))) sent += ' ';
  }
  return sent + prompt.slice(at);
}

/** A text with at most one space at its end. */
function withOneSpace(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end + 1);
}

function targetWarnings({ turns }: ContextGraph, turn: Turn, target: CompiledInput): ContextNote[] {
  const { seed, widthPx, heightPx } = turn.options;
  const warnings: ContextNote[] = [];
  const sameSize =
    (widthPx ?? target.widthPx) === target.widthPx && (heightPx ?? target.heightPx) === target.heightPx;
  const maker = turns.find(({ id }) => id === target.turnId);
  if (seed !== undefined && sameSize && maker?.recipe?.seed === seed)
    warnings.push(note('same_seed', {}, 'options.seed'));
  if (!sameSize)
    warnings.push(
      note(
        'size_changes',
        {
          widthPx: target.widthPx ?? '?',
          heightPx: target.heightPx ?? '?',
          newWidthPx: widthPx ?? target.widthPx ?? '?',
          newHeightPx: heightPx ?? target.heightPx ?? '?',
        },
        'options.widthPx',
      ),
    );
  return warnings;
}
