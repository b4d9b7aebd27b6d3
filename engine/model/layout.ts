/**
 * How a checkpoint is laid out over graphs, files and memory, from its sizes alone. A small one has each part of the model in one graph
 * with packed weights. Of a large one weights stay in their files, mapped, and long stacks of layers are cut into parts, so that neither
 * making their packed form nor casting their weights at a run takes much memory.
 */
import type { Linear } from '../../kernels/index.ts';
import type { Precision } from '../request/request.ts';
import { FLOAT_BYTES } from '../request/sizes.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Forms of linear layers: of the language model, of its head, and of the DiT. */
export interface Forms {
  language: Linear;
  head: Linear;
  transformer: Linear;
}

export interface Layout {
  /** Whether weights stay in their files. */
  mapped: boolean;
  /** Whether codes of linear layers come from files that are made once, and are not made again at each start. */
  prepared: boolean;
  /** Layers behind the last one of each part. */
  language: readonly number[];
  vision: readonly number[];
  modulation: readonly number[];
}

/** Linear weights in float32 from which a checkpoint is large. */
const LARGE_BYTES = 4 * 2 ** 30;
/** Weights of a part, as they are while it is made or run. */
const PART_BYTES = 2 ** 30;
/** Bytes of a packed weight with its scales. */
const PACKED_BYTES: Readonly<Record<Precision, number>> = { fp32: FLOAT_BYTES, int8: 1.2, int4: 0.8 };

/** The layout of a checkpoint. `largeBytes` is for tests, which make a small one large. */
export function layoutOf(
  { config, visionLanguage, transformer }: Checkpoint,
  precision: Precision,
  largeBytes = LARGE_BYTES,
): Layout {
  const { text_config: text, vision_config: vision } = config.visionLanguage;
  const { num_layers: blocks } = config.transformer;
  const linear = (visionLanguage.parameters + transformer.parameters) * FLOAT_BYTES;
  const mapped = linear >= largeBytes && precision !== 'fp32';
  const prepared = mapped || precision === 'int4';
  const whole = (layers: number) => [layers];
  if (!mapped)
    return {
      mapped,
      prepared,
      language: whole(text.num_hidden_layers),
      vision: whole(vision.depth),
      modulation: whole(blocks),
    };
  // Shares of a small checkpoint that a test makes large are as those of a real one.
  const partBytes = PART_BYTES * Math.min(1, largeBytes / LARGE_BYTES);
  const parts = (layers: number, layerBytes: number) => endsOf(layers, Math.floor(partBytes / layerBytes));
  return {
    mapped,
    prepared,
    language: parts(
      text.num_hidden_layers,
      visionLanguage.parametersUnder('model.language_model.layers.0') * PACKED_BYTES[precision],
    ),
    vision: parts(vision.depth, visionLanguage.parametersUnder('model.visual.blocks.0') * FLOAT_BYTES),
    modulation: parts(blocks, transformer.parametersUnder('transformer_blocks.0.norm1.linear') * FLOAT_BYTES),
  };
}

/** `layers` cut into parts of at most `each`: the ends of the parts. */
function endsOf(layers: number, each: number): number[] {
  const step = Math.max(1, each);
  const ends = [];
  for (let end = step; end < layers; end += step) ends.push(end);
  return [...ends, layers];
}
