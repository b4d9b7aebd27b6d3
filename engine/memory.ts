/** How much memory a request is expected to hold while it is under way, from its sizes alone. Rough, and rather too much. */
import type { CheckpointConfig } from './config.ts';
import type { GenerationRequest } from './request.ts';

const FLOAT_BYTES = 4;
/** Rows of the decoder's width that one of its blocks holds at once: normalised, projected, fed forward. */
const ACTIVATION_ROWS = 16;
/** Planes of the VAE's second level, at the picture's full size, that one of its blocks holds at once: in, normalised, out. */
const VAE_PLANES = 3;

/** Bytes of keys, values and activations. References count as large as the result: theirs are read only later. */
export function expectedBytes(config: CheckpointConfig, request: GenerationRequest): number {
  const text = config.visionLanguage.text_config;
  const dit = config.transformer;
  const cells = (request.widthPx / 32) * (request.heightPx / 32);
  const references = request.references?.length ?? 0;
  const inner = dit.num_attention_heads * dit.attention_head_dim;
  const tokenBytes = text.num_hidden_layers * 2 * text.num_key_value_heads * text.head_dim * FLOAT_BYTES;
  const tokens =
    Buffer.byteLength(request.prompt) + cells * (references + request.count) + config.previewCells;
  const rowBytes = dit.num_layers * 2 * inner * FLOAT_BYTES;
  // Once in the cache, once joined for the decoder.
  const referenceBytes = references * cells * 4 * rowBytes * 2;
  const decoderBytes = cells * 4 * inner * FLOAT_BYTES * ACTIVATION_ROWS;
  const [first, second = first] = config.vae.block_out_channels as [number, ...number[]];
  const vaeBytes = request.widthPx * request.heightPx * second * FLOAT_BYTES * VAE_PLANES;
  // The stages come one after the other; keys and values stay until the last.
  return tokens * tokenBytes + referenceBytes + Math.max(decoderBytes, vaeBytes);
}
