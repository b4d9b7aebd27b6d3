/**
 * What a prompt asks for that the checkpoint has never seen, for the page's hint. Pure; reads no file.
 * It would sooner miss an unknown thing than warn of a known one: synonyms, plurals and slips of the finger count as known.
 */

import type { Knows } from '../../studio/known.ts';
import { mentionsOf } from '../../studio/mentions.ts';
import { quotedTexts, quotesOf, withoutSpans } from '../../studio/quotes.ts';
import { countedThings } from './counted-things.ts';
import { MEASURES, ORDINARY, ORDINARY_CHINESE, ORDINARY_PHRASES } from './known-words.ts';
import { BREAKS, type Entry, englishWords, HAN, NUMBERS, ROWS, STYLE_ROWS, singular } from './thing-names.ts';

/** One thing that was asked for and never seen. */
export interface UnseenThing {
  /** As the user wrote it. */
  asked: string;
  /** `words`: text to write that is too long or not Latin; `count`: more drawings than fit. */
  kind: 'thing' | 'style' | 'words' | 'count';
  /** Something near that is known, in the language of `asked`. */
  suggestion?: string;
  /** With `count` only: how many drawings `asked` comes to, and how many fit. */
  count?: number;
  most?: number;
  language: 'en' | 'zh';
}

/** Most drawings where a checkpoint does not say. */
const DRAWINGS = 3;
/** Things of the prompt that the model has never seen, in order, each once; empty when it knows everything asked for. */
export function unseenThings(prompt: string, knows: Knows): UnseenThing[] {
  const found: UnseenThing[] = [...unseenWords(prompt, knows)];
  const named = [...mentionsOf(prompt), ...quotesOf(prompt)].sort((one, other) => one.start - other.start);
  // Neither the name of a picture nor what is written says what to draw.
  const rest = withoutSpans(prompt, named, ' , ');
  found.push(...tooMany(rest, knows));
  found.push(...unseenEnglish(rest, knows));
  if (HAN.test(rest)) found.push(...unseenChinese(rest, knows));
  const seen = new Set<string>();
  return found.filter(({ asked, kind }) => !seen.has(`${kind} ${asked}`) && seen.add(`${kind} ${asked}`));
}

function tooMany(text: string, knows: Knows): UnseenThing[] {
  const counted = countedThings(text, knows.subjects);
  const count = counted.reduce((sum, thing) => sum + thing.count, 0);
  const most = knows.mostDrawings ?? DRAWINGS;
  if (count <= most) return [];
  const language = HAN.test(text) ? 'zh' : 'en';
  const asked = counted.map(({ asked }) => asked).join(language === 'zh' ? '、' : ', ');
  return [{ asked, kind: 'count', count, most, suggestion: undefined, language }];
}

function unseenWords(prompt: string, { longestWord }: Knows): UnseenThing[] {
  if (longestWord === undefined) return [];
  return quotedTexts(prompt).flatMap((text) => {
    const asked = text.trim();
    if (asked.length <= longestWord && /^[a-z0-9]+$/i.test(asked)) return [];
    const first = asked.split(/[^a-z0-9]+/i).find((part) => part.length > 0 && part.length <= longestWord);
    return [
      {
        asked,
        kind: 'words' as const,
        suggestion: first?.toUpperCase(),
        language: HAN.test(asked) ? ('zh' as const) : ('en' as const),
      },
    ];
  });
}

function unseenEnglish(text: string, knows: Knows): UnseenThing[] {
  const known = englishNames(knows);
  const knownWords = new Set([...known].flatMap((name) => name.split(' ')));
  const words = englishWords(text);
  const found: UnseenThing[] = [];
  /** The head of the running phrase and whether a known thing stands in it. */
  let head: string | undefined;
  let satisfied = false;
  const close = () => {
    if (head !== undefined && !satisfied && isLoneNoun(head, known, knownWords))
      found.push({ asked: head, kind: 'thing', suggestion: undefined, language: 'en' });
    head = undefined;
    satisfied = false;
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === ',' || BREAKS.has(word)) {
      close();
      continue;
    }
    if (word in NUMBERS) continue;
    const length = [3, 2, 1].find((n) => known.has(singular(words.slice(at, at + n).join(' '), known)));
    if (length) {
      // A known name inside a longer unknown one ("polar bear", "hot dog") is the longer one.
      satisfied = true;
      at += length - 1;
      continue;
    }
    const listed = [3, 2, 1]
      .map((n) => ({ n, row: findRow(words.slice(at, at + n).join(' ')) }))
      .find(({ n, row }) => row && at + n <= words.length);
    if (listed?.row) {
      const asked = words.slice(at, at + listed.n).join(' ');
      if (!ORDINARY.has(asked) || listed.row.style) {
        found.push({
          asked,
          kind: listed.row.style ? 'style' : 'thing',
          suggestion: nearest(listed.row, knows, 'en'),
          language: 'en',
        });
        satisfied = true;
      }
      at += listed.n - 1;
      continue;
    }
    head = word;
  }
  close();
  return found;
}

interface Found {
  row: readonly Entry[];
  index: number;
  style: boolean;
}

type Lookup = ReadonlyMap<string, Found>;

