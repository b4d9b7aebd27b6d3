/** Plans as data: changed while they are carried out, told from the turn that is typed, and looked at afterwards. */
import { expect, test } from 'vitest';
import { type Plan, REGIONS } from '../../studio/agent/actions.ts';
import { interpret } from '../../studio/agent/interpreter.ts';
import { withMask, withoutStep, withStepEarlier, withWords } from '../../studio/agent/plan/changed-plan.ts';
import { isTurnAsTyped } from '../../studio/agent/plan/composed.ts';
import { findingsOf } from '../../studio/agent/plan/findings.ts';
import { pixelsOf } from '../../studio/agent/plan/regions.ts';
import type { MessageContext, SeenVersion } from '../../studio/agent/seen-session.ts';
import type { Drift } from '../../studio/recipe.ts';
import { turnSchema } from '../../studio/requests.ts';

const PLAN: Plan = [
  { type: 'new', prompt: 'a fox' },
  { type: 'edit', prompt: 'make it night', target: { step: 1 } },
  { type: 'edit', prompt: 'add a hat', target: { step: 2 }, references: [{ step: 1 }, { version: 4 }] },
];

test('a step taken out leaves the numbers of the others right, and what stood on it goes on from the current picture', () => {
  expect(withoutStep(PLAN, 1)).toEqual([
    PLAN[0],
    { type: 'edit', prompt: 'add a hat', references: [{ step: 1 }, { version: 4 }] },
  ]);
  expect(withoutStep(PLAN, 0)).toEqual([
    { type: 'edit', prompt: 'make it night' },
    { type: 'edit', prompt: 'add a hat', target: { step: 1 }, references: [{ version: 4 }] },
  ]);
});

test('a step moved, reworded or given another mask changes nothing else', () => {
  expect(withStepEarlier(PLAN, 2)).toEqual([
    PLAN[0],
    { type: 'edit', prompt: 'add a hat', references: [{ step: 1 }, { version: 4 }] },
    { type: 'edit', prompt: 'make it night', target: { step: 1 } },
  ]);
  expect(withWords(PLAN, 1, 'make it day')[1]).toEqual({ ...PLAN[1], prompt: 'make it day' });
  const masked: Plan = [{ type: 'edit', prompt: 'snow', region: 'left' }];
  expect(withMask(masked, 0, 'ab')).toEqual([{ type: 'edit', prompt: 'snow', mask: 'ab' }]);
  expect(withMask(masked, 0, null)).toEqual([{ type: 'edit', prompt: 'snow' }]);
});

const version = (number: number, prompt: string, from: number | null): SeenVersion => ({
  ...{ version: number, turn: number, prompt, from, references: [], state: 'active' as const },
  ...{
    mode: from === null ? ('new' as const) : ('edit' as const),
    seed: 1,
    steps: 4,
    widthPx: 256,
    heightPx: 256,
  },
});
const SESSION: MessageContext = {
  session: {
    title: 'fox',
    versions: [version(1, 'a fox on green hills', null), version(2, 'make it night', 1)],
    ...{ current: 2, underWay: [], canUndo: true, canRedo: false },
  },
  ...{ knows: null, model: 'tiny' },
};

test.each([
  ['Make it a starry night', true],
  ['a red fox', true],
  ['draw a castle', false],
  ['另外画一座城堡', false],
  ['把天空改成晚上', true],
  ['put @1 next to the castle', true],
  ['like @1 but at night', false],
  ['把@1的狐狸换成猫', false],
  ['undo', false],
  ['make it night and then add a hat', false],
  ['make it snow only on the left half', false],
  ['three more like the first', false],
  ['撤销', false],
  ['hello', false],
])('"%s" is the turn that is typed: %s', (text, isTurn) => {
  const turn = turnSchema.parse({ prompt: text, mode: 'edit' });
  expect(isTurnAsTyped(interpret(text, SESSION), turn)).toBe(isTurn);
});

test.each([
  ['please draw a castle, thanks', true],
  ['Draw a fox in a new hat', true],
  ['new picture: a castle', false],
  ['A new picture of a castle', false],
  ['新图：一座城堡', false],
])('chosen or understood as a new picture, "%s" is the turn that is typed: %s', (text, isTurn) => {
  const turn = turnSchema.parse({ prompt: text, mode: 'new' });
  const plan = interpret(text, SESSION);
  expect([plan.map(({ type }) => type), isTurnAsTyped(plan, turn)]).toEqual([['new'], isTurn]);
});

test('every part lies within the picture, has an area, and two opposite halves are the whole', () => {
  for (const region of REGIONS) {
    const { left, top, right, bottom } = pixelsOf(region, 253, 97);
    expect([
      region,
      0 <= left && left < right && right <= 253 && 0 <= top && top < bottom && bottom <= 97,
    ]).toEqual([region, true]);
  }
  expect(pixelsOf('left', 253, 97).right).toBe(pixelsOf('right', 253, 97).left);
});

const drift = (figures: Partial<Drift['parent']>, alarms: Drift['alarms'] = []): { drift: Drift } => ({
  drift: {
    parent: {
      ...{ pictureId: 'p', outsidePsnrDb: 40, outsideSsim: 1, shiftPx: null },
      ...{ changedShare: 0.2, changedTokenShare: 0.3, ...figures },
    },
    ...{ root: null, region: 'estimated', alarms },
  },
});
const kinds = (...parts: Parameters<typeof findingsOf>) => findingsOf(...parts).map(({ kind }) => kind);

test('only what was measured is said of a result', () => {
  expect(kinds({ kind: 'edit' }, { drift: null })).toEqual([]);
  expect(kinds({ kind: 'edit' }, drift({}))).toEqual([]);
  expect(kinds({ kind: 'edit' }, drift({}, ['psnr']))).toEqual(['moved']);
  expect(kinds({ kind: 'edit' }, drift({ changedTokenShare: 0, changedShare: 0.001 }))).toEqual([
    'unchanged',
  ]);
  // Another colour of the same brightness: the tokens differ, so something changed.
  expect(kinds({ kind: 'edit' }, drift({ changedTokenShare: 0.1, changedShare: 0 }))).toEqual([]);
  expect(
    kinds({ kind: 'edit' }, drift({ changedTokenShare: null, changedShare: 0, outsidePsnrDb: 60 })),
  ).toEqual(['unchanged']);
  const look = { asked: ['OPEN'], read: ['OPFN'], ms: 1 };
  expect(
    kinds({ kind: 'generate' }, { drift: null }, { ...look, again: { read: ['open!'], kept: true } }),
  ).toEqual([]);
  expect(
    kinds({ kind: 'generate' }, { drift: null }, { ...look, again: { read: ['OPN'], kept: false } }),
  ).toEqual(['misread']);
  expect(kinds({ kind: 'generate' }, { drift: null }, { ...look, read: ['OPEN'], again: null })).toEqual([]);
});
