/** The words of the interface: both languages say the same things, and a browser gets the one it asks for. */
import { expect, test } from 'vitest';
import { unseenThings } from '../../app/known-things.ts';
import { pickLocale } from '../../app/locale.ts';
import en from '../../messages/en.json' with { type: 'json' };
import zh from '../../messages/zh.json' with { type: 'json' };
import knows from '../../models/mini/knows.json' with { type: 'json' };

type Tree = { [key: string]: string | Tree };

/** Every message under its dotted key, with the names of what is filled into it. */
function flat(tree: Tree, prefix = ''): [key: string, values: string[]][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[prefix + key, valuesOf(value)] as [string, string[]]]
      : flat(value, `${prefix}${key}.`),
  );
}

function valuesOf(message: string): string[] {
  const names = [...message.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1]!);
  return [...new Set(names)].sort();
}

test('English and Chinese have the same messages with the same values', () => {
  expect(Object.fromEntries(flat(zh))).toEqual(Object.fromEntries(flat(en)));
});

test('no message is empty', () => {
  const blank = (tree: Tree): boolean =>
    Object.values(tree).some((value) => (typeof value === 'string' ? value.trim() === '' : blank(value)));
  expect([blank(en), blank(zh)]).toEqual([false, false]);
});

test.each([
  ['en', en],
  ['zh', zh],
])('the examples of the start page, %s, ask for nothing that the small model has never seen', (_, words) => {
  for (const prompt of Object.values(words.start.play))
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
