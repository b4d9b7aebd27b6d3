/**
 * The graphs of a checkpoint: each part of the model with its inputs named and typed.
 * Every function returns all values of its part; which of them become outputs is the caller's choice, so that the engine
 * fetches few and the parity test sees all.
 */
import {
  argument,
  buildGraph,
  type Graph,
  KEY_BLOCK,
  type Linear,
  linear,
  linearInt8,
  linearInt8Rows,
  type Value,
} from '../../kernels/index.ts';
import type { Precision } from '../request/request.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Forms, Layout } from './layout.ts';
import { glyphEncoder } from './models/glyph-encoder.ts';
import { type LanguageModelValues, type LayerCache, languageModel } from './models/language-model.ts';
import {
  appliedModulation,
  blockModulationDim,
  embedGlyphs,
  embedPrior,
  headModulationDim,
  innerDim,
  type KeysValues,
  modulation,
  sizeDim,
  type TransformerValues,
  transformer,
} from './models/transformer.ts';
import { vaeDecode, vaeEncode } from './models/vae.ts';
import { PATCH_FEATURES, vision } from './models/vision.ts';
import { vq } from './models/vq.ts';

const range = (count: number): number[] => [...new Array(count).keys()];

/** patches [n, PATCH_FEATURES], cornerRows [n, 4], cornerWeights [n, 4] to features and semantic ids [n]. */
export function visionValues({ config, visionLanguage }: Checkpoint) {
  const { vision_config: visionConfig, vq_config: vqConfig } = config.visionLanguage;
  const corners = {
    rows: argument('cornerRows', 'int32', ['n', 4]),
    weights: argument('cornerWeights', 'float32', ['n', 4]),
  };
  const patches = argument('patches', 'float32', ['n', PATCH_FEATURES]);
  const seen = vision(visionConfig, visionLanguage.scope('model.visual'), patches, corners);
  return { ...seen, ...vq(vqConfig, visionLanguage.scope('model.vqmodel'), seen.features) };
}

/** Name of the keys or values of one layer as a graph reads them: all blocks of the KV cache. */
export const cacheName = (part: 'k' | 'v', layer: number): string => `cache.${part}.${layer}`;
/** Name of the same blocks with the rows of one forward pass in them. */
export const nextCacheName = (part: 'k' | 'v', layer: number): string => `next.${part}.${layer}`;
/** Name of the rows of one forward pass alone. */
export const presentName = (part: 'k' | 'v', layer: number): string => `present.${part}.${layer}`;

/** See {@link languageModel} for the shapes of its arguments. */
export function languageValues(
  { config, visionLanguage }: Checkpoint,
  product: Linear = linear,
  toLogits: Linear = product,
): LanguageModelValues {
  const text = config.visionLanguage.text_config;
  const blocks = ['blocks', text.num_key_value_heads, KEY_BLOCK, text.head_dim];
  const inputs = {
    ids: argument('ids', 'int32', ['seq']),
    cos: argument('cos', 'float32', ['seq', text.rotary_dim]),
    sin: argument('sin', 'float32', ['seq', text.rotary_dim]),
    mask: argument('mask', 'float32', ['seq', `${KEY_BLOCK}*blocks`]),
    slots: argument('slots', 'int64', [text.num_key_value_heads, 'seq', 3]),
    wanted: argument('wanted', 'int32', ['wanted']),
    cache: range(text.num_hidden_layers).map(
      (layer): LayerCache<Value> => ({
        keys: argument(cacheName('k', layer), 'float32', blocks),
        values: argument(cacheName('v', layer), 'float32', blocks),
      }),
    ),
  };
  return languageModel(text, visionLanguage, inputs, product, toLogits);
}

/** Keys and values of the rows of one forward pass, by output name. */
export const presentOutputs = ({ present }: LanguageModelValues): Record<string, Value> =>
  namedOutputs(present, presentName);

function namedOutputs(layers: readonly LayerCache<Value>[], nameOf: typeof cacheName): Record<string, Value> {
  return Object.fromEntries(
    layers.flatMap(({ keys, values }, layer) => [
      [nameOf('k', layer), keys],
      [nameOf('v', layer), values],
    ]),
  );
}

/** ids [length], buckets [length, length] to glyph features [length, d_model]. */
export function glyphValues({ config, textEncoder: weights }: Checkpoint) {
  const { vocab_size: vocab, d_model: width } = config.textEncoder;
  const alias = 'encoder.embed_tokens.weight';
  const stored = weights.has('shared.weight') ? 'shared.weight' : alias;
  weights.ignore(alias);
  const ids = argument('ids', 'int32', ['length']);
  const buckets = argument('buckets', 'int32', ['length', 'length']);
  return {
    features: glyphEncoder(config.textEncoder, weights, weights.get(stored, [vocab, width]), ids, buckets),
  };
}

