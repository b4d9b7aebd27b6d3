/**
 * Words to draw: found between quotes in a prompt, and their ByT5 ids.
 * The DiT sees nothing of the prompt but these. Knows no network.
 * Source: docs/model.md, "Words to draw"; diffusers 0.42.1 `pipeline_glm_image.py` (`get_glyph_texts`, `_get_glyph_embeds`).
 */

import type { CheckpointConfig } from '../model/config.ts';
import type { GenerationRequest } from '../request/request.ts';

const QUOTE_PATTERNS = [/'([^']*)'/g, /“([^“”]*)”/g, /"([^"]*)"/g, /「([^「」]*)」/g];
const BYTE_OFFSET = 3;
const PAD_ID = 0;
const EOS_ID = 1;
/**
 * Rows of glyph features that a picture may have: upstream's limit for one text, for all together. All rows attend to each
 * other, so that ten times as many would take a hundred times the memory.
 */
export const MOST_GLYPH_ROWS = 2048;

/** A literal string that the byte tokenizer reads as one id, and whether it swallows white space around it. */
export interface ByteSpecialToken {
  content: string;
  id: number;
  stripLeft: boolean;
  stripRight: boolean;
}

/**
 * Texts between quotes, grouped by kind of quote (not by position), as upstream finds them. Serves requests without `renderTexts`
 * only; the studio finds words by a rule of its own that knows apostrophes (studio/quotes.ts), and gives them explicitly.
 */
export function quotedTexts(prompt: string): string[] {
  return QUOTE_PATTERNS.flatMap((pattern) => [...prompt.matchAll(pattern)].map((match) => match[1]!));
}

/** The texts that a request wants drawn. */
export const textsToDraw = ({ renderTexts, prompt }: GenerationRequest): readonly string[] =>
  renderTexts ?? quotedTexts(prompt);

function byteIds(text: string, specials: readonly ByteSpecialToken[]): number[] {
  let first: { at: number; token: ByteSpecialToken } | undefined;
  for (const token of specials) {
    const at = text.indexOf(token.content);
    if (at >= 0 && (!first || at < first.at)) first = { at, token };
  }
  if (!first) return Array.from(new TextEncoder().encode(text), (byte) => byte + BYTE_OFFSET);
  const { at, token } = first;
  const before = text.slice(0, at);
  const after = text.slice(at + token.content.length);
  return [
    ...byteIds(token.stripLeft ? before.trimEnd() : before, []),
    token.id,
    ...byteIds(token.stripRight ? after.trimStart() : after, specials),
  ];
}

export interface GlyphIds {
  /** One row per text, not padded on the right; leading pads count as text. */
  rows: number[][];
  /** Sum of the row lengths: the number of glyph feature rows that the DiT sees. */
  length: number;
}

/**
 * ByT5 ids of the texts to draw: byte + 3, end token, and one leading pad per text when their number is even.
 * No text at all counts as one empty text.
 */
export function glyphIds(
  texts: readonly string[],
  specials: readonly ByteSpecialToken[] = [],
  maxLength = MOST_GLYPH_ROWS,
): GlyphIds {
  const all = texts.length > 0 ? texts : [''];
  const leadingPads = new Array<number>((all.length + 1) % 2).fill(PAD_ID);
  const rows = all.map((text) => [
    ...leadingPads,
    ...byteIds(text, specials).slice(0, maxLength - 1),
    EOS_ID,
  ]);
  return { rows, length: rows.reduce((sum, row) => sum + row.length, 0) };
}

/** The literal strings that the byte tokenizer of a checkpoint reads as one id. */
export function byteSpecials(config: CheckpointConfig['byteTokenizer']): ByteSpecialToken[] {
  return Object.entries(config.added_tokens_decoder ?? {}).map(([id, token]) => ({
    content: token.content,
    id: Number(id),
    stripLeft: token.lstrip,
    stripRight: token.rstrip,
  }));
}