/** Every listed name with the row it stands in; the first row that names it counts. */
function lookUp(language: 'en' | 'zh'): Lookup {
  const out = new Map<string, Found>();
  for (const [rows, style] of [
    [ROWS, false],
    [STYLE_ROWS, true],
  ] as const)
    for (const row of rows)
      for (const [index, entry] of row.entries())
        for (const name of entry[language]) if (!out.has(name)) out.set(name, { row, index, style });
  return out;
}

const ENGLISH = lookUp('en');
const CHINESE = lookUp('zh');

/** Where a name is listed; plurals count. */
const findRow = (name: string): Found | undefined => ENGLISH.get(singular(name, ENGLISH));

/** The known member of a row that stands nearest. */
function nearest({ row, index, style }: Found, knows: Knows, language: 'en' | 'zh'): string | undefined {
  if (style) return knows.styles[0]?.[language];
  const subjects = new Map(knows.subjects.map((subject) => [subject.en, subject]));
  const byDistance = row
    .flatMap((entry, at) => {
      const name = entry.en.find((en) => subjects.has(en));
      return name ? [{ name, distance: Math.abs(at - index) }] : [];
    })
    .sort((a, b) => a.distance - b.distance);
  const best = byDistance[0];
  return best && subjects.get(best.name)![language];
}

/** Whether a word outside every list stands where a thing does and is not a slip of the finger. */
function isLoneNoun(word: string, known: ReadonlySet<string>, knownWords: ReadonlySet<string>): boolean {
  if (word.length < 3 || /\d/.test(word) || ORDINARY.has(word) || knownWords.has(word)) return false;
  if (/(ing|ly|ed|ish|ful|ous|est|y)$/.test(word)) return false;
  if (ORDINARY.has(singular(word, ORDINARY)) || known.has(singular(word, known))) return false;
  const most = word.length >= 7 ? 2 : word.length >= 4 ? 1 : 0;
  for (const other of [...knownWords, ...ORDINARY])
    if (other.length >= 3 && Math.abs(other.length - word.length) <= most && distance(word, other) <= most)
      return false;
  return true;
}

function englishNames(knows: Knows): Set<string> {
  const names = [...knows.subjects, ...knows.styles, ...(knows.colours ?? [])].flatMap(({ en, also }) => [
    en,
    ...(also ?? []),
  ]);
  const phrases = [...(knows.backgrounds ?? []), ...(knows.places ?? [])].flatMap(({ en }) =>
    en.split(/\s+/),
  );
  const all = [...names, ...phrases, ...ORDINARY_PHRASES, ...(knows.vocabulary?.en ?? [])].map((name) =>
    name.toLowerCase(),
  );
  // Every other name in our lists of a known subject is that subject: "puppy", "bunny".
  const subjects = new Set(knows.subjects.map(({ en }) => en));
  const alike = ROWS.flat().filter(({ en }) => en.some((name) => subjects.has(name)));
  return new Set([...all, ...alike.flatMap(({ en }) => en)]);
}

function unseenChinese(text: string, knows: Knows): UnseenThing[] {
  const subjects = new Set(knows.subjects.map(({ en }) => en));
  const alike = ROWS.flat().filter(({ en }) => en.some((name) => subjects.has(name)));
  const known = [
    ...knows.subjects,
    ...knows.styles,
    ...(knows.backgrounds ?? []),
    ...(knows.colours ?? []),
    ...(knows.places ?? []),
  ]
    .flatMap(({ zh, also }) => [zh, ...(also ?? [])])
    .concat(
      knows.vocabulary?.zh ?? [],
      alike.flatMap(({ zh }) => zh),
      ORDINARY_CHINESE.filter((word) => word.length > 1),
    )
    .filter((name) => HAN.test(name));
  const unknown = [...ROWS, ...STYLE_ROWS]
    .flatMap((row) => row.flatMap(({ zh }) => zh))
    .filter((name) => !known.includes(name));
  const single = new Set(ORDINARY_CHINESE.filter((word) => word.length === 1));
  const names = [
    ...known.map((name) => ({ name, isKnown: true })),
    ...unknown.map((name) => ({ name, isKnown: false })),
  ].sort((a, b) => b.name.length - a.name.length);
  const found: UnseenThing[] = [];
  let lone = '';
  const close = (start: number) => {
    // Outside every list only what follows a measure word is surely a thing.
    if (lone.length >= 2 && MEASURES.includes(text[start - 1] ?? ' '))
      found.push({ asked: lone, kind: 'thing', suggestion: undefined, language: 'zh' });
    lone = '';
  };
  for (let at = 0; at < text.length; ) {
    const match = names.find(({ name }) => text.startsWith(name, at));
    if (match) {
      close(at - lone.length);
      if (!match.isKnown) {
        const row = CHINESE.get(match.name)!;
        found.push({
          asked: match.name,
          kind: row.style ? 'style' : 'thing',
          suggestion: nearest(row, knows, 'zh'),
          language: 'zh',
        });
      }
      at += match.name.length;
    } else {
      const char = text[at]!;
      if (!HAN.test(char) || single.has(char)) close(at - lone.length);
      else lone += char;
      at += 1;
    }
  }
  close(text.length - lone.length);
  return found;
}

/** Damerau-Levenshtein distance (optimal string alignment): a swap of neighbours counts once. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = best;
    }
  return rows[a.length]![b.length]!;
}
