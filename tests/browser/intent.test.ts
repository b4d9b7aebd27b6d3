/** What a message will do, before it is sent: mode, target and inputs in order; and the sizes that are offered. */
import { expect, test } from 'vitest';
import { isLearnt, sizeChoices, sizeOf } from '../../app/components/composer/sizes.ts';
import { ancestry } from '../../app/components/state/branch.ts';
import { without } from '../../app/components/state/draft-inputs.ts';
import { type Draft, EMPTY_DRAFT } from '../../app/components/state/drafts.ts';
import { compileIntent, resolveIntent, turnBody } from '../../app/components/state/intent.ts';
import { fromSnapshot } from '../../app/components/state/session-state.ts';
import type { TurnView } from '../../studio/protocol.ts';
import { turnSchema } from '../../studio/requests.ts';
import { versionTurn } from './turn-views.ts';

function stateOf(turns: TurnView[], headPictureId: string | null) {
  const session = {
    id: 's',
    title: '',
    createdAt: 0,
    updatedAt: 0,
    archivedAt: null,
    pinnedAt: null,
    tags: [],
    headPictureId,
    thumbnailHash: null,
    pictureCount: turns.length,
  };
  return fromSnapshot({ session, turns, messages: [], history: { undo: null, redo: null }, seq: 0 });
}

const draft = (change: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, text: 'night', ...change });
const brief = (change: Partial<Draft>, state = stateOf([versionTurn(1), versionTurn(2)], 'p2')) => {
  const { mode, inputs } = resolveIntent(draft(change), state);
  return [mode, ...inputs.map(({ version, role }) => `v${version} ${role}`)];
};

test('an empty session makes a new picture', () => {
  expect(brief({}, stateOf([], null))).toEqual(['new']);
  expect(brief({ mode: 'edit' }, stateOf([], null))).toEqual(['new']);
});

test('the default edits the head, not the first or the newest upload', () => {
  expect(brief({})).toEqual(['edit', 'v2 target']);
  expect(brief({}, stateOf([versionTurn(1), versionTurn(2), versionTurn(3)], 'p2'))).toEqual([
    'edit',
    'v2 target',
  ]);
});

test('a chosen target wins; a target that is gone falls back to the head', () => {
  expect(brief({ targetId: 'p1' })).toEqual(['edit', 'v1 target']);
  expect(brief({ targetId: 'gone' })).toEqual(['edit', 'v2 target']);
});

test('references follow the target in the order they were added', () => {
  const references: Draft['references'] = [
    { pictureId: 'p2', role: 'reference' },
    { pictureId: 'p1', role: 'style' },
  ];
  expect(brief({ references })).toEqual(['edit', 'v2 target', 'v2 reference', 'v1 style']);
  expect(brief({ mode: 'new', references })).toEqual(['new', 'v2 reference', 'v1 style']);
});

test('what is sent is what is shown, and the server can read it', () => {
  const given = draft({ text: '  make it night \n', options: { seed: 7, widthPx: undefined } });
  const body = turnBody(given, resolveIntent(given, stateOf([versionTurn(1)], 'p1')));
  expect(turnSchema.parse(JSON.parse(JSON.stringify(body)))).toEqual({
    prompt: 'make it night',
    mode: 'edit',
    inputs: [{ pictureId: 'p1', role: 'target' }],
    options: { seed: 7 },
  });
});

test('the branch of a version follows targets to the root', () => {
  const turns = [
    versionTurn(1),
    versionTurn(2, [[1, 'target']]),
    versionTurn(3, [[1, 'target']]),
    versionTurn(4, [
      [3, 'target'],
      [2, 'style'],
    ]),
  ];
  expect([...ancestry(turns, 'p4')]).toEqual(['p4', 'p3', 'p1']);
});

const model = {
  sizeMultiplePx: 32,
  minSidePx: 128,
  maxSidePx: 1024,
  maxAspect: 4,
  defaultWidthPx: 256,
  defaultHeightPx: 256,
};

test('every size that is offered is one the model takes', () => {
  const choices = sizeChoices(model);
  expect(choices.map(({ ratio }) => ratio)).toContain('1:1');
  for (const { widthPx, heightPx } of choices)
    for (const side of [widthPx, heightPx]) {
      expect(side % model.sizeMultiplePx).toBe(0);
      expect(side).toBeGreaterThanOrEqual(model.minSidePx);
      expect(side).toBeLessThanOrEqual(model.maxSidePx);
    }
  const fixed = { ...model, minSidePx: 256, maxSidePx: 256 };
  expect(sizeChoices(fixed)).toEqual([{ ratio: '1:1', widthPx: 256, heightPx: 256 }]);
});

test('identity keeps the newest picture, combine waits for two, style needs one to take it from', () => {
  const state = stateOf([versionTurn(1), versionTurn(2)], 'p2');
  const result = (change: Partial<Draft>) => {
    const given = draft(change);
    return compileIntent(given, resolveIntent(given, state), state, 4);
  };
  expect(brief({ mode: 'identity' })).toEqual(['identity', 'v2 reference']);
  expect(result({ mode: 'identity' }).ok).toBe(true);
  expect(result({ mode: 'combine' })).toMatchObject({ ok: false, problems: [{ code: 'reference_missing' }] });
  expect(result({ mode: 'combine', text: '@1 next to @2' })).toMatchObject({
    ok: true,
    context: { sentPrompt: 'image 1 next to image 2' },
  });
  expect(result({ mode: 'style' })).toMatchObject({ ok: false, problems: [{ code: 'style_missing' }] });
});

test('a mention is numbered after what was put in by hand, and taking it out takes it out of the text', () => {
  const state = stateOf([versionTurn(1), versionTurn(2)], 'p2');
  const given = draft({ text: 'take the hat of @1 please' });
  const result = compileIntent(given, resolveIntent(given, state), state, 4);
  expect(result.ok && result.context.inputs.map(({ number, version }) => [number, version])).toEqual([
    [1, 2],
    [2, 1],
  ]);
  const mention = result.ok ? result.context.inputs[1]! : undefined;
  expect(without(given, mention!)).toEqual({ text: 'take the hat of please' });
});

test('a mask counts only for the picture it was painted on', () => {
  const state = stateOf([versionTurn(1), versionTurn(2)], 'p2');
  const mask = { hash: 'm', targetId: 'p2', paintedShare: 0.2 };
  const inputs = (change: Partial<Draft>) => {
    const given = draft({ mask, ...change });
    return turnBody(given, resolveIntent(given, state)).inputs;
  };
  expect(inputs({})).toContainEqual({ maskHash: 'm', role: 'mask' });
  expect(inputs({ mode: 'edit', targetId: 'p1' })).not.toContainEqual({ maskHash: 'm', role: 'mask' });
});

test('the size of the next picture is said before: chosen, as the target, or the usual one; and whether it was learnt', () => {
  const chosen = { widthPx: 320, heightPx: 192 };
  expect(sizeOf(chosen, model, { widthPx: 512, heightPx: 512 })).toEqual(chosen);
  expect(sizeOf({}, model, { widthPx: 200, heightPx: 200 })).toEqual({ widthPx: 256, heightPx: 256 });
  expect(sizeOf({}, model, null)).toEqual({ widthPx: 256, heightPx: 256 });
  const knows = { subjects: [], styles: [], sizes: [{ widthPx: 256, heightPx: 256 }] };
  expect(isLearnt(sizeOf({}, model, null), knows)).toBe(true);
  expect(isLearnt(chosen, knows)).toBe(false);
  expect([isLearnt(chosen, null), isLearnt(chosen, { subjects: [], styles: [] })]).toEqual([true, true]);
});
