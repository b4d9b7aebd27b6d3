/** What a turn asks of an engine that cannot do it: refused by name, with the words in both languages tested elsewhere. */
import { expect, test } from 'vitest';
import type { Abilities, ModelInfo } from '../../engine/index.ts';
import { checkAbilities } from '../../server/turns/abilities.ts';

const ALL: Abilities = {
  ...{ edits: true, references: 16, masks: true, sameLayout: true, previews: true, abort: 'unit' },
  ...{ seeds: true, steps: true, guidance: true, resume: true, warm: true },
};
const asked = {
  inputs: [{ role: 'target' }, { role: 'mask' }] as const,
  options: { seed: 1, steps: 9, guidanceScale: 4 },
  recipe: { layout: 'shared', count: 2 } as const,
  sameLayoutAs: 'p',
};
const check = (can: Partial<Abilities>, change: object = {}) =>
  checkAbilities(
    { name: 'm', defaultSteps: 1, defaultGuidanceScale: 1, can: { ...ALL, ...can } } as ModelInfo,
    { ...asked, ...change },
  );

test('an engine that can do everything refuses nothing; one that can do nothing takes a plain sentence', () => {
  expect(() => check({})).not.toThrow();
  const none = { edits: false, masks: false, sameLayout: false, seeds: false, steps: false, guidance: false };
  const plain = {
    inputs: [],
    options: {},
    recipe: { layout: 'separate', count: 2 },
    sameLayoutAs: undefined,
  };
  expect(() => check(none, plain)).not.toThrow();
});

test.each([
  [{ edits: false }, 'unsupported.edits', 'inputs'],
  [{ masks: false }, 'unsupported.masks', 'inputs'],
  [{ sameLayout: false }, 'unsupported.same_layout', 'sameLayoutAs'],
  [{ seeds: false }, 'unsupported.seeds', 'options.seed'],
  [{ steps: false }, 'unsupported.steps', 'options.steps'],
  [{ guidance: false }, 'unsupported.guidance', 'options.guidanceScale'],
])('%o is refused as %s at %s', (can, key, field) => {
  expect(() => check(can)).toThrow(expect.objectContaining({ key, field, params: { model: 'm' } }));
});
