/**
 * How many drawings a prompt asks for: known subjects with the numbers before them. Pure. Where in doubt it counts too few: a subject
 * that is named again is the one that was named before.
 */
import type { Named } from '../../studio/known.ts';
import { MEASURES, ORDINARY } from './known-words.ts';
import { BREAKS, englishWords, HAN, NUMBERS, ROWS, singular } from './thing-names.ts';

export interface CountedThing {
  /** As the user wrote it, with its number. */
  asked: string;
  count: number;
}

/** A subject as it stands in the text. */
interface NamedSubject extends CountedThing {
  subject: string;
}

const RATIO = /\d+\s*[:x×/]\s*\d+/gi;
const CHINESE_DIGITS = '零一二三四五六七八九';
const CHINESE_AMOUNT = new RegExp(`(\\d+|[一二两三四五六七八九十]+)\\s*[${MEASURES}]`, 'gu');

/** The subjects that the text asks for, in order. */
export function countedThings(text: string, subjects: readonly Named[]): CountedThing[] {
  const plain = text.replace(RATIO, ' , ');
  const counted = new Map<string, CountedThing>();
  for (const { subject, asked, count } of [
    ...englishSubjects(plain, subjects),
    ...chineseSubjects(plain, subjects),
  ])
    if (count > (counted.get(subject)?.count ?? 0)) counted.set(subject, { asked, count });
  return [...counted.values()];
}

function englishSubjects(text: string, subjects: readonly Named[]): NamedSubject[] {
  const names = subjectNames(subjects, 'en');
  const words = englishWords(text);
  const found: NamedSubject[] = [];
  let amount: { count: number; asked: string } | null = null;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const number = NUMBERS[word] ?? (/^\d+$/.test(word) ? Number(word) : undefined);
    if (number !== undefined) amount = { count: number, asked: `${word} ` };
    else if (word === ',' || BREAKS.has(word)) amount = null;
    else if (!ORDINARY.has(word)) {
      const phrase = [3, 2, 1]
        .map((length) => words.slice(at, at + length).join(' '))
        .find((part) => names.has(singular(part, names)));
      if (!phrase) continue;
      const subject = names.get(singular(phrase, names));
      if (subject)
        found.push({ subject, count: amount?.count ?? 1, asked: `${amount?.asked ?? ''}${phrase}` });
      amount = null;
      at += phrase.split(' ').length - 1;
    }
  }
  return found;
}

function chineseSubjects(text: string, subjects: readonly Named[]): NamedSubject[] {
  if (!HAN.test(text)) return [];
  const names = subjectNames(subjects, 'zh');
  const longestFirst = [...names.keys()].sort((one, other) => other.length - one.length);
  const found: NamedSubject[] = [];
  let after = 0;
  for (let at = 0; at < text.length; ) {
    const name = longestFirst.find((each) => text.startsWith(each, at));
    const subject = name && names.get(name);
    if (subject) {
      const amount = [...text.slice(after, at).matchAll(CHINESE_AMOUNT)].at(-1);
      found.push({
        subject,
        count: amount ? chineseNumber(amount[1]!) : 1,
        asked: (amount?.[0] ?? '') + name,
      });
    }
    at += name?.length ?? 1;
    if (name) after = at;
  }
  return found;
}

function chineseNumber(said: string): number {
  if (/^\d+$/.test(said)) return Number(said);
  const digit = (character: string | undefined) =>
    CHINESE_DIGITS.indexOf(character === '两' ? '二' : character!);
  if (!said.includes('十')) return digit(said.at(-1));
  const [tens, ones] = said.split('十');
  return (tens ? digit(tens) : 1) * 10 + (ones ? digit(ones) : 0);
}

/** Every name of our lists and of the subjects with the subject that it means; null for what only contains one: "polar bear". */
function subjectNames(subjects: readonly Named[], language: 'en' | 'zh'): Map<string, string | null> {
  const known = new Set(subjects.map(({ en }) => en));
  const names = new Map<string, string | null>();
  for (const entry of ROWS.flat())
    for (const name of entry[language]) names.set(name, entry.en.find((en) => known.has(en)) ?? null);
  for (const subject of subjects)
    for (const name of [subject[language], ...(subject.also ?? [])]) names.set(name, subject.en);
  return names;
}
