/**
 * One rule for words to draw: a table of sentences that the rule itself, the mentions, the page's hint and the recipe of a turn
 * all read alike.
 */
import { describe, expect, it, test } from 'vitest';
import { titleOf } from '../../server/turns/title.ts';
import { compileContext } from '../../studio/context.ts';
import { mentionsOf } from '../../studio/mentions/mentions.ts';
import { quotedTexts, quotesOf, textsByHand } from '../../studio/quotes.ts';
import { readMessage } from '../../studio/reading/reading.ts';
import { turnSchema } from '../../studio/requests.ts';

/** A sentence and what is drawn of it; `@4` stands inside of quotes and `@3` outside, in every sentence that has them. */
const SENTENCES: readonly [string, string[]][] = [
  ['a cat', []],
  ['a sign "OPEN"', ['OPEN']],
  ['a sign “OPEN” and a “SHOP”', ['OPEN', 'SHOP']],
  ["a sign 'OPEN'", ['OPEN']],
  ['a sign ‘OPEN’', ['OPEN']],
  ['一个牌子写着「你好」', ['你好']],
  ['一个牌子写着“你好”，旁边是"猫"', ['你好', '猫']],
  ["写着'猫'的牌子", ['猫']],
  ['写着‘猫’的牌子', ['猫']],
  ['写着2024"新年"', ['新年']],
  // Apostrophes.
  ["the fox's hat and the cat's bow", []],
  ["John's cat and Mary's dog", []],
  ['John’s cat and Mary’s dog', []],
  ["the dogs' bowl and the cats' bed", []],
  ['the dogs’ bowl and the cats’ bed', []],
  ["rock 'n roll in the '90s, 'tis the dogs' time", []],
  ["don't draw l'été, it's O'Brien's", []],
  ["die Katze hat's gut, und der Hund hat's auch", []],
  ["a sign 'don't walk' here", ["don't walk"]],
  ['a sign ‘don’t walk’ here', ['don’t walk']],
  ["John's sign 'OPEN' and Mary's \"SHOP\"", ['OPEN', 'SHOP']],
  ["the fox's sign says “CAT’S”", ['CAT’S']],
  ["the café's sign and the naïveté's", []],
  // Inches and feet.
  ['a 6" tall cat and a 3" dog', []],
  ['a 2"x4" plank', []],
  ["a man of 6' beside one of 5'", []],
  ['a shirt with "route 66"', ['route 66']],
  // Unbalanced.
  ['a sign "OPEN', []],
  ['a sign “OPEN and more', []],
  ['a sign OPEN” and “SHOP”', ['SHOP']],
  ["a sign 'OPEN and more", []],
  ['say "one" and "two', ['one']],
  ['「一 和 「二」', ['二']],
  // Nested and crossing.
  ['“he says ‘hi’ to me”', ['he says ‘hi’ to me']],
  ['“a “b” c”', ['a “b” c']],
  ['「他说「好」了」', ['他说「好」了']],
  ["\"it's 'here'\"", ["it's 'here'"]],
  ['“say "hi” and "bye"', ['say "hi', 'bye']],
  ['a \'b "c\' d"', ['b "c']],
  // Nothing to see.
  ['a sign "" and “ ”', []],
  ["''''", []],
  // With mentions.
  ['like @3 with "@4"', ['@4']],
  ["the fox's @3 and the cat's bow", []],
  ["the dog's hat on @3 and ‘see @4’", ['see @4']],
  ['把@3写上「看@4」', ['看@4']],
];

describe.each(SENTENCES)('%s', (prompt, expected) => {
  it('is drawn, mentioned and warned of alike', () => {
    expect(quotedTexts(prompt)).toEqual(expected);
    expect(mentionsOf(prompt).map(({ token }) => token)).toEqual(prompt.includes('@3') ? ['@3'] : []);
    const asked = readMessage(prompt, { subjects: [], styles: [], longestWord: 0 }).unknown;
    expect(asked.filter(({ kind }) => kind === 'words').map((thing) => thing.asked)).toEqual([
      ...new Set(expected.map((text) => text.trim())),
    ]);
    const turn = turnSchema.parse({ mode: 'new', prompt: prompt.replace('@3', 'it') });
    const result = compileContext({ session: { id: 's', headPictureId: null }, turns: [] }, turn);
    expect(result.ok && result.context.renderTexts).toEqual(expected);
  });
});

/** What was asked for, without the asking. */
const TITLES = [
  ['make it a starry night', 'Starry night'],
  ['Make it night', 'Night'],
  ['please turn it into a watercolor', 'Watercolor'],
  ['change the picture to line art', 'Line art'],
  ['draw me a fox', 'A fox'],
  ['put a castle next to it', 'Put a castle next to it'],
  ['把背景换成星空', '星空'],
  ['make a poster', 'A poster'],
];

it('keeps quoted words in a title and takes mentions out', () => {
  expect(titleOf('draw a sign "@4" like @3', 'draw a sign "@4" like image 1')).toBe('A sign "@4" like');
  for (const [prompt, title] of TITLES) expect(titleOf(prompt!, prompt!)).toBe(title);
  expect(titleOf("the fox's hat and the cat's bow", '')).toBe("The fox's hat and the cat's bow");
});

it('knows words that were put in by hand from those of the prompt', () => {
  expect(textsByHand('a sign "OPEN"', ['OPEN'])).toEqual([]);
  expect(textsByHand('a sign', [])).toEqual([]);
  expect(textsByHand('a sign "OPEN"', ['SHUT'])).toEqual(['SHUT']);
  expect(textsByHand('a sign')).toEqual([]);
});

test.each([
  '"',
  "'",
  '“',
  '”',
  '「',
  '‘',
  '’',
  "a'",
  " '",
  '"\'',
  '“”',
  "'a ",
  '6"',
  '@',
  '"@',
  "'@a ",
  '@猫',
  '@a ',
])('a prompt of 100,000 signs of %j is read at once', (sign) => {
  const prompt = sign.repeat(100_000 / sign.length);
  const start = performance.now();
  quotesOf(prompt);
  mentionsOf(prompt);
  expect(performance.now() - start).toBeLessThan(1_500);
});
