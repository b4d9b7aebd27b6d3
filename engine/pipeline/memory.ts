/**
 * Memory that a request is expected to hold while it is under way, from its sizes alone. A rough estimate on the high
 * side, by which the scheduler admits requests.
 */

import type { CheckpointConfig } from '../model/config.ts';
import type { ReferenceLimits } from '../model/config-schema.ts';
import { attendsInTiles, innerDim } from '../model/models/transformer.ts';
import { openPicture } from '../picture/picture-file.ts';
import { referenceGrid } from '../picture/pixels.ts';
import type { GenerationRequest, MadePicture } from '../request/request.ts';
import { cellCount, DIT_ROWS, FLOAT_BYTES, TOKEN_PX } from '../request/sizes.ts';
import { byteSpecials, glyphIds, textsToDraw } from '../tokens/glyph-text.ts';

/** Rows of the DiT's width that one of its blocks holds at once: normalised, projected, fed forward. */
const ACTIVATION_ROWS = 16;
/** Planes of the VAE's widest level at full size that one of its blocks holds at once: input, normalised, output. */
const VAE_PLANES = 3;
/** Times that the scores of attention are held at once, as measured on mini: before and after the softmax, and on the way. */
const SCORES = 5;
/** Squares of a text's length that the glyph encoder holds for each head: scores, bias, their sum, weights. */
const GLYPH_SQUARES = 4;

/**
 * Semantic tokens of each reference, by the headers of files and by what pictures of our own were made from. Throws
 * `bad_image` for those that cannot be used.
 */
export function referenceTokens(
  references: readonly (Uint8Array | MadePicture)[],
  limits: ReferenceLimits,
): Promise<number[]> {
  return Promise.all(
    references.map(async (given) => {
      if ('file' in given) return given.priorTokens.length;
      const { header } = await openPicture(given);
      const { width, height } = header.autoOrient;
      return cellCount(referenceGrid(width, height, limits));
    }),
  );
}

/**
 * Bytes of keys, values and activations. `references` are the semantic tokens of each reference: see {@link referenceTokens}.
 */
export function expectedBytes(
  config: CheckpointConfig,
  request: GenerationRequest,
  references: readonly number[],
): number {
  const result = tokensOf(request);
  const { rows: texts, length: textRows } = glyphIds(
    textsToDraw(request),
    byteSpecials(config.byteTokenizer),
  );
  const seen = sum(references);
  const rows = Math.max(textRows + result * DIT_ROWS, ...references.map((each) => each * DIT_ROWS));
  // Keys and values lie in the cache; those of several references are joined in a copy.
  const copies = references.length > 1 ? 2 : 1;
  const tokens = Buffer.byteLength(request.prompt) + seen + result * request.count + config.previewCells;
  const held = tokens * tokenBytes(config) + seen * DIT_ROWS * copies * referenceRowBytes(config);
  // The stages come one after the other; keys and values stay until the last.
  return (
    held +
    Math.max(
      glyphBytes(config, Math.max(...texts.map(({ length }) => length))),
      ditBytes(config, rows, rows + seen * DIT_ROWS),
      vaeBytes(config, Math.max(result, ...references)),
    )
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const tokensOf = ({ widthPx, heightPx }: Pick<GenerationRequest, 'widthPx' | 'heightPx'>): number =>
  (widthPx / TOKEN_PX) * (heightPx / TOKEN_PX);

/** Bytes of keys and values of a token of the language model. */
function tokenBytes({ visionLanguage }: CheckpointConfig): number {
  const {
    num_hidden_layers: layers,
    num_key_value_heads: heads,
    head_dim: headDim,
  } = visionLanguage.text_config;
  return layers * 2 * heads * headDim * FLOAT_BYTES;
}

/** Bytes of keys and values of a row of a reference in the DiT. */
const referenceRowBytes = ({ transformer }: CheckpointConfig): number =>
  transformer.num_layers * 2 * innerDim(transformer) * FLOAT_BYTES;

/** One forward pass of the DiT: its rows, and the keys and values of one layer with those of the references before them. */
function ditBytes({ transformer }: CheckpointConfig, rows: number, keys: number): number {
  const width = innerDim(transformer) * FLOAT_BYTES;
  const scores = attendsInTiles(transformer)
    ? 0
    : transformer.num_attention_heads * rows * keys * FLOAT_BYTES;
  return rows * width * ACTIVATION_ROWS + keys * width * 2 + scores * SCORES;
}

/** Attention of the glyph encoder over the longest text to draw. */
const glyphBytes = ({ textEncoder }: CheckpointConfig, length: number): number =>
  length ** 2 * textEncoder.num_heads * FLOAT_BYTES * GLYPH_SQUARES;

/** The widest level of the VAE for the largest picture read or made. */
function vaeBytes({ vae }: CheckpointConfig, tokens: number): number {
  const [first, second = first] = vae.block_out_channels as [number, ...number[]];
  return tokens * TOKEN_PX ** 2 * second * FLOAT_BYTES * VAE_PLANES;
}
