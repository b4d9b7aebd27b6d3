/**
 * Words to draw: the texts between quotes in a prompt. The one rule for the page, the titles, the mentions and every way in. A
 * prompt is read once, and its words go into the recipe, so that a recipe says by itself which words are drawn. Pure; reads a
 * text in time that grows with its length alone.
 *
 * Quotes are "", “”, 「」, ‘’ and ''. An apostrophe inside a word, as in `the fox's hat`, and the sign for inches, as in `6" tall`,
 * quote nothing. Quotes within quotes are part of the text; one without its counterpart is a sign like any other.
 */

/** A text between quotes: the quotes stand at `start` and at `end` - 1. */
export interface Quote {
  start: number;
  end: number;
  text: string;
}

/** The closing form of each quote that has two. */
const CLOSE: Readonly<Record<string, string>> = { '“': '”', '「': '」', '‘': '’' };
type Straight = '"' | "'";
/** A sign of a word, in a script that parts words by spaces: only there an apostrophe can be a letter's neighbour. */
const WORD_SIGN = /(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})[\p{L}\p{N}\p{M}]/u;
/** The beginning of a word or a decade is left out: 'tis, 'em, '90s. */
const ELISION = /^['‘](?:[Tt]is|[Tt]was|em|til|n|\d0s)(?![\p{L}\p{N}'’])/u;
/** The sign for inches with the text behind it: no letter, or the other side, as in `6"x4"`. */
const AFTER_INCHES = /^"(?:$|[^\p{L}\p{N}]|[x×]\d)/u;
const DIGIT = /\p{Nd}/u;
const SPACE = /^\s?$/u;

/** The texts between quotes, in their order, none inside of another. */
export function quotesOf(prompt: string): Quote[] {
  const pairs = pairsOf(prompt);
  const closers = { '"': new Closers(prompt, '"'), "'": new Closers(prompt, "'") };
  const quotes: Quote[] = [];
  for (let at = 0; at < prompt.length; at++) {
    const sign = prompt[at]!;
    const isStraight = sign === '"' || sign === "'";
    const close = isStraight && canOpen(prompt, at, sign) ? closers[sign].after(at) : pairs.get(at);
    if (close === undefined) continue;
    quotes.push({ start: at, end: close + 1, text: prompt.slice(at + 1, close) });
    at = close;
  }
  return quotes;
}

/** The words to draw of a prompt: its quoted texts but for those without a visible sign. */
export function quotedTexts(prompt: string): string[] {
  return quotesOf(prompt).flatMap(({ text }) => (text.trim() === '' ? [] : [text]));
}

/** The words that were put in by hand: none where they are what the prompt has between quotes. */
export function textsByHand(prompt: string, texts: readonly string[] = []): string[] {
  const quoted = quotedTexts(prompt);
  const isQuoted = texts.length === quoted.length && texts.every((text, index) => text === quoted[index]);
  return isQuoted ? [] : [...texts];
}

/** The place of the closing quote for each opening one, of the quotes that have two forms. */
function pairsOf(prompt: string): Map<number, number> {
  const closeOf = new Map<number, number>();
  for (const [open, close] of Object.entries(CLOSE)) {
    const opened: number[] = [];
    for (let at = 0; at < prompt.length; at++) {
      if (prompt[at] === open && !ELISION.test(prompt.slice(at, at + 8))) opened.push(at);
      else if (prompt[at] === close && opened.length > 0 && !isInWord(prompt, at))
        closeOf.set(opened.pop()!, at);
    }
  }
  return closeOf;
}

/** The places where a straight quote can close, asked for from left to right. */
class Closers {
  readonly #places: number[] = [];
  #next = 0;

  constructor(prompt: string, quote: Straight) {
    for (let at = prompt.indexOf(quote); at >= 0; at = prompt.indexOf(quote, at + 1))
      if (quote === '"' || !WORD_SIGN.test(signAfter(prompt, at))) this.#places.push(at);
  }

  /** The first one behind a place that is not before the last one asked for. */
  after(at: number): number | undefined {
    while (this.#places[this.#next]! <= at) this.#next += 1;
    return this.#places[this.#next];
  }
}

function canOpen(prompt: string, at: number, quote: Straight): boolean {
  const before = signBefore(prompt, at);
  const rest = prompt.slice(at, at + 8);
  if (quote === '"') return !(DIGIT.test(before) && AFTER_INCHES.test(rest));
  return !WORD_SIGN.test(before) && !SPACE.test(rest[1] ?? '') && !ELISION.test(rest);
}

/** Whether an apostrophe stands between two signs of a word. */
function isInWord(prompt: string, at: number): boolean {
  return (
    prompt[at] === '’' && WORD_SIGN.test(signBefore(prompt, at)) && WORD_SIGN.test(signAfter(prompt, at))
  );
}

/** The whole character before a place, of one or two units. */
function signBefore(prompt: string, at: number): string {
  return [...prompt.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
}

function signAfter(prompt: string, at: number): string {
  return String.fromCodePoint(...(at + 1 < prompt.length ? [prompt.codePointAt(at + 1)!] : []));
}

/** A text without some parts of it, which follow one another; `instead` stands in the place of each. */
export function withoutSpans(
  text: string,
  spans: readonly { start: number; end: number }[],
  instead = '',
): string {
  const starts = [0, ...spans.map(({ end }) => end)];
  return starts.map((start, index) => text.slice(start, spans[index]?.start)).join(instead);
}
