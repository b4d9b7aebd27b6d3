/** The second look: words are read back, a misspelt picture is drawn once more, and the bytes follow from the request alone. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineEvent, GenerationRequest } from '../../engine/index.ts';
import { characterOf, type LetterCodes } from '../../engine/model/letters.ts';
import { mistakesIn, wordsIn, wordsOfTexts } from '../../engine/picture/drawn-words.ts';
import { loadEngine } from '../../engine/pipeline/engine.ts';
import { type EngineComponents, generatePictures } from '../../engine/pipeline/pipeline.ts';
import { seedOfSecondLook } from '../../engine/request/random.ts';
import { outcomeOf, tinyComponents, withCaches } from './components.ts';
import { MINI, needsFixtures, noFixtures } from './fixtures.ts';
import { gradientPng, picturesOf, requestOf } from './requests.ts';

vi.setConfig({ testTimeout: 900_000, hookTimeout: 60_000 });

const CODES: LetterCodes = { first: 10, characters: 'ABCN', inks: 2 };
const looksOf = (events: readonly EngineEvent[]) => events.filter(({ type }) => type === 'second-look');

describe('words in a grid of tokens', () => {
  const grid = { height: 3, width: 4 };

  test('are letters beside one another, whatever their ink', () => {
    const ids = Int32Array.from([0, 12, 14, 17, 10, 0, 11, 9, 18, 0, 0, 13]);
    expect([10, 13, 14, 17, 18, 9].map((id) => characterOf(CODES, id))).toEqual([
      ...['A', 'N', 'A', 'N'],
      ...[undefined, undefined],
    ]);
    expect(wordsIn(CODES, ids, grid)).toEqual(['A', 'B', 'CAN', 'N']);
  });

  test('are compared with texts as they are drawn; of other signs nothing is said', () => {
    expect(wordsOfTexts(CODES, ['can', 'ban a'])).toEqual(['A', 'BAN', 'CAN']);
    expect(wordsOfTexts(CODES, ['猫'])).toBeUndefined();
    expect(mistakesIn(['CAN'], ['CAN'])).toBe(0);
    expect(mistakesIn(['CN'], ['CAN'])).toBe(1);
    expect(mistakesIn(['CAN', 'NN'], ['CAN'])).toBe(3);
    expect(mistakesIn([], ['CAN'])).toBe(3);
  });
});

test('the second seed follows from the first, and is another one', () => {
  expect(seedOfSecondLook(7)).toBe(seedOfSecondLook(7));
  expect(seedOfSecondLook(7)).not.toBe(7);
  expect(seedOfSecondLook(7)).not.toBe(seedOfSecondLook(8));
  expect(seedOfSecondLook(Number.MAX_SAFE_INTEGER)).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
});

describe('over a checkpoint whose every token is a letter', () => {
  beforeEach(needsFixtures);
  let components: EngineComponents;
  let target: Uint8Array;
  beforeAll(async () => {
    if (noFixtures) return;
    components = await tinyComponents();
    // The tiny checkpoint draws noise, so whatever is asked is misspelt.
    Object.assign(components.runner.checkpoint, {
      letters: { first: 0, characters: 'OPENX', inks: 100_000 },
    });
    target = await gradientPng(128, 128, 5);
  });
  afterAll(() => components?.runner.dispose());
  const cold = () => withCaches(components, { memoryBytes: 0 });
  const request = (changes: Partial<GenerationRequest> = {}) =>
    requestOf({ widthPx: 128, heightPx: 128, secondLook: true, ...changes });

  test('a misspelt picture is drawn once more and not twice; the same request gives the same bytes', async () => {
    const one = await outcomeOf(cold(), request());
    const [look] = looksOf(one.events);
    expect(look).toMatchObject({ pictureIndex: 0, asked: ['OPEN'], again: { read: expect.any(Array) } });
    const steps = one.events.filter((event) => event.type === 'stage' && event.stage === 'denoise').length;
    expect(steps).toBe(4);
    expect(one.pictures).toHaveLength(1);
    expect((await outcomeOf(cold(), request())).pictures).toEqual(one.pictures);
    const plain = await outcomeOf(cold(), request({ secondLook: false }));
    expect(looksOf(plain.events)).toEqual([]);
    const { kept } = (look as Extract<EngineEvent, { type: 'second-look' }>).again!;
    expect(one.pictures[0]!.png.length > 0 && kept).toBe(
      Buffer.compare(one.pictures[0]!.png, plain.pictures[0]!.png) !== 0,
    );
  });

  test('without words, and where no letters are known, nothing is looked at', async () => {
    const { letters } = components.runner.checkpoint;
    Object.assign(components.runner.checkpoint, { letters: undefined });
    const blind = await outcomeOf(cold(), request());
    Object.assign(components.runner.checkpoint, { letters: { first: 1_000_000, characters: 'A', inks: 1 } });
    const wordless = await outcomeOf(cold(), request({ prompt: 'a ball' }));
    Object.assign(components.runner.checkpoint, { letters });
    expect([...looksOf(blind.events), ...looksOf(wordless.events)]).toEqual([]);
  });

  test('broken off anywhere and taken up again, it ends in the bytes of the undisturbed run', async () => {
    const cases = {
      text: request({ count: 2, layout: 'separate' }),
      shared: request({ count: 2, layout: 'shared' }),
      edit: request({ references: [target], prompt: 'make it "open"' }),
    };
    const whole = Object.fromEntries(
      await Promise.all(
        Object.entries(cases).map(async ([name, asked]) => [name, await outcomeOf(cold(), asked)] as const),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(cases)) as fc.Arbitrary<keyof typeof cases>,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (name, share) => {
          const asked = cases[name];
          const total = whole[name]!.events.length;
          const events: EngineEvent[] = [];
          const parts = { ...cold(), checkpointMs: 0 };
          for await (const event of generatePictures(parts, asked)) {
            events.push(event);
            if (events.length >= 1 + Math.floor(share * (total - 1))) break;
          }
          const saved = picturesOf(events);
          const only = [...new Array(asked.count).keys()].filter(
            (index) => !saved.some(({ pictureIndex }) => pictureIndex === index),
          );
          const state = events.findLast(({ type }) => type === 'checkpoint');
          const resume = state?.type === 'checkpoint' ? state.state : undefined;
          const rest = only.length > 0 ? await outcomeOf(cold(), { ...asked, only, resume }) : undefined;
          expect([...saved, ...(rest?.pictures ?? [])]).toEqual(whole[name]!.pictures);
        },
      ),
      { numRuns: 8 },
    );
  });
});

test('the small model says that it can, and its second look reads what it drew', async () => {
  const engine = await loadEngine({ modelDir: MINI, device: 'cpu' });
  try {
    expect(engine.info.can.secondLook).toBe(true);
    const asked: GenerationRequest = {
      ...{ prompt: 'a fox with the text "HI"', renderTexts: ['HI'], widthPx: 256, heightPx: 256, seed: 3 },
      ...{ steps: 8, guidanceScale: 1, count: 1, layout: 'separate', secondLook: true },
    };
    const [look] = looksOf(await Array.fromAsync(engine.generate(asked)));
    expect(look).toMatchObject({ asked: ['HI'] });
    const { read, again, ms } = look as Extract<EngineEvent, { type: 'second-look' }>;
    expect(again?.read ?? read).toEqual(['HI']);
    expect(ms).toBeGreaterThan(0);
  } finally {
    await engine.close();
  }
});
