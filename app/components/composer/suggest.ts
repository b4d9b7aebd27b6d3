/** Which pictures a mention under the cursor could mean. Pure. */
import type { ImageView, NodeView } from '../../protocol.ts';

export interface MentionQuery {
  /** Where the `@` stands. */
  start: number;
  /** What follows it up to the cursor. */
  typed: string;
}

export interface Suggestion {
  image: ImageView;
  /** What choosing it writes. */
  token: string;
  prompt: string;
}

const OPEN_MENTION = /(?:^|[^A-Za-z0-9_.+@-])@([\p{L}\p{N}\p{M}_/-]{0,40})$/u;
const OFFERED = 6;

/** The mention that is being typed at the cursor, or null. */
export function mentionAt(text: string, cursor: number): MentionQuery | null {
  const match = OPEN_MENTION.exec(text.slice(0, cursor));
  return match ? { start: cursor - match[1]!.length - 1, typed: match[1]! } : null;
}

/** Newest first: versions that begin with the number, or whose message has the word. */
export function suggestionsFor(nodes: readonly NodeView[], typed: string): Suggestion[] {
  const wanted = typed.toLowerCase();
  const number = /^v?(\d+)$/.exec(wanted)?.[1];
  return nodes
    .filter(({ state }) => state !== 'removed')
    .flatMap(({ images, prompt }) => images.map((image) => ({ image, prompt, token: `@${image.version}` })))
    .filter(
      ({ image, prompt }) =>
        wanted === '' ||
        (number ? String(image.version).startsWith(number) : prompt.toLowerCase().includes(wanted)),
    )
    .toReversed()
    .slice(0, OFFERED);
}

/** The text with the mention written out, and where the cursor stands after it. */
export function withMention(
  text: string,
  { start, typed }: MentionQuery,
  token: string,
): { text: string; cursor: number } {
  const rest = text.slice(start + 1 + typed.length);
  const written = text.slice(0, start) + token + (/^\s/.test(rest) ? '' : ' ');
  return { text: written + rest, cursor: written.length + (/^\s/.test(rest) ? 1 : 0) };
}
