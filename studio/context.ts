/**
 * What a turn comes to: the pictures that go in, their order, roles and numbers, and the prompt as the model reads it.
 * Pure, and the only place that decides it: the page shows what it answers and the server stores what it answers. What is
 * not clear is a problem with a way out, never a default chosen in silence.
 *
 * Order: the target first, then what was named by hand in its order, then mentions in the order of the text, masks last.
 * So an added reference never changes the number of an earlier one.
 */

import { CLOSING } from './mentions.ts';
import {
  type ContextGraph,
  type Found,
  foundMentions,
  isSame,
  maskOf,
  note,
  own,
  type Picture,
  pictureOfId,
  pictureOfTurn,
  UNDER_WAY,
  unmade,
} from './named-pictures.ts';
import type {
  CompiledContext,
  CompiledInput,
  ContextNote,
  ContextResult,
  InputRole,
  Turn,
  TurnMode,
  TurnView,
} from './protocol.ts';
import type { NoteKey, Notes } from './refusal.ts';

export type { ContextGraph, OtherPicture } from './named-pictures.ts';

type Named = { picture: Picture; role: InputRole; source: CompiledInput['source']; mention: string | null };

/** Understands a turn. Answers the compiled context, or every problem with it. */
export function compileContext(graph: ContextGraph, turn: Turn): ContextResult {
  const problems: ContextNote[] = [];
  const named = namedInputs(graph, turn, problems);
  const found = foundMentions(graph, turn.prompt, problems);
  const inputs = ordered(withMentions(withDefaults(graph, turn, named, found), turn.mode, found));
  checkMode(turn.mode, inputs, problems);
  checkMasks(graph, inputs, problems);
  const pictures = inputs.filter(({ role }) => role !== 'mask');
  if (pictures.length > (graph.maxInputs ?? Number.POSITIVE_INFINITY))
    problems.push(note('too_many_inputs', { count: pictures.length, most: graph.maxInputs! }, 'inputs'));
  const [first, ...others] = problems;
  if (first) return { ok: false, problems: [first, ...others] };
  const numbered = inputs.map(({ picture, role, source, mention }, index) => ({
    number: role === 'mask' ? null : index + 1,
    role,
    ...picture,
    source,
    mention,
  }));
  return { ok: true, context: contextOf(graph, turn, numbered, found) };
}

/** The end of the active branch: the newest turn under way that goes on from the head, or the head. */
export function activePicture({
  session,
  turns,
}: Pick<ContextGraph, 'session' | 'turns'>): Picture | undefined {
  const head = turns.flatMap(({ pictures }) => pictures).find(({ id }) => id === session.headPictureId);
  const waiting = turns.filter(
    ({ job, state }) => job !== null && UNDER_WAY.includes(job.state) && state === 'active',
  );
  let next = head
    ? waiting.findLast((turn) => targetOf(turn)?.pictureId === head.id)
    : session.headPictureId === null
      ? waiting.at(-1)
      : undefined;
  let end: TurnView | undefined;
  while (next && next !== end) {
    end = next;
    const { id } = end;
    next = waiting.findLast((turn) => targetOf(turn)?.turnId === id && turn.id !== id) ?? end;
  }
  if (end) return unmade(end, 0);
  return head && own(head);
}

function targetOf(turn: TurnView) {
  return turn.inputs.find(({ role }) => role === 'target');
}

function namedInputs(graph: ContextGraph, turn: Turn, problems: ContextNote[]): Named[] {
  return turn.inputs.flatMap((input, index): Named[] => {
    const field = `inputs.${index}`;
    const picture =
      'maskHash' in input
        ? maskOf(graph, input.maskHash)
        : 'turnId' in input
          ? pictureOfTurn(graph, input.turnId, input.index)
          : pictureOfId(graph, input.pictureId);
    if (picture) return [{ picture, role: input.role, source: 'named', mention: null }];
    problems.push(
      'turnId' in input
        ? note('unmade_picture', {}, `${field}.turnId`)
        : note(
            'unknown_picture.gone',
            { pictureId: 'pictureId' in input ? input.pictureId : '' },
            `${field}.pictureId`,
          ),
    );
    return [];
  });
}

