/** What a checkpoint understands best of what was typed: names, looks and grounds of its list; texts to write never change. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { knowsFile } from '../../studio/known.ts';
import { quotesOf } from '../../studio/quotes.ts';
import { differenceOf } from '../../studio/wording/difference.ts';
import { keepsTexts } from '../../studio/wording/keeps-texts.ts';
import { wordingOf } from '../../studio/wording/wording.ts';

const knows = knowsFile.parse(JSON.parse(readFileSync('models/mini/knows.json', 'utf8')));

it('says known names, and the look and ground of a new picture', () => {
  const said = (prompt: string) => wordingOf(prompt, knows, 'new');
  expect(said('a puppy')).toBe('3D style, a dog on a white background');
  expect(said('two kittens on the beach.')).toBe('3D style, two cats on the beach.');
  expect(said('flat style, a dog')).toBe('flat style, a dog on a white background');
  expect(said('line art style, a cat in the snow')).toBe('line art style, a cat in the snow');
  expect(said('一只小狗')).toBe('3D风格，一只狗，白色背景');
  // What is unknown is not described further, and without a list nothing is said otherwise.
  expect(said('a bicycle')).toBe('a bicycle');
  expect(said('hello')).toBe('hello');
  expect(wordingOf('a puppy', null, 'new')).toBe('a puppy');
});

it('an edit gets known names alone', () => {
  expect(wordingOf('add a puppy', knows, 'edit')).toBe('add a dog');
  expect(wordingOf('把猫换成小狗', knows, 'edit')).toBe('把猫换成狗');
  expect(wordingOf('make it night', knows, 'edit')).toBe('make it night');
});

it('texts to write and mentions never change, whatever stands around them', () => {
  expect(wordingOf('a puppy that says "my puppy"', knows, 'new')).toBe(
    '3D style, a dog that says "my puppy" on a white background',
  );
  expect(wordingOf('a puppy like @puppy', knows, 'edit')).toContain('@puppy');
  const names = knows.subjects.flatMap(({ en, zh, also = [] }) => [en, zh, ...also]);
  const piece = fc.oneof(
    fc.constantFrom(...names, ...names.map((name) => `${name}s`)),
    fc.constantFrom(
      'a',
      'an',
      'the',
      'with',
      'and',
      'on',
      'says',
      "the fox's",
      '6"',
      "'tis",
      '@3',
      '@puppy',
      '，',
      '.',
    ),
    fc.constantFrom(
      '"puppy"',
      "'kitty'",
      '“小狗”',
      '「小猫」',
      '‘puppy’',
      '"',
      "'",
      '“',
      '”',
      '‘',
      '’',
      '「',
      '」',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const prompts = fc
    .array(piece, { maxLength: 12 })
    .chain((pieces) => fc.constantFrom(' ', '').map((space) => pieces.join(space)));
  fc.assert(
    fc.property(prompts, fc.constantFrom('new', 'edit', 'style', 'combine'), (prompt, mode) => {
      const wording = wordingOf(prompt, knows, mode as 'new');
      const quoted = (text: string) => quotesOf(text).map(({ start, end }) => text.slice(start, end));
      expect(quoted(wording)).toEqual(quoted(prompt));
      expect(keepsTexts(prompt, wording)).toBe(true);
      const parts = differenceOf(prompt, wording);
      const joined = (without: string) =>
        parts.flatMap(({ text, sort }) => (sort === without ? [] : [text])).join('');
      expect([joined('new'), joined('gone')]).toEqual([prompt, wording]);
    }),
    { numRuns: 1000 },
  );
});

it('shows what was changed word by word', () => {
  expect(differenceOf('a puppy on grass', 'a dog on grass')).toEqual([
    { text: 'a ', sort: 'kept' },
    { text: 'puppy ', sort: 'gone' },
    { text: 'dog ', sort: 'new' },
    { text: 'on grass', sort: 'kept' },
  ]);
  expect(differenceOf('', 'x')).toEqual([{ text: 'x', sort: 'new' }]);
});