/** glyphs [text, text_embed_dim] to text rows [text, inner]. */
export function textRowsValues({ config, transformer: weights }: Checkpoint) {
  const glyphs = argument('glyphs', 'float32', ['text', config.transformer.text_embed_dim]);
  return { text: embedGlyphs(config.transformer, weights, glyphs) };
}

/** priorIds [n], keep [n] to prior rows [n, inner]. */
export function priorRowsValues({ config, transformer: weights }: Checkpoint) {
  const ids = argument('priorIds', 'int32', ['n']);
  return { prior: embedPrior(config.transformer, weights, ids, argument('keep', 'float32', ['n'])) };
}

/** Sinusoids of timestep [1, time_embed_dim] and of crop and size [1, sizeDim] to all modulations. */
export function modulationValues({ config, transformer: weights }: Checkpoint) {
  return modulation(
    config.transformer,
    weights,
    argument('time', 'float32', [1, config.transformer.time_embed_dim]),
    argument('size', 'float32', [1, sizeDim(config.transformer)]),
  );
}

/** See {@link transformer} for the shapes of its arguments. */
export function transformerValues(
  { config, transformer: weights }: Checkpoint,
  product: Linear = linear,
): TransformerValues {
  const dit = config.transformer;
  const inner = innerDim(dit);
  const { num_attention_heads: heads, attention_head_dim: headDim } = dit;
  const layers = range(dit.num_layers);
  const reference = (part: string, layer: number) =>
    argument(`reference.${part}.${layer}`, 'float32', [heads, 'ref', headDim]);
  const inputs = {
    patches: argument('patches', 'float32', ['n', dit.in_channels * dit.patch_size ** 2]),
    prior: argument('prior', 'float32', ['n', inner]),
    text: argument('text', 'float32', ['text', inner]),
    modulation: {
      blocks: layers.map((layer) => argument(`modulation.${layer}`, 'float32', [blockModulationDim(dit)])),
      head: argument('modulation.head', 'float32', [headModulationDim(dit)]),
    },
    cos: argument('cos', 'float32', ['text+n', headDim]),
    sin: argument('sin', 'float32', ['text+n', headDim]),
    references: layers.map(
      (layer): KeysValues<Value> => ({ keys: reference('k', layer), values: reference('v', layer) }),
    ),
  };
  return transformer(dit, weights, inputs, product);
}

/** pixels [1, 3, height, width] to latents. */
export function vaeEncodeValues({ config, vae: weights }: Checkpoint) {
  return vaeEncode(config.vae, weights, argument('pixels', 'float32', [1, 3, 'height', 'width']));
}

/** Normalised latents [1, channels, height, width] to pixels eight times as large. */
export function vaeDecodeValues({ config, vae: weights }: Checkpoint) {
  return vaeDecode(
    config.vae,
    weights,
    argument('latents', 'float32', [1, config.vae.latent_channels, 'height', 'width']),
  );
}

/** The forms of linear layers whose codes the runtime makes at each start. */
export function foldedForms(precision: Precision): Forms {
  if (precision === 'fp32') return { language: linear, head: linear, transformer: linear };
  // A forward pass of the language model holds rows of several requests, so a row may not depend on the others in it. A forward
  // pass of the DiT holds the rows of one picture, always the same ones, so a row may.
  return { language: linearInt8Rows, head: linearInt8Rows, transformer: linearInt8 };
}

export type GraphName =
  | 'vision'
  | 'language'
  | 'glyphs'
  | 'textRows'
  | 'priorRows'
  | 'modulation'
  | 'transformer'
  | 'vaeEncode'
  | 'vaeDecode';

/** One graph of a part of the model, and where its weights are while it is loaded; `saved` with a file of its packed weights. */
export interface Part {
  graph: Graph;
  weights: 'packed' | 'mapped' | 'saved';
}

/** The graphs of each part of the model, in the order in which they run; what one hands to the next is named by {@link carriedName}. */
export type Parts = Record<GraphName, readonly Part[]>;

/** Name of what graph `index` of a chain hands to the next. */
export const carriedName = (index: number): string => `carried.${index}`;

