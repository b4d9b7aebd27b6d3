/**
 * Everything that a checkpoint's list names, by name: subjects, looks, grounds, places, colours, and the words of its captions.
 * Compiled once a list. Pure.
 */
import type { Knows, Named } from '../known.ts';
import { BREAKS } from './ordinary.ts';
import { Spellings } from './spelling.ts';
import { THINGS, type Thing } from './things.ts';
import { formIn } from './tokens.ts';

export type SenseKind = 'subject' | 'look' | 'ground' | 'place' | 'colour' | 'plain';

/** What a name means: an entry of the list by its English name; of a plain word, the word. */
export interface Sense {
  kind: SenseKind;
  name: string;
}

export interface Names {
  english: ReadonlyMap<string, Sense>;
  chinese: ReadonlyMap<string, Sense>;
  emoji: ReadonlyMap<string, Sense>;
  /** How many words the longest English name has that begins with a word; only of names of several words. */
  wordsFrom: ReadonlyMap<string, number>;
  /** Subjects, grounds and looks by what slips make of them. */
  spellings: Spellings;
  /** By the English name. */
  subjects: ReadonlyMap<string, Named>;
  /** What our own lists say of a subject. */
  things: ReadonlyMap<string, Thing>;
}

const HAN = /\p{Script=Han}/u;
/** Other names of a subject that nearly always mean something else: of a picture frame, of a thumb, of a musical note. */
const NO_NAMES: ReadonlySet<string> = new Set([
  ...BREAKS,
  'painting',
  'picture',
  'image',
  'idea',
  'music',
  'love',
  '画',
]);
const cache = new WeakMap<Knows, Names>();

export function namesOf(knows: Knows): Names {
  let names = cache.get(knows);
  if (!names) {
    names = compile(knows);
    cache.set(knows, names);
  }
  return names;
}

function compile(knows: Knows): Names {
  const english = new Map<string, Sense>();
  const chinese = new Map<string, Sense>();
  const emoji = new Map<string, Sense>();
  const put = (names: Iterable<string>, sense: Sense) => {
    for (const name of names) {
      const map = HAN.test(name) ? chinese : english;
      const plain = name
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/['’]s\b/g, '');
      const isTaken = sense.kind === 'plain' ? formIn(plain, map) !== undefined : map.has(plain);
      if (plain !== '' && !isTaken) map.set(plain, sense);
    }
  };
  const subjects = new Map(knows.subjects.map((subject) => [subject.en, subject]));
  for (const subject of knows.subjects) {
    const sense: Sense = { kind: 'subject', name: subject.en };
    put([subject.en, subject.zh, ...(subject.also ?? []).filter((name) => !NO_NAMES.has(name))], sense);
    if (subject.emoji) emoji.set(subject.emoji, sense);
  }
  const things = new Map<string, Thing>();
  for (const thing of THINGS) {
    const name = thing.en.find((each) => english.get(each)?.kind === 'subject');
    if (name === undefined) continue;
    const sense = english.get(name)!;
    // Every other name in our lists of a known subject is that subject: "bike", "bunny".
    put([...thing.en, ...thing.zh], sense);
    if (thing.emoji && !emoji.has(thing.emoji)) emoji.set(thing.emoji, sense);
    if (!things.has(sense.name) || thing.en.includes(sense.name)) things.set(sense.name, thing);
  }
  for (const [kind, entries] of [
    ['look', knows.styles],
    ['ground', knows.backgrounds],
    ['place', knows.places],
    ['colour', knows.colours],
  ] as const)
    for (const entry of entries ?? []) put(namesOfEntry(entry, kind), { kind, name: entry.en });
  const spellings = new Spellings([...english.keys()]);
  // Looser words are understood, and mean too many things to say which.
  const loose = knows.subjects.flatMap((subject) => subject.loose ?? []);
  for (const word of [...loose, ...(knows.vocabulary?.en ?? []), ...(knows.vocabulary?.zh ?? [])])
    put([word], { kind: 'plain', name: word });
  const wordsFrom = beginnings([...english.keys()]);
  return { english, chinese, emoji, wordsFrom, spellings, subjects, things };
}

/** For each first word of several the most words that follow one another in a name, itself included. */
export function beginnings(names: readonly string[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const name of names) {
    const words = name.split(/[ -]/);
    if (words.length > 1) most.set(words[0]!, Math.max(most.get(words[0]!) ?? 0, words.length));
  }
  return most;
}

const LEADING = /^(?:on|in|at|by|under|among|with|to|up|down|a|an|the|front|of) /;

/** The names of an entry; a ground also without its prepositions, and by the last word of its first name. */
function namesOfEntry({ en, zh, also = [] }: Named, kind: SenseKind): string[] {
  const all = [en, zh, ...also].filter((name) => !/COLOUR|某色/.test(name));
  if (kind !== 'ground') return all;
  const bare = all.filter((name) => !HAN.test(name)).map(bared);
  return [...all, ...bare, ...bare.slice(0, 1).map((name) => name.split(' ').at(-1)!)];
}

function bared(phrase: string): string {
  const shorter = phrase.replace(LEADING, '');
  return shorter === phrase ? phrase : bared(shorter);
}
