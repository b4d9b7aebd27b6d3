/**
 * An English text in parts: the longest names that the checkpoint's list has, or else our own lists, with what stands between
 * them. Pure; judges nothing.
 */
import { beginnings, type Names, type Sense } from './names.ts';
import { BREAKS, DECORATION, LOOKS, NUMBERS, ORDINARY, ORDINARY_PHRASES } from './ordinary.ts';
import realWords from './real-words.json' with { type: 'json' };
import { EMOJI_THINGS, ENGLISH_THINGS, type Thing } from './things.ts';
import { formIn, type Token } from './tokens.ts';

export type Part = { text: string; start: number; end: number } & (
  | { sort: 'known'; sense: Sense; slip: boolean }
  | { sort: 'thing'; thing: Thing }
  | { sort: 'look' | 'ordinary' | 'open' | 'foreign' | 'sign' | 'han' }
  | { sort: 'number'; count: number }
);

/** Most words of a name that was written with a slip. */
const LONGEST_SLIP = 3;
/** Names of several words in our own lists, by their first word. */
const OURS = beginnings([...ENGLISH_THINGS.keys(), ...LOOKS, ...ORDINARY_PHRASES]);
/** Words that are no slips, though a name is near. */
const REAL: ReadonlySet<string> = new Set(realWords.split(' '));
const PHRASES: ReadonlySet<string> = new Set(ORDINARY_PHRASES);

export function partsOf(tokens: readonly Token[], names: Names): Part[] {
  const parts: Part[] = [];
  const slips = new Map<string, string | undefined>();
  for (let at = 0; at < tokens.length; ) {
    const [part, size] = partAt(tokens, at, names, slips);
    parts.push(part);
    at += size;
  }
  return parts;
}

/** The part that begins at a token, and how many tokens it takes. `slips` keeps what was looked for in this text. */
function partAt(
  tokens: readonly Token[],
  at: number,
  names: Names,
  slips: Map<string, string | undefined>,
): [Part, number] {
  const token = tokens[at]!;
  const place = { text: token.text, start: token.start, end: token.end };
  if (token.sort === 'emoji') return [emojiPart(place, names, tokens.length === 1), 1];
  if (token.sort === 'sign') return [{ ...place, sort: 'sign' }, 1];
  if (token.sort === 'han') return [{ ...place, sort: 'han' }, 1];
  if (token.sort === 'other') return [{ ...place, sort: 'foreign' }, 1];
  const most = Math.max(1, names.wordsFrom.get(token.text) ?? 1, OURS.get(token.text) ?? 1);
  for (let size = Math.min(most, wordsFrom(tokens, at, most)); size > 0; size--) {
    const words = tokens.slice(at, at + size);
    const text = words.map((word) => word.text).join(' ');
    const span = { text, start: token.start, end: words.at(-1)!.end };
    const part = named(span, size, names);
    if (part) return [part, size];
  }
  for (let size = wordsFrom(tokens, at, LONGEST_SLIP); size > 0; size--) {
    const words = tokens.slice(at, at + size);
    const text = words.map((word) => word.text).join(' ');
    if (!slips.has(text)) slips.set(text, slipOf(text, names));
    const meant = slips.get(text);
    if (meant)
      return [
        {
          text,
          start: token.start,
          end: words.at(-1)!.end,
          sort: 'known',
          sense: names.english.get(meant)!,
          slip: true,
        },
        size,
      ];
  }
  return [{ ...place, sort: 'open' }, 1];
}

/** How many words follow one another from a place on, up to a number. */
function wordsFrom(tokens: readonly Token[], at: number, most: number): number {
  let count = 0;
  while (count < most && tokens[at + count]?.sort === 'word') count += 1;
  return count;
}

type Span = { text: string; start: number; end: number };

function named(span: Span, size: number, names: Names): Part | undefined {
  const spellings = span.text.includes('-') ? [span.text, span.text.replaceAll('-', ' ')] : [span.text];
  for (const text of spellings) {
    const form = formIn(text, names.english);
    const sense = form === undefined ? undefined : names.english.get(form)!;
    if (sense && !(sense.kind === 'plain' && size === 1))
      return { ...span, sort: 'known', sense, slip: false };
    if (size === 1) {
      const count = NUMBERS[text] ?? (/^\d+$/.test(text) ? Number(text) : undefined);
      if (count !== undefined) return { ...span, sort: 'number', count };
    }
    if (LOOKS.has(text)) return { ...span, sort: 'look' };
    if (sense || (size === 1 ? BREAKS.has(text) || formIn(text, ORDINARY) !== undefined : PHRASES.has(text)))
      return { ...span, sort: 'ordinary' };
    const listed = formIn(text, ENGLISH_THINGS);
    if (listed !== undefined) return { ...span, sort: 'thing', thing: ENGLISH_THINGS.get(listed)! };
  }
  return undefined;
}

/** The name that was meant by a word outside of every list, or by a few words that begin with one. */
function slipOf(text: string, names: Names): string | undefined {
  if (REAL.has(text)) return undefined;
  return (
    names.spellings.near(text) ?? (text.endsWith('s') ? names.spellings.near(text.slice(0, -1)) : undefined)
  );
}

/** An emoji is a name; one that decorates a sentence only where it stands alone. */
function emojiPart(span: Span, names: Names, isAlone: boolean): Part {
  if (DECORATION.has(span.text) && !isAlone) return { ...span, sort: 'ordinary' };
  const sense = names.emoji.get(span.text);
  if (sense) return { ...span, sort: 'known', sense, slip: false };
  const thing = EMOJI_THINGS.get(span.text);
  return thing ? { ...span, sort: 'thing', thing } : { ...span, sort: 'ordinary' };
}
