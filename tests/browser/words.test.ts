/** The words of the interface: both languages say the same things, and a browser gets the one it asks for. */
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import en from '../../messages/en.json' with { type: 'json' };
import zh from '../../messages/zh.json' with { type: 'json' };
import knows from '../../models/mini/knows.json' with { type: 'json' };
import { pickLocale } from '../../studio/locale/pick-locale.ts';
import { readMessage } from '../../studio/reading/reading.ts';

type Tree = { [key: string]: string | Tree };

/** Every message under its dotted key. */
function texts(tree: Tree, prefix = ''): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : texts(value, `${prefix}${key}.`),
  );
}

/** The names of what is filled into a message; the words of a plural form, as in `one {Undo}`, are none. */
function valuesOf(message: string): string[] {
  const names = [
    ...message.matchAll(/\{(\w+)(?=,)|(?<!(?:zero|one|two|few|many|other|=\d+)\s+)\{(\w+)(?=\})/g),
  ].map((match) => match[1] ?? match[2]!);
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

const ROOT = resolve(import.meta.dirname, '../..');
/** Its keys are codes that are put together at run time; tests of the refusals and of the answers in words hold each to its message. */
const KEYS_BY_CODE = /^(refusal|failure|agent)\./;

/** What the sources name as keys: whole, or as a template of which one part is filled in; under a name space where a file has one. */
function namedKeys(): { whole: Set<string>; templates: RegExp[] } {
  const files = globSync('{app,server,studio,command}/**/*.{ts,tsx}', { cwd: ROOT });
  const whole = new Set<string>();
  const templates: RegExp[] = [];
  for (const file of files) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    const spaces = [...source.matchAll(/Translations\('(\w+)'\)/g)].map((match) => `${match[1]}.`);
    for (const [, key] of source.matchAll(/'([a-z]+(?:\.[\w-]+)*)'/gi))
      for (const space of key!.includes('.') ? ['', ...spaces] : spaces) whole.add(space + key);
    for (const [, before, after] of source.matchAll(/`([a-z]+\.(?:[\w.]*))\$\{[^`]*?\}(\w*)`/gi))
      for (const space of ['', ...spaces])
        templates.push(new RegExp(`^${(space + before!).replaceAll('.', '\\.')}[^.]+${after}$`));
    for (const [, after] of source.matchAll(/`\$\{[^`}]*\}(\.[\w.]+)`/g))
      for (const space of spaces)
        templates.push(new RegExp(`^${space.replaceAll('.', '\\.')}[^.]+${after!.replaceAll('.', '\\.')}$`));
  }
  return { whole, templates };
}

test('every message is used by a source', () => {
  const { whole, templates } = namedKeys();
  const unused = texts(en)
    .map(([key]) => key)
    .filter((key) => !KEYS_BY_CODE.test(key) && !whole.has(key))
    .filter((key) => !templates.some((template) => template.test(key)));
  expect(unused).toEqual([]);
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
    expect({ prompt, unseen: readMessage(prompt, knows).unknown }).toEqual({ prompt, unseen: [] });
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