/** The graphs that the engine runs. Throws `bad_checkpoint` where a tensor is missing, has a wrong shape, or is left over. */
export function engineParts(checkpoint: Checkpoint, forms: Forms, layout: Layout): Parts {
  const { mapped } = layout;
  const weights = mapped ? 'mapped' : 'packed';
  const single = (name: GraphName, outputs: Record<string, Value>, kept: Part['weights'] = weights) => [
    { graph: buildGraph({ name, outputs }), weights: kept },
  ];
  const dit = transformerValues(checkpoint, forms.transformer);
  const parts: Parts = {
    vision: visionParts(checkpoint, layout),
    language: languageParts(checkpoint, forms, layout),
    glyphs: single('glyphs', glyphValues(checkpoint)),
    textRows: single('textRows', textRowsValues(checkpoint)),
    priorRows: single('priorRows', priorRowsValues(checkpoint)),
    modulation: modulationParts(checkpoint, layout),
    transformer: single('transformer', { velocity: dit.velocity, ...writtenOutputs(dit) }),
    // Convolutions are several times slower on weights that are not laid out for them.
    vaeEncode: single('vaeEncode', { latents: vaeEncodeValues(checkpoint).normalized }, 'packed'),
    vaeDecode: single('vaeDecode', { pixels: vaeDecodeValues(checkpoint).pixels }, 'packed'),
  };
  // Stored by upstream; it would turn semantic tokens back into features, which no part of inference does.
  for (const part of ['weight', 'bias'])
    checkpoint.visionLanguage.ignore(`model.vqmodel.post_quant_conv.${part}`);
  for (const component of [
    checkpoint.visionLanguage,
    checkpoint.textEncoder,
    checkpoint.transformer,
    checkpoint.vae,
  ])
    component.checkAllUsed();
  return parts;
}

/** One graph of a chain: its own outputs, and what the next one goes on from. */
interface Link {
  outputs: Record<string, Value>;
  carried?: Value;
  weights: Part['weights'];
}

/** The links of a chain as graphs, each but the first with what the one before carried as its argument. */
function chain(name: GraphName, links: readonly Link[]): Part[] {
  return links.map(({ outputs, carried, weights }, i) => {
    const before = links[i - 1]?.carried;
    const given = before && new Map([[before, argument(carriedName(i - 1), before.dtype, before.shape)]]);
    const all = { ...outputs, ...(carried && { [carriedName(i)]: carried }) };
    return {
      graph: buildGraph({ name: links.length === 1 ? name : `${name}.${i}`, outputs: all, given }),
      weights,
    };
  });
}

/** Ends of parts as ranges of layers. */
const ranges = (ends: readonly number[]): [from: number, to: number][] =>
  ends.map((end, i) => [ends[i - 1] ?? 0, end]);

function languageParts(checkpoint: Checkpoint, forms: Forms, { language: ends, mapped }: Layout): Part[] {
  const values = languageValues(checkpoint, forms.language, forms.head);
  const caches = ([from, to]: readonly [number, number]) =>
    Object.fromEntries(
      range(to - from).flatMap((i) => {
        const { keys, values: stored } = values.cache[from + i]!;
        return [
          [nextCacheName('k', from + i), keys],
          [nextCacheName('v', from + i), stored],
        ];
      }),
    );
  const layers = ranges(ends).map(
    (between, i): Link => ({
      outputs: { ...(i === ends.length - 1 && { logits: values.wantedLogits }), ...caches(between) },
      carried: i === ends.length - 1 ? undefined : values.hidden[between[1] - 1],
      weights: mapped ? 'saved' : 'packed',
    }),
  );
  // The table of tokens stays where it is: a saved session would hold a copy of it.
  const table: Link = { outputs: {}, carried: values.embed, weights: 'mapped' };
  return chain('language', mapped ? [table, ...layers] : layers);
}

function visionParts(checkpoint: Checkpoint, { vision: ends, mapped }: Layout): Part[] {
  const values = visionValues(checkpoint);
  const links = ends.map(
    (end, i): Link => ({
      outputs: i === ends.length - 1 ? { ids: values.ids } : {},
      carried: i === ends.length - 1 ? undefined : values.blocks[end - 1],
      weights: mapped ? 'mapped' : 'packed',
    }),
  );
  return chain('vision', links);
}

function modulationParts(checkpoint: Checkpoint, { modulation: ends, mapped }: Layout): Part[] {
  const mods = appliedModulation(checkpoint.config.transformer, modulationValues(checkpoint));
  const links = ranges(ends).map(([from, to], i): Link => {
    const blocks = mods.blocks.slice(from, to).map((block, j) => [`block.${from + j}`, block]);
    return {
      outputs: { ...(i === 0 && { head: mods.head }), ...Object.fromEntries(blocks) },
      weights: mapped ? 'mapped' : 'packed',
    };
  });
  return chain('modulation', links);
}

/** Keys and values of the rows of one forward pass of the DiT, by output name. */
export function writtenOutputs({ present }: TransformerValues): Record<string, Value> {
  return Object.fromEntries(
    present.flatMap(({ keys, values }, layer) => [
      [`k.${layer}`, keys],
      [`v.${layer}`, values],
    ]),
  );
}
