/**
 * A message as the loaded checkpoint can understand it: what of it stands in the checkpoint's list, and what it asks for that does
 * not. Pure. It would sooner miss an unknown thing than warn of a known one: synonyms, plurals, tags and slips of the finger count
 * as known, and what names no thing is never told of.
 */
import type { Knows } from '../known.ts';
import { mentionsOf } from '../mentions/mentions.ts';
import { quotedTexts, quotesOf } from '../quotes.ts';
import { type ChinesePart, chineseParts } from './chinese.ts';
import { type Counted, countedChinese, countedEnglish, eachOnce } from './counted.ts';
import { isChat, unknownParts } from './english.ts';
import { likeNamed } from './likeness.ts';
import { namesOf, type SenseKind } from './names.ts';
import { FOREIGN } from './ordinary.ts';
import { type Part, partsOf } from './parts.ts';
import { tokensOf } from './tokens.ts';

interface Span {
  start: number;
  end: number;
}

/** A name of the list as it stands in the text. */
export interface Understood extends Span {
  kind: Exclude<SenseKind, 'plain'>;
  /** The English name of the entry. */
  name: string;
  asked: string;
  /** It was written with a slip of the finger. */
  slip: boolean;
}

/**
 * `thing` and `look`: outside the list. `words`: text to write that is too long or not Latin. `count`: more drawings than fit, and
 * `alike`: more of one subject. `colour`: of a subject, which cannot be chosen. `language`: not English or Chinese. `nothing`: it
 * asks for no picture.
 */
export type UnknownKind = 'thing' | 'look' | 'words' | 'count' | 'alike' | 'colour' | 'language' | 'nothing';

/** Something that was asked for and is not understood. */
export interface Unknown extends Span {
  kind: UnknownKind;
  /** As the user wrote it. */
  asked: string;
  /** Known names that could stand in its place, the nearest in meaning first; in the language of `asked`. */
  suggestions: string[];
  /** With `count` and `alike`: how many drawings were asked for, and how many fit. With `words`: letters that fit. */
  count?: number;
  most?: number;
}

export interface Reading {
  understood: Understood[];
  unknown: Unknown[];
}

/** Longest text that is read; what stands behind it no model of ours reads either. */
const LONGEST = 2000;
const RATIO = /\d+\s*[:x×/]\s*\d+/gi;
const HAN = /\p{Script=Han}/u;

export function readMessage(prompt: string, knows: Knows): Reading {
  const names = namesOf(knows);
  const text = prompt.slice(0, LONGEST);
  const rest = withoutNamed(text);
  const parts = partsOf(tokensOf(rest), names);
  const chinese = HAN.test(rest) ? chineseParts(rest, names) : [];
  const understood = understoodOf(text, parts, chinese);
  const counted = eachOnce([...countedEnglish(parts), ...countedChinese(rest, chinese)]);
  const unknown = [
    ...wordsTooLong(text, knows),
    ...tooMany(counted, knows, HAN.test(rest)),
    ...unknownThings(text, parts, chinese, knows),
    ...coloured(text, parts, knows),
  ];
  const whole = wholly(text, { parts, chinese, understood, unknown });
  // In another language a near word means something else.
  const isOther = whole.some(({ kind }) => kind === 'language');
  return {
    understood: isOther ? understood.filter(({ slip }) => !slip) : understood,
    unknown: [...unknown, ...whole],
  };
}

/** The text with spaces for all that says nothing of what to draw, at the same places: mentions, what is written, ratios. */
function withoutNamed(text: string): string {
  const blank = (part: string) => `,${' '.repeat(part.length - 1)}`;
  let rest = text;
  for (const { start, end } of [...mentionsOf(text), ...quotesOf(text)])
    if (end > start) rest = rest.slice(0, start) + blank(rest.slice(start, end)) + rest.slice(end);
  return rest.replace(RATIO, blank);
}

function understoodOf(text: string, parts: readonly Part[], chinese: readonly ChinesePart[]): Understood[] {
  const found = [
    ...parts.flatMap((part) => (part.sort === 'known' ? [{ ...part, slip: part.slip }] : [])),
    ...chinese.flatMap((part) => (part.sense ? [{ ...part, sense: part.sense, slip: false }] : [])),
  ];
  return found
    .flatMap(({ sense: { kind, name }, start, end, slip }): Understood[] =>
      kind === 'plain' ? [] : [{ kind, name, asked: text.slice(start, end), start, end, slip }],
    )
    .sort((one, other) => one.start - other.start);
}

function unknownThings(
  text: string,
  parts: readonly Part[],
  chinese: readonly ChinesePart[],
  knows: Knows,
): Unknown[] {
  const others = chinese.filter(({ sort }) => sort === 'thing' || sort === 'look');
  const seen = new Set<string>();
  return [...unknownParts(parts), ...others]
    .sort((one, other) => one.start - other.start)
    .filter(({ text: asked }) => !seen.has(asked) && seen.add(asked))
    .map((part) => unknown(text, part, part.sort === 'look', knows, HAN.test(part.text) ? 'zh' : 'en'));
}

function unknown(
  text: string,
  { start, end, text: name }: { start: number; end: number; text: string },
  isLook: boolean,
  knows: Knows,
  language: 'en' | 'zh',
): Unknown {
  const suggestions = isLook ? knows.styles.map((look) => look[language]) : likeNamed(name, knows, language);
  return { kind: isLook ? 'look' : 'thing', asked: text.slice(start, end), suggestions, start, end };
}

