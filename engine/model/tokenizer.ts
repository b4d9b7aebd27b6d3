/**
 * The byte-level BPE tokenizer of the language model, from the checkpoint's own `tokenizer.json`.
 * Text to ids and nothing else; knows no template.
 */
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { EngineError } from '../request/errors.ts';
import { readJson } from './config.ts';

export class Tokenizer {
  readonly #bpe: HuggingFaceTokenizer;
  readonly #specials: Map<string, number>;
  /** Lengths of the special tokens, longest first. */
  readonly #specialLengths: readonly number[];

  /** Throws `bad_checkpoint` when `processor/tokenizer.json` is missing or malformed. */
  constructor(checkpointDir: string) {
    const file = 'processor/tokenizer.json';
    const json = readJson(checkpointDir, file) as { added_tokens?: { content: string; id: number }[] };
    try {
      this.#bpe = new HuggingFaceTokenizer(
        json,
        readJson(checkpointDir, 'processor/tokenizer_config.json') as object,
      );
      this.#specials = new Map(json.added_tokens!.map(({ content, id }) => [content, id]));
    } catch (cause) {
      throw new EngineError('bad_checkpoint', `${file}: not a byte-level BPE tokenizer: ${cause}`, {
        field: file,
        cause,
      });
    }
    const lengths = new Set([...this.#specials.keys()].map((special) => special.length));
    this.#specialLengths = [...lengths].sort((a, b) => b - a);
  }

  /** Ids of a text; strings that name special tokens become their ids, as upstream reads them. */
  encode(text: string): number[] {
    if (text === '') return [];
    return Array.from(this.#bpe.encode(text, { add_special_tokens: false }).ids, Number);
  }

  /** Offsets just inside every special-token string of a text: cutting there makes them plain characters. */
  specialCuts(text: string): number[] {
    const cuts: number[] = [];
    for (let at = 0; at < text.length; at++) {
      const length = this.#specialLengths.find((each) => this.#specials.has(text.slice(at, at + each)));
      if (length === undefined) continue;
      cuts.push(at + 1);
      at += length - 1;
    }
    return cuts;
  }
}
