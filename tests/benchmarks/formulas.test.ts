/** The formulas of the benchmarks against values worked out by hand, the originals' habits among them. */
import { expect, test } from 'vitest';
import { askedWords, markWords } from '../../benchmarks/cvtg-2k.ts';
import { levelOf, pictureScore } from '../../benchmarks/dpg.ts';
import { intervalsOf } from '../../benchmarks/formulas/interval.ts';
import { leastCost } from '../../benchmarks/formulas/pairing.ts';
import { zeroedByAnswer, zeroedByCascade } from '../../benchmarks/formulas/questions.ts';
import { closestWord, sequenceRatio, wordNearness } from '../../benchmarks/formulas/words.ts';
import { clausesOf, isRight } from '../../benchmarks/geneval.ts';
import { understood } from '../../benchmarks/judges/yes-no.ts';
import { matchedUnits } from '../../benchmarks/longtext.ts';
import { alignmentOf, textScore } from '../../benchmarks/oneig.ts';
import { answersOf, wordDistance, wordRecall } from '../../benchmarks/tiif.ts';

test('likeness of words is that of Python’s difflib', () => {
  // difflib.SequenceMatcher(None, a, b).ratio() of Python 3.12.
  expect(sequenceRatio('private', 'primate')).toBeCloseTo(0.857142857, 9);
  expect(sequenceRatio('bcda', 'abcd')).toBe(0.75);
  expect(sequenceRatio('tide', 'diet')).toBe(0.25);
  expect(sequenceRatio('diet', 'tide')).toBe(0.5);
  expect(sequenceRatio('', 'open')).toBe(0);
});

test('the closest word is that of the highest likeness, and of equally like ones the last by its signs', () => {
  expect(closestWord('open', ['oven', 'opens', 'o'])).toBe('opens');
  expect(closestWord('abcd', ['abxx', 'abyy'])).toBe('abyy');
  expect(closestWord('sale', [''])).toBe('');
});

test('NED of a word is one less its distance over the longer word and 0.00001', () => {
  expect(wordNearness('sale', 'sail')).toBeCloseTo(1 - 2 / 4.00001, 9);
  expect(wordNearness('sale', '')).toBeCloseTo(1 - 4 / 4.00001, 9);
  expect(wordNearness('sale', 'sale')).toBe(1);
});

test('CVTG: the truth stands between straight single quotes, so an apostrophe breaks a prompt', () => {
  expect(askedWords("A sign 'Open Now!' and a cup 'TEA'.")).toEqual(['open', 'now!', 'tea']);
  expect(askedWords("A sign 'Open', the baker's cup 'Tea'.")).toEqual(['open', 's', 'cup']);
  expect(askedWords('A sign “Open”.')).toEqual([]);
});

test('CVTG: words are compared exactly, and one that was read may answer twice', () => {
  const marks = markWords(['sale', 'sale', 'now!'], ['SALE now']);
  expect(marks.map(({ isRead }) => isRead)).toEqual([true, true, false]);
  expect(marks[2]).toMatchObject({ closest: 'now', nearness: 1 - 1 / 4.00001 });
  expect(markWords(['sale'], [])[0]).toMatchObject({ isRead: false, closest: '' });
});

test('LongText: what truth and answer share counts, in any order, and superfluous text costs nothing', () => {
  expect(matchedUnits('EN', 'Open now, open daily', 'DAILY! open and much more')).toEqual({
    matched: 2,
    asked: 4,
  });
  expect(matchedUnits('EN', 'Open', 'No text recognized.')).toEqual({ matched: 0, asked: 1 });
  expect(matchedUnits('EN', 'Café crème', 'café creme')).toEqual({ matched: 1, asked: 2 });
  expect(matchedUnits('ZH', '中央公园 - 2公里', '公园2km')).toEqual({ matched: 3, asked: 7 });
  // Case is kept where the language is Chinese.
  expect(matchedUnits('ZH', '卡拉OK', '卡拉ok')).toEqual({ matched: 2, asked: 4 });
});

const chain = [
  { id: 1, text: 'a', parents: [0] },
  { id: 2, text: 'b', parents: [1] },
  { id: 3, text: 'c', parents: [2] },
];

test('DPG zeroes by cascade, OneIG by the parents’ own answers', () => {
  const scores = new Map([
    [1, 0],
    [2, 1],
    [3, 1],
  ]);
  expect([...zeroedByCascade(chain, scores).values()]).toEqual([0, 0, 0]);
  expect([...zeroedByAnswer(chain, scores).values()]).toEqual([0, 0, 1]);
  const answers = (['no', 'yes', 'yes'] as const).map((answer) => ({ raw: answer, answer }));
  expect(pictureScore(chain, answers)).toBe(0);
  expect(alignmentOf(chain, ['No', 'Yes', 'Yes'])).toBeCloseTo(1 / 3, 9);
  // Right is exactly "Yes".
  expect(alignmentOf(chain, ['yes', 'Yes', 'Yes'])).toBeCloseTo(1 / 3, 9);
});

