/** The friendly hint: quiet on everything that the checkpoint knows, and a near suggestion for what it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Knows, unseenThings } from '../../app/known-things.ts';
import { readCases } from '../../eval/cases.ts';

const knows: Knows = {
  ...(JSON.parse(readFileSync(join(import.meta.dirname, '../../models/mini/knows.json'), 'utf8')) as Knows),
  longestWord: 8,
  mostDrawings: 3,
};
const cases = readCases().cases;
const asked = (prompt: string) => unseenThings(prompt, knows).map((thing) => thing.asked);

test('no alarm on the hand-written prompts within its knowledge', () => {
  const within = cases.filter(({ kind, beyond }) => kind === 'free' && !beyond);
  expect(within.length).toBeGreaterThanOrEqual(50);
  expect(
    within.filter(({ prompt }) => asked(prompt).length > 0).map(({ prompt }) => [prompt, asked(prompt)]),
  ).toEqual([]);
});

test('no alarm on the captions and instructions of the evaluation set', () => {
  const known = cases.filter(({ kind }) => kind !== 'free');
  const alarms = known
    .filter(({ prompt }) => asked(prompt).length > 0)
    .map(({ prompt }) => [prompt, asked(prompt)]);
  expect(alarms).toEqual([]);
});

test.each([
  ['a robot in space', 'robot', 'thing', 'rocket'],
  ['a polar bear in the snow', 'polar bear', 'thing', 'bear'],
  ['two giraffes and a lion', 'giraffes', 'thing', 'elephant'],
  ['a hot dog', 'hot dog', 'thing', 'hamburger'],
  ['a bicycle by the sea', 'bicycle', 'thing', 'sailboat'],
  ['watercolor of a fox', 'watercolor', 'style', '3D'],
  ['five cats', 'five cats', 'count', undefined],
  ['a cat with "GOOD MORNING"', 'GOOD MORNING', 'words', 'GOOD'],
  ['a xylophone on the beach', 'xylophone', 'thing', undefined],
  ['画一只恐龙在森林', '恐龙', 'thing', '乌龟'],
  ['一个机器人在太空', '机器人', 'thing', '火箭'],
  ['水彩风格的狐狸', '水彩', 'style', '3D'],
])('%s: never seen %s', (prompt, thing, kind, suggestion) => {
  const found = unseenThings(prompt, knows);
  expect(found.map((one) => [one.asked, one.kind, one.suggestion])).toEqual([[thing, kind, suggestion]]);
});

test('what a newer file knows is not warned of', () => {
  const more: Knows = { ...knows, vocabulary: { en: ['robot', 'xylophone'], zh: ['机器人'] } };
  for (const prompt of ['a robot in space', 'two robots', 'a xylophone', '一个机器人'])
    expect(unseenThings(prompt, more)).toEqual([]);
});

test('slips of the finger, plurals and other names of known things are known', () => {
  for (const prompt of [
    'a pengiun',
    'three strawberries',
    'a puppy and a bunny',
    'foxes in the woods',
    'a burger',
    'an airplne over the city',
  ])
    expect(unseenThings(prompt, knows)).toEqual([]);
});
