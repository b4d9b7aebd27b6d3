/**
 * Mentions in a prompt: `@3` or `@v3` is a version of this session, `@cat` the picture whose message has that word,
 * `@title/3` or `@SESSION_ID/3` a version of another session. Text between double quotes is drawn, so an @ in it is only
 * an @. Pure; knows no picture.
 */

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

const VERSION = /^@v?(\d+)(?![A-Za-z0-9_/-])/iu;
const WORD = /^@([\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*)(?:\/v?(\d+))?/u;
const QUOTED = /"[^"]*"|“[^”]*”|「[^」]*」|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu;
/** Punctuation that stands right behind a word, without a space. */
export const CLOSING = /^[,.;:!?…)\]}’”»、，。；：！？）】」』》]/u;
// An address such as me@home.org mentions nothing.
const BEFORE_MENTION = /[A-Za-z0-9_.+@-]$/;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Mentions of a prompt, in order. */
export function mentionsOf(prompt: string): Mention[] {
  const quoted = [...prompt.matchAll(QUOTED)].map(({ index, 0: text }) => [index, index + text.length]);
  const found: Mention[] = [];
  for (let at = prompt.indexOf('@'); at >= 0; at = prompt.indexOf('@', at + 1)) {
    if (quoted.some(([start, end]) => at > start! && at < end!)) continue;
    if (BEFORE_MENTION.test(prompt.slice(0, at))) continue;
    const mention = mentionAt(prompt, at);
    if (mention) found.push(mention);
  }
  return found;
}

function mentionAt(prompt: string, start: number): Mention | undefined {
  const rest = prompt.slice(start);
  const version = VERSION.exec(rest);
  if (version)
    return {
      start,
      end: start + version[0].length,
      token: version[0],
      word: '',
      version: Number(version[1]),
    };
  const word = WORD.exec(rest);
  if (!word) return undefined;
  // A hyphen at the end is punctuation.
  const token = word[2] === undefined ? word[0].replace(/-+$/, '') : word[0];
  return {
    start,
    end: start + token.length,
    token,
    word: token.slice(1).split('/')[0]!.toLowerCase(),
    version: word[2] === undefined ? null : Number(word[2]),
  };
}

/** The words of a text in lower case; Chinese by its dictionary words. */
export function wordsOf(text: string): string[] {
  return [...segmenter.segment(text.toLowerCase())]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);
}

/** Whether a text has a mentioned word; the words of a hyphenated one may stand anywhere in it, Chinese also within words. */
export function hasWord(text: string, word: string): boolean {
  if (isHan(word)) return text.includes(word);
  const words = wordsOf(text);
  return word.split(/[-_]+/).every((part) => part === '' || words.includes(part));
}

/**
 * The readings of a word mention, longest first: Chinese is written without spaces, so that `@猫变成` may be the mention
 * `@猫` and a text that goes on.
 */
export function readings(mention: Mention): Mention[] {
  if (mention.version !== null || !isHan(mention.word)) return [mention];
  const characters = [...mention.word];
  return characters.map((_, dropped) => {
    const word = characters.slice(0, characters.length - dropped).join('');
    return { ...mention, word, token: `@${word}`, end: mention.start + 1 + word.length };
  });
}

/** A title as it can be mentioned: its words, joined. */
export function mentionWord(title: string): string {
  return wordsOf(title).slice(0, 6).join('-');
}

function isHan(text: string): boolean {
  return /^\p{Script=Han}/u.test(text);
}
