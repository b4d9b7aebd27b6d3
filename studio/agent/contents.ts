/**
 * What is in the versions of a session, as far as their messages say: a version has what its own message brings and what the version
 * that it changes had, without what its message takes away. Words, not pixels. Pure.
 */
import { wordsOf } from '../words.ts';
import type { SeenSession, SeenVersion } from './seen-session.ts';
import { otherNames } from './two-languages.ts';

/** Words that describe nothing. */
const FILLERS: ReadonlySet<string> = new Set(
  `a an the this that these those some it its is was were are be with without had has have of in on at to for and or one ones picture image
version pic photo drawing there where which who please make made put add added give gave let set change changed turn turned draw drew drawn into from
by as all just only very added adding adds putting giving making changing turning my me you we i did do does get got looks look like colour color coloured colored still also when what too`.split(
    /\s+/,
  ),
);
const CHINESE_FILLERS =
  /[的了那个这张幅版本图片是有在里上着过只一条件把被给让加戴穿变改去成为和与呢吗吧啊它他她请]/gu;
const HAN = /\p{Script=Han}/u;

const TAKEN_AWAY = [
  /\b(?:remove|delete|erase|take (?:away|off|out)|get rid of|lose|drop|without|no)\s+(.+?)(?=\s+(?:and|then|but)\b|[,.;]|$)/giu,
  /\b(?:swap|replace|exchange)\s+(.+?)\s+(?:for|with|by)\b/giu,
  /(?:去掉|删掉|删除|移除|拿掉|擦掉|去除)([^，,。；]+)/gu,
  /[把将]([^，,。；]+?)(?:换成|替换成|替换为|换为)/gu,
  /[把将]([^，,。；]+?)(?:去掉|删掉|删除|移除|拿掉|擦掉)/gu,
];

/** Most texts whose words are kept. */
const MOST_KEPT = 2000;
const kept = new Map<string, string[]>();

/** The words that describe something, in one form each. */
export function describing(text: string): string[] {
  const known = kept.get(text);
  if (known) return known;
  const words = wordsThatDescribe(text);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(text, words);
  return words;
}

