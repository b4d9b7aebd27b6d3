/** The friendly hint: quiet on everything that the checkpoint knows, and a near suggestion for what it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unseenThings } from '../../app/hints/known-things.ts';
import { readCases } from '../../eval/cases.ts';
import type { Knows } from '../../studio/known.ts';

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

test.each([
  ['add a dog, a cat, a rabbit and a pig', 'dog, cat, rabbit, pig', 4],
  ['two cats and two dogs on a meadow', 'two cats, two dogs', 4],
  ['a fox, a puppy and two honey bees', 'fox, puppy, two honey bees', 4],
  ['five happy little cats', 'five cats', 5],
  ['一只狗、一只猫、一只兔子和一头猪', '一只狗、一只猫、一只兔子、一头猪', 4],
  ['画十二只可爱的小猫', '十二只小猫', 12],
])('%s: more than fits, and what was counted', (prompt, counted, count) => {
  expect(unseenThings(prompt, knows)).toMatchObject([{ kind: 'count', asked: counted, count }]);
});

test.each([
  'the fox from @12 and the cactus from @3',
  'make it 16:9 with a castle',
  'a 16:9 castle at 512 x 256',
  'put the fox left of the castle, the castle under the sun and the fox into the castle',
  'make the fox of @7 and the cats of @42 dance',
  '把@12里的狐狸放到@3的城堡旁边',
  'a cat, a dog and a polar bear in the snow under the stars',
  'two cats and a dog',
  'a fox next to a castle, so a fox on the left, a castle on the right',
])('%s: not too many', (prompt) => {
  expect(unseenThings(prompt, knows).filter(({ kind }) => kind === 'count')).toEqual([]);
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
