/**
 * Mentions in a prompt: `@3` or `@v3` is a version of this session, `@cat` the picture whose message has that word,
 * `@title/3` or `@SESSION_ID/3` a version of another session. Text between quotes is drawn, so an @ in it is only an @.
 * Pure; knows no picture.
 */
import { quotesOf, withoutSpans } from '../quotes.ts';
import { wordsOf } from '../words.ts';

/** A mention as it stands in the text, from `start` to before `end`. */
export interface Mention {
  start: number;
  end: number;
  /** As typed, with the @. */
  token: string;
  /** Lower case word; empty where only a version is named. */
  word: string;
  /** Null for a word alone. */
  version: number | null;
}

const VERSION = /@v?(\d+)(?![A-Za-z0-9_/-])/iuy;
const WORD = /@([\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*)(?:\/v?(\d+))?/uy;
/** Punctuation that stands right behind a word, without a space. */
export const CLOSING = /^[,.;:!?…)\]}’”»、，。；：！？）】」』》]/u;
// An address such as me@home.org mentions nothing.
const BEFORE_NONE = /[A-Za-z0-9_.+@-]/;
/** Most different words of one prompt that are looked up; mentions by further words stay text. */
const MOST_WORDS = 64;
/** Longest word in a script without spaces that a mention is tried as. */
const LONGEST_READING = 16;

/** Mentions of a prompt, in order. */
export function mentionsOf(prompt: string): Mention[] {
  if (!prompt.includes('@')) return [];
  const quotes = quotesOf(prompt);
  const found: Mention[] = [];
  let quote = 0;
  for (let at = prompt.indexOf('@'); at >= 0; at = prompt.indexOf('@', at + 1)) {
    while (quote < quotes.length && quotes[quote]!.end <= at) quote += 1;
    const isQuoted = quote < quotes.length && quotes[quote]!.start < at;
    if (isQuoted || (at > 0 && BEFORE_NONE.test(prompt[at - 1]!))) continue;
    const mention = mentionAt(prompt, at);
    if (mention) found.push(mention);
  }
  return found;
}

function mentionAt(prompt: string, start: number): Mention | undefined {
  const version = matchAt(VERSION, prompt, start);
  if (version)
    return {
      start,
      end: start + version[0].length,
      token: version[0],
      word: '',
      version: Number(version[1]),
    };
  const word = matchAt(WORD, prompt, start);
  if (!word) return undefined;
  // A hyphen at the end is punctuation.
  const token = word[2] === undefined ? word[0].replace(/(?<!-)-+$/, '') : word[0];
  return {
    start,
    end: start + token.length,
    token,
    word: token.slice(1).split('/')[0]!.toLowerCase(),
    version: word[2] === undefined ? null : Number(word[2]),
  };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The text of a message without its mentions that named a picture, or without those that named none and were sent as text. */
export function withoutMentions(which: 'named' | 'unnamed', prompt: string, sentPrompt: string): string {
  const mentions = mentionsOf(prompt);
  return withoutSpans(
    prompt,
    mentions.filter(({ token }) => sentPrompt.includes(token) === (which === 'unnamed')),
  );
}

/** The words by which the mentions of a prompt are looked up, each once, in their order, {@link MOST_WORDS} at most. */
export function mentionedWords(mentions: readonly Mention[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { word } of mentions) {
    if (words.size === MOST_WORDS) break;
    if (word !== '') words.add(word);
  }
  return words;
}

/** Texts that mentioned words are looked for in. */
export interface WordIndex<T> {
  /**
   * The things with this word in their texts, in the order given. The parts of a hyphenated word may stand anywhere in the text, a
   * Chinese word also within another.
   */
  withWord: (word: string) => readonly T[];
}

/** Indexes texts by their words; nothing is read before the first look-up. */
export function wordIndex<T>(things: readonly T[], textOf: (thing: T) => string): WordIndex<T> {
  let words: readonly ReadonlySet<string>[] | undefined;
  const lookUp = (word: string): readonly T[] => {
    if (isHan(word)) return things.filter((thing) => textOf(thing).includes(word));
    words ??= things.map((thing) => new Set(wordsOf(textOf(thing).toLowerCase())));
    const parts = word.split(/[-_]+/).filter((part) => part !== '');
    return things.filter((_, at) => parts.every((part) => words![at]!.has(part)));
  };
  const known = new Map<string, readonly T[]>();
  return {
    withWord: (word) => {
      const found = known.get(word) ?? lookUp(word);
      known.set(word, found);
      return found;
    },
  };
}

/**
 * The readings of a word mention, longest first: Chinese is written without spaces, so that `@猫变成` may be the mention
 * `@猫` and a text that goes on.
 */
export function readings(mention: Mention): Mention[] {
  if (mention.version !== null || !isHan(mention.word)) return [mention];
  const characters = [...mention.word.slice(0, 2 * LONGEST_READING)].slice(0, LONGEST_READING);
  return characters.map((_, dropped) => {
    const word = characters.slice(0, characters.length - dropped).join('');
    return { ...mention, word, token: `@${word}`, end: mention.start + 1 + word.length };
  });
}

/** A title as it can be mentioned: its words, joined. */
export function mentionWord(title: string): string {
  return wordsOf(title.toLowerCase()).slice(0, 6).join('-');
}

function isHan(text: string): boolean {
  return /^\p{Script=Han}/u.test(text);
}