function wordsThatDescribe(text: string): string[] {
  const plain = text.toLowerCase().replace(/\.(?:png|jpe?g|webp|gif)\b|[._]/g, ' ');
  if (HAN.test(plain)) return chineseWords(plain);
  return wordsOf(plain)
    .map((word) => word.replace(/['’]s$/, ''))
    .filter((word) => !FILLERS.has(word))
    .map(oneForm);
}

function chineseWords(text: string): string[] {
  const latin = text.match(/[a-z0-9]+/g) ?? [];
  return [
    ...wordsOf(text.replace(/[a-z0-9]+/g, ' ')).filter((word) => word.replace(CHINESE_FILLERS, '') !== ''),
    ...latin,
  ];
}

/** Plural, colour and comparison endings are dropped. */
function oneForm(word: string): string {
  if (word.length < 4) return word;
  return word
    .replace(/colour/, 'color')
    .replace(/^grey$/, 'gray')
    .replace(/(?<=[^s])ies$/, 'y')
    .replace(/(?<=x|ch|sh|ss)es$/, '')
    .replace(/(?<=[^su])s$/, '')
    .replace(/(?<=snow|rain|wind|cloud|sun)n?y$/, '')
    .replace(/(?<=[a-z]{3})(?:ed|ing|e)$/, '');
}

/** Looks versions up by what is in them. */
export class Contents {
  readonly #session: SeenSession;
  readonly #byVersion: ReadonlyMap<number, SeenVersion>;

  constructor(session: SeenSession) {
    this.#session = session;
    this.#byVersion = new Map(session.versions.map((seen) => [seen.version, seen]));
  }

  /** The versions that were the first of their branch to have all that a text describes; none where it describes nothing. */
  withAll(text: string): number[] {
    const words = describing(text);
    if (words.length === 0) return [];
    return this.#session.versions
      .filter(({ state }) => state === 'active')
      .filter(
        (seen) => this.#hasAll(seen, words) && !this.#hasAll(this.#byVersion.get(seen.from ?? 0), words),
      )
      .map(({ version }) => version);
  }

  /** The same without those that have anything of another text; a version behind the first of its branch may be it then. */
  withoutAny(text: string, other: string): number[] {
    const words = describing(text);
    const unwanted = describing(other);
    const isIt = (seen: SeenVersion | undefined) =>
      seen !== undefined && this.#hasAll(seen, words) && !unwanted.some((word) => this.#has(seen, word));
    return this.#session.versions
      .filter(({ state }) => state === 'active')
      .filter((seen) => isIt(seen) && !isIt(this.#byVersion.get(seen.from ?? 0)))
      .map(({ version }) => version);
  }

  /** Whether a version has all that a text describes. */
  has(version: number | null, text: string): boolean {
    const words = describing(text);
    return words.length > 0 && this.#hasAll(this.#byVersion.get(version ?? 0), words);
  }

  /** Whether some message of the session says a word. */
  isSaid(word: string): boolean {
    return this.#session.versions.some(({ prompt }) => says(prompt, word));
  }

  /** The edits whose own message says all that a text describes, newest first. */
  editsThatSay(text: string, among: readonly SeenVersion[]): SeenVersion[] {
    const words = describing(text);
    if (words.length === 0) return [];
    return among.filter(({ prompt }) => words.every((word) => says(prompt, word))).toReversed();
  }

  /** The words of a text that some message of the session says. */
  saidAtAll(text: string): string {
    return describing(text)
      .filter((word) => this.#session.versions.some(({ prompt }) => says(prompt, word)))
      .join(' ');
  }

  #hasAll(seen: SeenVersion | undefined, words: readonly string[]): boolean {
    return seen !== undefined && words.every((word) => this.#has(seen, word));
  }

  #has(seen: SeenVersion, word: string): boolean {
    // A version changes an older one, so this ends.
    for (let each: SeenVersion | undefined = seen; each; each = this.#byVersion.get(each.from ?? 0)) {
      if (says(withoutTaken(each.prompt), word)) return true;
      if (isRepainted(each.prompt, word)) return false;
      if (says(taken(each.prompt), word)) return false;
    }
    return false;
  }
}

const COLOURS: ReadonlySet<string> = new Set(
  describing('red orange yellow green blue purple pink brown gray white black gold silver'),
);
const REPAINTS = /\b(?:make|turn|paint|colou?r|recolou?r) (?:it|him|her) |(?:把它|它)?(?:变|改|换|涂)成/i;

/** Whether a message gives all of it another colour than a word says. */
function isRepainted(prompt: string, word: string): boolean {
  const isColour = COLOURS.has(word) || otherNames(word).some((name) => COLOURS.has(name));
  return isColour && REPAINTS.test(prompt) && describing(prompt).some((said) => COLOURS.has(said));
}

/** Whether a message brings about all that a text describes. */
export function brings(prompt: string, text: string): boolean {
  const words = describing(text);
  return words.length > 0 && words.every((word) => says(withoutTaken(prompt), word));
}

/** Whether a text has a word, or the same in the other language. */
export function says(text: string, word: string): boolean {
  return hasWord(text, word) || otherNames(word).some((other) => hasWord(text, other));
}

function hasWord(text: string, word: string): boolean {
  if (HAN.test(word)) return text.includes(word);
  const said = describing(text);
  return describing(word).every((part) => said.includes(part));
}

function taken(prompt: string): string {
  return TAKEN_AWAY.flatMap((pattern) => [...prompt.matchAll(pattern)].map((match) => match[1]!)).join(' , ');
}

function withoutTaken(prompt: string): string {
  return TAKEN_AWAY.reduce(
    (text, pattern) => text.replace(pattern, (all, what) => all.replace(what, ' ')),
    prompt,
  );
}