/** Adds what the mode takes when nothing was named for it. */
function withDefaults(graph: ContextGraph, { mode }: Turn, named: Named[], found: Found[]): Named[] {
  const has = (role: InputRole) => named.some((input) => input.role === role);
  const takes =
    mode === 'edit' && !has('target')
      ? 'target'
      : mode === 'identity' && !has('reference') && found.length === 0
        ? 'reference'
        : undefined;
  const picture = takes && activePicture(graph);
  return picture ? [{ picture, role: takes, source: 'default', mention: null }, ...named] : named;
}

/** Appends mentioned pictures that are not named already. */
function withMentions(named: Named[], mode: TurnMode, found: Found[]): Named[] {
  const inputs = [...named];
  for (const { picture, mention } of found)
    if (!inputs.some((input) => isSame(input.picture, picture)))
      inputs.push({
        picture,
        role: mode === 'style' ? 'style' : 'reference',
        source: 'mention',
        mention: mention.token,
      });
  return inputs;
}

/** The target first and masks last, each picture once in each role; all else keeps its place. */
function ordered(inputs: Named[]): Named[] {
  const once = inputs.filter(
    ({ picture, role }, index) =>
      inputs.findIndex((other) => other.role === role && isSame(other.picture, picture)) === index,
  );
  const rank = ({ role }: Named) => (role === 'target' ? 0 : role === 'mask' ? 2 : 1);
  return once.toSorted((one, other) => rank(one) - rank(other));
}

function checkMode(mode: TurnMode, inputs: Named[], problems: ContextNote[]): void {
  const count = (role: InputRole) => inputs.filter((input) => input.role === role).length;
  const targets = count('target');
  const refuse = <Key extends NoteKey>(key: Key, params: Notes[Key]) =>
    problems.push(note(key, params, 'inputs'));
  if (targets > 1) refuse('too_many_targets', {});
  if (targets > 0 && (mode === 'new' || mode === 'identity' || mode === 'combine'))
    refuse('target_not_allowed', {});
  if (problems.length > 0) return;
  if (mode === 'edit' && targets === 0) refuse('nothing_to_edit.turn', {});
  if (mode === 'style' && count('style') === 0) refuse('style_missing', {});
  if (mode === 'identity' && count('reference') === 0) refuse('reference_missing.identity', {});
  if (mode === 'combine' && count('reference') < 2) refuse('reference_missing.combine', {});
}

function checkMasks({ masks }: ContextGraph, inputs: Named[], problems: ContextNote[]): void {
  const mask = inputs.find(({ role }) => role === 'mask')?.picture;
  if (!mask) return;
  const target = inputs.find(({ role }) => role === 'target')?.picture;
  if (!target) {
    problems.push(note('mask_without_target', {}, 'inputs'));
    return;
  }
  const { widthPx, heightPx } = masks?.[mask.hash] ?? mask;
  const { widthPx: pictureWidthPx, heightPx: pictureHeightPx } = target;
  if (widthPx === null || heightPx === null || pictureWidthPx === null || pictureHeightPx === null) return;
  if (widthPx !== pictureWidthPx || heightPx !== pictureHeightPx)
    problems.push(note('mask_size', { widthPx, heightPx, pictureWidthPx, pictureHeightPx }, 'inputs'));
}

function contextOf(
  graph: ContextGraph,
  turn: Turn,
  inputs: CompiledInput[],
  found: Found[],
): CompiledContext {
  const target = inputs.find(({ role }) => role === 'target');
  return {
    mode: turn.mode,
    kind: target ? 'edit' : 'generate',
    prompt: turn.prompt,
    sentPrompt: sentPrompt(turn.prompt, inputs, found),
    inputs,
    warnings: warningsOf(graph, turn, target),
  };
}

/** The prompt with each mention as the number of its picture, one space on either side of it and none before punctuation. */
function sentPrompt(prompt: string, inputs: CompiledInput[], found: Found[]): string {
  return found.toReversed().reduce((text, { picture, mention }) => {
    const { number } = inputs.find((input) => input.role !== 'mask' && isSame(input, picture))!;
    return joined(text.slice(0, mention.start), `image ${number}`, text.slice(mention.end));
  }, prompt);
}

function joined(before: string, words: string, after: string): string {
  const rest = after.replace(/^ +/, '');
  const space = rest === after || CLOSING.test(rest) ? '' : ' ';
  return before.replace(/ {2,}$/, ' ') + words + space + rest;
}

function warningsOf({ turns }: ContextGraph, turn: Turn, target: CompiledInput | undefined): ContextNote[] {
  if (!target) return [];
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
