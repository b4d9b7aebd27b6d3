/** The words of the interface: both languages say the same things, and a browser gets the one it asks for. */
import { expect, test } from 'vitest';
import { unseenThings } from '../../app/hints/known-things.ts';
import en from '../../messages/en.json' with { type: 'json' };
import zh from '../../messages/zh.json' with { type: 'json' };
import knows from '../../models/mini/knows.json' with { type: 'json' };
import { pickLocale } from '../../studio/locale.ts';

type Tree = { [key: string]: string | Tree };

/** Every message under its dotted key. */
function texts(tree: Tree, prefix = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : texts(value, `${prefix}${key}.`),
  );
}

/** The names of what is filled into a message. */
function valuesOf(message: string): string[] {
  const names = [...message.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1]!);
  return [...new Set(names)].sort();
}

test('English and Chinese have the same messages with the same values', () => {
  const values = (tree: Tree) => Object.fromEntries(texts(tree).map(([key, text]) => [key, valuesOf(text)]));
  expect(values(zh)).toEqual(values(en));
});

test('no message is empty', () => {
  const blank = (tree: Tree) => texts(tree).filter(([, text]) => text.trim() === '');
  expect([...blank(en), ...blank(zh)]).toEqual([]);
});

/** English without its articles and endings, which Chinese does not tell apart: "renaming" is "Rename". */
function meaning(english: string): string {
  const words = english.toLowerCase().match(/[\p{L}\p{N}{}]+/gu) ?? [];
  return words
    .filter((word) => !/^(a|an|the)$/.test(word))
    .map((word) => word.replace(/(ing|es|e|s)$/, ''))
    .join(' ');
}

test('no Chinese text stands for two English ones of another meaning', () => {
  const english = new Map(texts(en));
  const slips = Map.groupBy(texts(zh), ([, text]) => text)
    .values()
    .map((same) => same.map(([key]) => `${key}: ${english.get(key)}`))
    .filter((same) => new Set(same.map((each) => meaning(each.slice(each.indexOf(': '))))).size > 1);
  expect([...slips]).toEqual([]);
});

test.each([
  ['en', en],
  ['zh', zh],
])('the examples of the start page, %s, ask for nothing that the small model has never seen', (_, words) => {
  for (const prompt of Object.values(words.start.examplePrompts))
    expect({ prompt, unseen: unseenThings(prompt, knows) }).toEqual({ prompt, unseen: [] });
});

test.each([
  ['zh', 'en-US,en;q=0.9', 'zh'],
  ['fr', 'zh-CN,zh;q=0.9', 'zh'],
  [undefined, 'de-DE,de;q=0.9,zh;q=0.5,en;q=0.7', 'en'],
  [undefined, 'zh-Hant-TW;q=0.8, en;q=0.3', 'zh'],
  [undefined, 'en;q=0, zh', 'zh'],
  [undefined, null, 'en'],
  [undefined, ';;,,q=', 'en'],
])('cookie %s and header %s give %s', (chosen, header, locale) => {
  expect(pickLocale(chosen, header)).toBe(locale);
});
