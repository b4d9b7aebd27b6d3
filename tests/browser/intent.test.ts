/** What a message will do, before it is sent: mode, target and inputs in order; and the sizes that are offered. */
import { expect, test } from 'vitest';
import { sizeChoices } from '../../app/components/composer/sizes.ts';
import { ancestry } from '../../app/components/details/ancestry.ts';
import { type Draft, EMPTY_DRAFT } from '../../app/components/state/drafts.ts';
import { resolveIntent, turnBody } from '../../app/components/state/intent.ts';
import { fromSnapshot } from '../../app/components/state/session-state.ts';
import { type InputRole, type NodeView, turnSchema } from '../../app/protocol.ts';

function node(version: number, inputs: [version: number, role: InputRole][] = []): NodeView {
  return {
    id: `n${version}`,
    kind: inputs.length > 0 ? 'edit' : 'generate',
    prompt: `prompt ${version}`,
    createdAt: version,
    inputs: inputs.map(([of, role], position) => ({ imageId: `i${of}`, role, position, hash: 'h' })),
    recipe: null,
    images: [
      { id: `i${version}`, nodeId: `n${version}`, version, index: 0, hash: 'h', widthPx: 256, heightPx: 256 },
    ],
    job: null,
  };
}

function stateOf(nodes: NodeView[], headImageId: string | null) {
  const session = {
    id: 's',
    title: '',
    createdAt: 0,
    updatedAt: 0,
    headImageId,
    thumbnailHash: null,
    imageCount: nodes.length,
  };
  return fromSnapshot({ session, nodes, seq: 0 });
}

const draft = (change: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, text: 'night', ...change });
const brief = (change: Partial<Draft>, state = stateOf([node(1), node(2)], 'i2')) => {
  const { mode, inputs } = resolveIntent(draft(change), state);
  return [mode, ...inputs.map(({ image, role }) => `v${image.version} ${role}`)];
};

test('an empty session makes a new picture', () => {
  expect(brief({}, stateOf([], null))).toEqual(['new']);
  expect(brief({ mode: 'edit' }, stateOf([], null))).toEqual(['new']);
});

test('the default edits the head, not the first or the newest upload', () => {
  expect(brief({})).toEqual(['edit', 'v2 target']);
  expect(brief({}, stateOf([node(1), node(2), node(3)], 'i2'))).toEqual(['edit', 'v2 target']);
});

test('a chosen target wins; a target that is gone falls back to the head', () => {
  expect(brief({ targetId: 'i1' })).toEqual(['edit', 'v1 target']);
  expect(brief({ targetId: 'gone' })).toEqual(['edit', 'v2 target']);
});

test('references follow the target in the order they were added', () => {
  const references: Draft['references'] = [
    { imageId: 'i2', role: 'reference' },
    { imageId: 'i1', role: 'style' },
  ];
  expect(brief({ references })).toEqual(['edit', 'v2 target', 'v2 reference', 'v1 style']);
  expect(brief({ mode: 'new', references })).toEqual(['new', 'v2 reference', 'v1 style']);
});

test('what is sent is what is shown, and the server can read it', () => {
  const given = draft({ text: '  make it night \n', options: { seed: 7, widthPx: undefined } });
  const body = turnBody(given, resolveIntent(given, stateOf([node(1)], 'i1')));
  expect(turnSchema.parse(JSON.parse(JSON.stringify(body)))).toEqual({
    prompt: 'make it night',
    mode: 'edit',
    inputs: [{ imageId: 'i1', role: 'target' }],
    options: { seed: 7 },
  });
});

test('the line of a version follows targets to the root', () => {
  const nodes = [
    node(1),
    node(2, [[1, 'target']]),
    node(3, [[1, 'target']]),
    node(4, [
      [3, 'target'],
      [2, 'style'],
    ]),
  ];
  expect([...ancestry(nodes, 'i4')]).toEqual(['i4', 'i3', 'i1']);
});

test('every size that is offered is one the model takes', () => {
  const model = {
    sizeMultiplePx: 32,
    minSidePx: 128,
    maxSidePx: 1024,
    maxAspect: 4,
    defaultWidthPx: 256,
    defaultHeightPx: 256,
  };
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
