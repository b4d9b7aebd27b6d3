/** A byte-level tokenizer with the published ids: visual tokens first, the special tokens where they stand, plain pieces between. Pure. */
import { SPECIAL_TOKENS } from './shape.ts';

/** The printable character that stands for each byte in a byte-level vocabulary (GPT-2's table). */
function byteCharacters(): string[] {
  const isPlain = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPlain(byte) ? byte : next++));
}

/**
 * `tokenizer.json`: single bytes alone are pieces that a text can become, so prompts are longer in tokens than with the published
 * merges, which are not in this repository. Other ids are there and never used.
 */
export function tokenizerJson(visual: number): unknown {
  const specials = new Map(Object.entries(SPECIAL_TOKENS).map(([content, id]) => [id, content]));
  const last = Math.max(...specials.keys());
  const bytes = byteCharacters();
  const contentOf = (id: number): string =>
    id < visual ? `<|dit_token_${id}|>` : (specials.get(id) ?? bytes[id - visual] ?? `<unused ${id}>`);
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = [
    ...Array.from({ length: visual }, (_, id) => id),
    ...[...specials.keys()].sort((a, b) => a - b),
  ].map((id) => ({ id, content: contentOf(id), ...plain }));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(Array.from({ length: last + 1 }, (_, id) => [contentOf(id), id])),
      merges: [],
    },
  };
}