test('DPG: a parent that was not asked zeroes nothing; a category is the tuple up to bracket and dash', () => {
  expect(zeroedByCascade([{ id: 2, text: 'b', parents: [1] }], new Map([[2, 1]]))).toEqual(new Map([[2, 1]]));
  expect(levelOf('attribute - color (rubix cube, purple)')).toBe('attribute');
  expect(levelOf('global (photo)')).toBe('global');
});

test('OneIG text: distance, completion and words make one score', () => {
  const pairs = [
    { truth: "['Open', 'Now']", answer: 'Open Now' },
    { truth: "['Sale']", answer: 'Sail' },
  ];
  // Distances 0 and 2, so ED 1; CR 1/2; words 2 of 3.
  const { ed, cr, wac, score } = textScore('EN', pairs)!;
  expect([ed, cr]).toEqual([1, 0.5]);
  expect(wac).toBeCloseTo(2 / 3, 9);
  expect(score).toBeCloseTo(1 - (1 * 0.5 * (1 / 3)) / 100, 9);
  // A word that the original's reader makes up is taken out.
  expect(textScore('EN', [{ truth: "['Open']", answer: 'addCriterion\nOpen' }])!.score).toBe(1);
  // Case counts, unlike in LongText-Bench.
  expect(textScore('EN', [{ truth: "['Open']", answer: 'OPEN' }])!.wac).toBe(0);
  // Chinese by its signs; distances count up to 50.
  const far = textScore('ZH', [{ truth: '春'.repeat(60), answer: '' }])!;
  expect(far).toEqual({ ed: 60, cr: 0, wac: 0, score: 0 });
});

test('TIIF: lines that begin with yes or no are answers', () => {
  expect(answersOf('Yes, there is.\nNo. None.\n\nThe cat sits.\n  yes')).toEqual(['yes', 'no', 'yes']);
  expect(answersOf('Yesterday it was.\nNone')).toEqual([]);
});

test('TIIF: words are paired at the least distance, and each one without partner costs one', () => {
  expect(
    leastCost([
      [4, 1, 3],
      [2, 0, 5],
      [3, 2, 2],
    ]),
  ).toBe(5);
  expect(leastCost([[1, 9]])).toBe(1);
  expect(leastCost([[1], [9]])).toBe(1);
  expect(wordDistance(['tea', 'cake'], ['CAKE', 'tee'])).toBeCloseTo(1 / 3 / 2, 9);
  expect(wordDistance(['tea'], ['tea and cake'])).toBeCloseTo(2 / 3, 9);
  expect(wordDistance(['tea'], [])).toBe(1);
});

test('TIIF: a word is found up to a distance of .3, each read word once', () => {
  expect(wordRecall(['relax', 'relax'], ['RELAX'])).toBe(0.5);
  expect(wordRecall(['relax', 'tea'], ['re1ax', 'tee'])).toBe(0.5);
});

test('GenEval: a count is a least count, one more is asked for apart, and all clauses must hold', () => {
  const clauses = clausesOf({
    include: [{ class: 'clock', count: 2 }],
    exclude: [{ class: 'clock', count: 3 }],
  });
  expect(clauses.map(({ text, wanted }) => [text, wanted])).toEqual([
    ['Are there at least 2 of this in the picture: clock?', 'yes'],
    ['Are there at least 3 of this in the picture: clock?', 'no'],
  ]);
  const given = (...answers: ('yes' | 'no' | null)[]) => answers.map((answer) => ({ raw: '', answer }));
  expect(isRight(clauses, given('yes', 'no'))).toBe(true);
  expect(isRight(clauses, given('yes', 'yes'))).toBe(false);
  expect(isRight(clauses, given('yes', null))).toBe(false);
  const placed = clausesOf({
    include: [
      { class: 'dog', count: 1, color: 'red' },
      { class: 'kite', count: 1, position: ['above', 0] },
    ],
    exclude: [],
  });
  expect(placed.map(({ text }) => text)).toEqual([
    'Is there at least one dog in the picture?',
    'Is the dog red?',
    'Is there at least one kite in the picture?',
    'Is the kite above the dog?',
  ]);
});

test('an answer is yes or no, in any case and with a full stop, and nothing else', () => {
  expect(['Yes', ' no.', 'Yes, it is', ''].map(understood)).toEqual(['yes', 'no', null, null]);
});

test('an interval holds the figure, is narrower with more prompts, and has a width where all are wrong', () => {
  const share = (items: readonly number[]) => [
    { name: 'share', value: items.reduce((a, b) => a + b, 0) / items.length, prompts: items.length },
  ];
  const mixed = (n: number) => Array.from({ length: n }, (_, at) => at % 2);
  const of = (items: readonly number[]) => intervalsOf(items, () => 'all', share).get('share')!;
  const [few, many] = [of(mixed(10)), of(mixed(400))];
  expect(few.method).toBe('bootstrap');
  expect(few.low).toBeLessThan(0.5);
  expect(few.high).toBeGreaterThan(0.5);
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 3);
  expect(of(mixed(10))).toEqual(few);
  // Wilson 1927 for 0 of 10.
  expect(of(Array.from({ length: 10 }, () => 0))).toMatchObject({
    method: 'wilson',
    low: 0,
    high: expect.closeTo(0.2775, 3),
  });
});
