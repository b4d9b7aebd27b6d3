/** Names of files: found again by a person, and taken by every file system. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileWords, pictureWords } from '../../studio/mentions/file-name.ts';

test('a picture is named by its session, its version and what was asked, said once', () => {
  const named = (title: string, prompt: string) => pictureWords({ title, prompt, version: 3 });
  expect(named('A castle', 'make it night')).toBe('A castle v3, make it night');
  expect(named('A castle', 'a castle')).toBe('A castle v3');
  expect(named('A castle on a hill…', 'a castle on a hill with a long wall')).toBe('A castle on a hill… v3');
  expect(named('', '')).toBe('Picture v3');
  expect(named('红色的狐狸', '加一顶帽子')).toBe('红色的狐狸 v3, 加一顶帽子');
});

test('a whole emoji stays, half of one goes, and no sign hides an ending', () => {
  expect(fileWords('fox 👩‍👩‍👧', 20)).toBe('fox 👩‍👩‍👧');
  expect(fileWords('aaaa👩‍👩‍👧', 6)).toBe('aaaa');
  expect(fileWords('photo\u202Egnp.exe', 40)).toBe('photognp.exe');
});

test('whatever the text, no file system refuses it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(80), (text, most) => {
      const name = fileWords(text, most);
      expect(name.length).toBeLessThanOrEqual(most);
      expect(name).not.toMatch(/[\\/:*?"<>|\p{Cc}]|^[ .]|[ .]$/u);
    }),
  );
});
