/** Which pictures a mention under the cursor could mean. Pure. */
import { CLOSING } from '../../../studio/mentions/mentions.ts';
import type { PictureView, TurnView } from '../../../studio/protocol.ts';

export interface MentionQuery {
  /** Where the `@` stands. */
  start: number;
  /** What follows it up to the cursor. */
  typed: string;
}

export interface Suggestion {
  picture: PictureView;
  /** What choosing it writes. */
  token: string;
  prompt: string;
}

const OPEN_MENTION = /(?:^|[^A-Za-z0-9_.+@-])@([\p{L}\p{N}\p{M}_/-]{0,40})$/u;
/** The most that are offered at once. */
export const OFFERED = 6;

/** The mention that is being typed at the cursor, or null. */
export function mentionAt(text: string, cursor: number): MentionQuery | null {
  const match = OPEN_MENTION.exec(text.slice(0, cursor));
  return match ? { start: cursor - match[1]!.length - 1, typed: match[1]! } : null;
}

/** Versions that begin with the number, the one of just that number first, or whose message has the word; newest first. */
export function suggestionsFor(turns: readonly TurnView[], typed: string): Suggestion[] {
  const wanted = typed.toLowerCase();
  const number = /^v?(\d+)$/.exec(wanted)?.[1];
  return turns
    .filter(({ state }) => state !== 'removed')
    .flatMap(({ pictures, prompt }) =>
      pictures.map((picture) => ({ picture, prompt, token: `@${picture.version}` })),
    )
    .filter(
      ({ picture, prompt }) =>
        wanted === '' ||
        (number ? String(picture.version).startsWith(number) : prompt.toLowerCase().includes(wanted)),
    )
    .toReversed()
    .sort((one, other) => Number(isNumbered(other, number)) - Number(isNumbered(one, number)))
    .slice(0, OFFERED);
}

function isNumbered({ picture }: Suggestion, number: string | undefined): boolean {
  return String(picture.version) === number;
}

/** A text and where the cursor stands in it. */
export interface Written {
  text: string;
  cursor: number;
}

/** The text with the mention written out, and where the cursor stands after it. */
export function withMention(text: string, { start, typed }: MentionQuery, token: string): Written {
  const rest = text.slice(start + 1 + typed.length);
  const written = text.slice(0, start) + token;
  if (CLOSING.test(rest)) return { text: written + rest, cursor: written.length };
  const spaced = /^\s/.test(rest) ? written + rest : `${written} ${rest}`;
  return { text: spaced, cursor: written.length + 1 };
}

/**
 * What was typed right after a mention was written out, without the space that then is one too many: punctuation goes before
 * it, a second space is none. Null where the text is fine as it was typed.
 */
export function afterMention(mention: Written, typed: Written): Written | null {
  const { text, cursor } = mention;
  const added = typed.text.slice(cursor, typed.cursor);
  const rest = text.slice(cursor);
  if (text[cursor - 1] !== ' ' || typed.text !== text.slice(0, cursor) + added + rest) return null;
  if (/^\s$/.test(added)) return { text: text.slice(0, cursor - 1) + added + rest, cursor };
  if (!CLOSING.test(added)) return null;
  const space = rest === '' || /^\s/.test(rest) ? '' : ' ';
  return { text: `${text.slice(0, cursor - 1)}${added}${space}${rest}`, cursor: cursor - 1 + added.length };
}