function wordsTooLong(text: string, { longestWord }: Knows): Unknown[] {
  if (longestWord === undefined) return [];
  return quotesOf(text).flatMap(({ text: quoted, start, end }): Unknown[] => {
    const asked = quoted.trim();
    if (asked === '' || (asked.length <= longestWord && /^[a-z0-9]+$/i.test(asked))) return [];
    const first = asked.split(/[^a-z0-9]+/i).find((part) => part.length > 0 && part.length <= longestWord);
    const suggestions = first ? [text[start] + first.toUpperCase() + text[end - 1]] : [];
    return [{ kind: 'words', asked, suggestions, most: longestWord, start, end }];
  });
}

/** Most drawings where a checkpoint does not say. */
const DRAWINGS = 3;

function tooMany(
  counted: readonly Counted[],
  { mostDrawings = DRAWINGS, mostAlike }: Knows,
  isChinese: boolean,
): Unknown[] {
  const count = counted.reduce((sum, each) => sum + each.count, 0);
  const [first] = counted;
  if (!first) return [];
  const span = {
    start: Math.min(...counted.map(({ start }) => start)),
    end: Math.max(...counted.map(({ end }) => end)),
  };
  if (count > mostDrawings) {
    const asked = counted.map(({ asked }) => asked).join(isChinese ? '、' : ', ');
    return [{ kind: 'count', asked, suggestions: [], count, most: mostDrawings, ...span }];
  }
  return counted
    .filter((each) => mostAlike !== undefined && each.count > mostAlike)
    .map(({ asked, count, start, end }): Unknown => {
      return { kind: 'alike', asked, suggestions: [], count, most: mostAlike!, start, end };
    });
}

/** Things whose colour is no wish, since they have it: "yellow lemon". */
const NATURAL =
  /^(?:red (?:apple|rose|strawberry|tomato|heart|fire engine|cherries|crab|car|fox|lobster|chili|wine)|yellow (?:lemon|banana|sun|star|moon|taxi|chick|sunflower|corn|duck)|orange (?:carrot|pumpkin|fox|tangerine|tiger)|green (?:cactus|frog|tree|pine tree|palm tree|turtle|apple|leaf|cucumber|broccoli|dragon|crocodile|snake|lime)|blue (?:whale|dolphin|bird|fish)|pink (?:pig|flamingo|octopus)|brown (?:bear|horse|dog|monkey|deer|potato|owl)|white (?:sheep|swan|rabbit|goat|ghost|unicorn|snowman|cloud|polar bear)|(?:gray|grey) (?:elephant|koala|wolf|mouse)|black (?:spider|ant|bat))$/;

/** Colours right before a subject, where a colour changes nothing. */
function coloured(text: string, parts: readonly Part[], knows: Knows): Unknown[] {
  if (knows.colouredThings !== false) return [];
  return parts.flatMap((part, at): Unknown[] => {
    const next = parts[at + 1];
    if (part.sort !== 'known' || part.sense.kind !== 'colour') return [];
    if (next?.sort !== 'known' || next.sense.kind !== 'subject' || next.start > part.end + 1) return [];
    if (/^(?:letter|text|word)/.test(next.text) || NATURAL.test(`${part.sense.name} ${next.sense.name}`))
      return [];
    return [
      {
        kind: 'colour',
        asked: text.slice(part.start, next.end),
        suggestions: [],
        start: part.start,
        end: next.end,
      },
    ];
  });
}

/** What is not understood of the text as a whole: its language, its only word, or that it asks for a picture at all. */
function wholly(
  text: string,
  read: {
    parts: readonly Part[];
    chinese: readonly ChinesePart[];
    understood: readonly Understood[];
    unknown: readonly Unknown[];
  },
): Unknown[] {
  const { parts, chinese, understood, unknown } = read;
  const foreign = parts.filter(({ sort, end, start }) => sort === 'foreign' && end - start > 1);
  if (foreign.length > 0) {
    const [start, end] = [foreign[0]!.start, foreign.at(-1)!.end];
    return [{ kind: 'language', asked: text.slice(start, end), suggestions: [], start, end }];
  }
  if (understood.some(({ slip }) => !slip) || unknown.length > 0 || quotedTexts(text).length > 0) return [];
  const whole = { asked: text.trim(), suggestions: [], start: 0, end: text.length };
  if (isChat(text)) return [{ kind: 'nothing', ...whole }];
  const words = parts.filter(({ sort }) => sort !== 'sign');
  const english = words.filter((part) => part.sort === 'ordinary' && !FOREIGN.has(part.text)).length;
  if (words.some((part) => FOREIGN.has(part.text)) && english <= words.length / 3)
    return [{ kind: 'language', ...whole }];
  if (understood.length > 0) return [];
  const open = words.filter((part) => part.sort === 'open' && /^[a-z-]{3,}$/.test(part.text));
  const [only] = open;
  // One word outside of every list, among words that name nothing: it can only be what is asked for.
  if (chinese.length > 0 || open.length !== 1 || !only || /(?:ing|ly|ed)$/.test(only.text)) return [];
  return [
    {
      kind: 'thing',
      asked: text.slice(only.start, only.end),
      suggestions: [],
      start: only.start,
      end: only.end,
    },
  ];
}
