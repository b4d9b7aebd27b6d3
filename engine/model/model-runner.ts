/**
 * Runs the boxes of one checkpoint on one device: host arrays in, host arrays out.
 * It executes and never decides: order, sampling and schedules belong to the pipeline.
 */
import {
  compile,
  type Graph,
  KEY_BLOCK,
  type RunOptions,
  ropeTable,
  type Session,
  type Tensor,
  type Tensors,
  tensor,
} from '../../kernels/index.ts';
import { EngineError } from '../request/errors.ts';
import type { Grid, Picture } from '../picture/pixels.ts';
import { vaePixels, visionPatches } from '../picture/pixels.ts';
import type { EngineOptions, Precision } from '../request/request.ts';
import type { Tally } from '../request/tally.ts';
import { KeyValuePool, maskOf, type Sequence } from './kv-cache.ts';
import type { Positions } from '../tokens/prompt.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { cacheName, engineGraphs, nextCacheName } from './graphs.ts';
import { relativeBuckets } from './models/glyph-encoder.ts';
import { patchify, sinusoid, sizeSinusoid, unpatchify } from './models/transformer.ts';
import { positionCorners } from './models/vision.ts';

/** Keys and values of references for every layer, by input name of the decoder. */
export type ReferenceKeysValues = Tensors;

/** What the decoder needs besides latents and timestep; fixed for one branch of one picture. */
export interface Branch {
  /** Projected glyph rows. [text, inner] */
  text: Tensor;
  /** Projected prior rows. [n, inner] */
  prior: Tensor;
  cos: Tensor;
  sin: Tensor;
  references: ReferenceKeysValues;
}

/** Cosines and sines of the rows of the decoder. [text + image rows, headDim] each */
export interface Rotary {
  cos: Tensor;
  sin: Tensor;
}

const MOST_ROTARIES = 16;

type Graphs = ReturnType<typeof engineGraphs>;
type SessionName = keyof Graphs;

export class ModelRunner {
  readonly checkpoint: Checkpoint;
  readonly device: string;
  readonly #sessions: Record<SessionName, Session>;
  readonly #rotaries: Map<string, Rotary>;
  readonly #tally: Tally | undefined;

  private constructor(
    checkpoint: Checkpoint,
    device: string,
    sessions: Record<SessionName, Session>,
    rotaries = new Map<string, Rotary>(),
    tally?: Tally,
  ) {
    this.#rotaries = rotaries;
    this.checkpoint = checkpoint;
    this.device = device;
    this.#sessions = sessions;
    this.#tally = tally;
  }

  /** Compiles every graph of a checkpoint. Throws `bad_checkpoint`, `device_unavailable`. */
  static async load(
    checkpoint: Checkpoint,
    device: EngineOptions['device'],
    precision?: Precision,
  ): Promise<ModelRunner> {
    const graphs = Object.entries(engineGraphs(checkpoint, precision)) as [SessionName, Graph][];
    const sessions = {} as Record<SessionName, Session>;
    for (const [name, graph] of graphs) sessions[name] = await compileGraph(graph, device, checkpoint);
    return new ModelRunner(checkpoint, sessions.transformer.device, sessions);
  }

  /** The same runner with its runs counted. */
  countedBy(tally: Tally): ModelRunner {
    return new ModelRunner(this.checkpoint, this.device, this.#sessions, this.#rotaries, tally);
  }

  async dispose(): Promise<void> {
    for (const session of Object.values(this.#sessions)) await session.dispose();
  }

  /** Semantic ids of a reference. Shapes: [grid.height * grid.width]. */
  async semanticIds(picture: Picture, grid: Grid): Promise<Int32Array> {
    const { image_size: size, patch_size: patch } = this.checkpoint.config.visionLanguage.vision_config;
    const count = grid.height * grid.width;
    const corners = positionCorners(grid, size / patch);
    const { ids } = await this.#run('vision', {
      patches: tensor('float32', [count, 768], visionPatches(picture, grid)),
      cornerRows: tensor('int32', [count, 4], corners.rows),
      cornerWeights: tensor('float32', [count, 4], corners.weights),
    });
    return Int32Array.from(ids!.data as BigInt64Array, Number);
  }

  /** Normalised latents of a reference: the mode, no noise. Shapes: [channels, 4 * grid.height, 4 * grid.width]. */
  async encodeLatents(picture: Picture, grid: Grid): Promise<Float32Array> {
    const shape = [1, 3, grid.height * 32, grid.width * 32];
    const { latents } = await this.#run('vaeEncode', {
      pixels: tensor('float32', shape, vaePixels(picture, grid)),
    });
    return latents!.data as Float32Array;
  }

  /** Pixels of normalised latents, about -1 to 1. Shapes: [channels, height, width] to [3, 8 * height, 8 * width]. */
  async decodeLatents(latents: Float32Array, height: number, width: number): Promise<Float32Array> {
    const shape = [1, this.checkpoint.config.vae.latent_channels, height, width];
    const { pixels } = await this.#run('vaeDecode', { latents: tensor('float32', shape, latents) });
    return pixels!.data as Float32Array;
  }

  /** Glyph features of the texts to draw, one after the other. Shapes: [sum of lengths, d_model]. */
  async glyphFeatures(rows: readonly (readonly number[])[]): Promise<Tensor> {
    const config = this.checkpoint.config.textEncoder;
    const parts: Float32Array[] = [];
    for (const row of rows) {
      const { features } = await this.#run('glyphs', {
        ids: tensor('int32', [row.length], row),
        buckets: tensor('int32', [row.length, row.length], relativeBuckets(config, row.length)),
      });
      parts.push(features!.data as Float32Array);
    }
    const length = rows.reduce((sum, row) => sum + row.length, 0);
    return tensor('float32', [length, config.d_model], concatenate(parts));
  }

  /** An empty pool for the sequences of the language model. */
  newPool(): KeyValuePool {
    return new KeyValuePool(this.checkpoint.config.visionLanguage.text_config);
  }

  /**
   * Feeds tokens of any number of sequences of one pool to the language model, in one forward. Their keys and values are
   * written to the next places of each sequence, which does not count them yet: see {@link Sequence.advance}.
   * Forwards of a pool run one after the other. Returns the logits that each feed wants. Shapes: [wanted, visionVocab].
   */
  feedTokens(pool: KeyValuePool, feeds: readonly TokenFeed[]): Promise<Float32Array[][]> {
    return pool.exclusively(() => this.#feedTokens(pool, feeds));
  }

  async #feedTokens(pool: KeyValuePool, feeds: readonly TokenFeed[]): Promise<Float32Array[][]> {
    const rows = feeds.map(({ sequence, ids }) => ({ sequence, places: sequence.nextPlaces(ids.length) }));
    const places = rows.flatMap((row) => row.places);
    const wanted = wantedRows(feeds);
    const blocks = pool.blocksInUse;
    const inputs = {
      ids: tensor('int32', [places.length], Int32Array.from(feeds.flatMap(({ ids }) => Array.from(ids)))),
      ...this.#languageRotary(feeds.map(({ positions }) => positions)),
      mask: tensor('float32', [places.length, KEY_BLOCK * blocks], maskOf(rows, blocks)),
      places: placesTensor(places, pool.config.num_key_value_heads),
      wanted: tensor('int32', [wanted.length], wanted),
      ...pool.tensors(cacheName),
    };
    // The new rows are written where the cache lies: nothing is copied on a device that shares this memory.
    const { logits } = await this.#run('language', inputs, { into: pool.tensors(nextCacheName) });
    const vocab = logits!.shape[1]!;
    const flat = logits!.data as Float32Array;
    let row = 0;
    return feeds.map((feed) => feed.wanted.map(() => flat.subarray(row * vocab, ++row * vocab)));
  }

  #languageRotary(positions: readonly Positions[]) {
    const {
      rotary_dim: rotaryDim,
      mrope_section: sections,
      rope_theta: theta,
    } = this.checkpoint.config.visionLanguage.text_config;
    const joined = [0, 1, 2].map((axis) => positions.flatMap((each) => each[axis]!));
    return ropeTable({ positions: joined, rotaryDim, sections, theta });
  }

  /** Glyph features as text rows of the decoder. */
  async textRows(glyphs: Tensor): Promise<Tensor> {
    return (await this.#run('textRows', { glyphs })).text!;
  }

  /** Semantic ids on the decoder's grid as prior rows; all dropped for the unconditional branch. */
  async priorRows(ids: Int32Array, dropped: boolean): Promise<Tensor> {
    const keep = new Float32Array(ids.length).fill(dropped ? 0 : 1);
    const inputs = {
      priorIds: tensor('int32', [ids.length], ids),
      keep: tensor('float32', [ids.length], keep),
    };
    return (await this.#run('priorRows', inputs)).prior!;
  }

  /** All modulations of one timestep at one size (height, width in pixels), by input name of the decoder. */
  async modulation(timestep: number, sizePx: readonly [number, number]): Promise<Tensors> {
    const config = this.checkpoint.config.transformer;
    const { head, ...blocks } = await this.#run('modulation', {
      time: tensor('float32', [1, config.time_embed_dim], sinusoid(timestep, config.time_embed_dim)),
      size: tensor('float32', [1, 4 * config.condition_dim], sizeSinusoid(config, sizePx)),
    });
    const named = Object.entries(blocks).map(([name, value]) => [name.replace('block', 'modulation'), value]);
    return { 'modulation.head': head!, ...Object.fromEntries(named) };
  }

  /** Rotary tables of a branch: text rows do not turn, image rows by row and column from (0, 0). The last few are kept. */
  rotary(textRows: number, grid: Grid): Rotary {
    const key = [textRows, grid.height, grid.width].join();
    const kept = this.#rotaries.get(key);
    if (kept) return kept;
    const made = decoderRotary(this.checkpoint.config.transformer.attention_head_dim, textRows, grid);
    if (this.#rotaries.size === MOST_ROTARIES) this.#rotaries.clear();
    this.#rotaries.set(key, made);
    return made;
  }

  /** No references: keys and values of length 0. */
  noReferences(): ReferenceKeysValues {
    const {
      num_attention_heads: heads,
      attention_head_dim: headDim,
      num_layers: layers,
    } = this.checkpoint.config.transformer;
    const empty = tensor('float32', [heads, 0, headDim]);
    return Object.fromEntries(
      Array.from(
        { length: layers },
        (_, i) =>
          [
            [`reference.k.${i}`, empty],
            [`reference.v.${i}`, empty],
          ] as const,
      ).flat(),
    );
  }

  /** The velocity at one step. `latents` and the result as [channels, height, width] of the latent grid. */
  async velocity(
    latents: Float32Array,
    grid: Grid,
    modulation: Tensors,
    branch: Branch,
  ): Promise<Float32Array> {
    const { velocity } = await this.#decoder(latents, grid, modulation, branch, ['velocity']);
    const { out_channels: channels, patch_size: patch } = this.checkpoint.config.transformer;
    return unpatchify(
      velocity!.data as Float32Array,
      channels,
      grid.height * patch,
      grid.width * patch,
      patch,
    );
  }

  /**
   * Keys and values of one reference: no text, timestep 0, its own size and ids. They depend on nothing else.
   * `grid` is the reference's own, in semantic tokens.
   */
  async writeReference(latents: Float32Array, ids: Int32Array, grid: Grid): Promise<ReferenceKeysValues> {
    const config = this.checkpoint.config.transformer;
    const decoderGrid = { height: grid.height * 2, width: grid.width * 2 };
    const modulation = await this.modulation(0, [grid.height * 32, grid.width * 32]);
    const out = await this.#decoder(latents, decoderGrid, modulation, {
      text: tensor('float32', [0, config.num_attention_heads * config.attention_head_dim]),
      prior: await this.priorRows(ids, false),
      references: this.noReferences(),
      ...this.rotary(0, decoderGrid),
    });
    const written = Object.entries(out).filter(([name]) => name !== 'velocity');
    return Object.fromEntries(written.map(([name, value]) => [`reference.${name}`, value]));
  }

  async #run(name: SessionName, inputs: Tensors, options?: RunOptions): Promise<Tensors> {
    const from = performance.now();
    const outputs = await this.#sessions[name].run(inputs, options);
    this.#tally?.ran(name, performance.now() - from);
    return outputs;
  }

  /** One forward; without `only` with the keys and values of its rows. */
  #decoder(
    latents: Float32Array,
    grid: Grid,
    modulation: Tensors,
    branch: Branch,
    only?: readonly string[],
  ): Promise<Tensors> {
    const { in_channels: channels, patch_size: patch } = this.checkpoint.config.transformer;
    const rows = patchify(latents, channels, grid.height * patch, grid.width * patch, patch);
    const { references, ...rest } = branch;
    const patches = tensor('float32', [grid.height * grid.width, channels * patch * patch], rows);
    return this.#run('transformer', { patches, ...rest, ...references, ...modulation }, { only });
  }
}

async function compileGraph(
  graph: Graph,
  device: EngineOptions['device'],
  { dir }: Checkpoint,
): Promise<Session> {
  try {
    return await compile(graph, { device });
  } catch (cause) {
    // The runtime reads the numbers only now, and its errors have no codes: whether the files are still whole tells.
    openCheckpoint(dir);
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('device_unavailable', message, { field: 'device', cause });
  }
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Tokens to add to a sequence. */
export interface TokenFeed {
  sequence: Sequence;
  ids: ArrayLike<number>;
  /** One position on each axis for each token. */
  positions: Positions;
  /** Indices of the tokens after which logits are wanted. */
  wanted: readonly number[];
}

/** Indices among all rows of those whose logits are wanted. */
function wantedRows(feeds: readonly TokenFeed[]): number[] {
  let from = 0;
  return feeds.flatMap(({ ids, wanted }) => {
    const rows = wanted.map((row) => from + row);
    from += ids.length;
    return rows;
  });
}

/** Shapes: places [rows] to [heads, rows, 3]: block, head, place in the block. */
export function placesTensor(places: readonly number[], heads: number): Tensor {
  const triples = Array.from({ length: heads }, (_, head) =>
    places.map((place) => [Math.floor(place / KEY_BLOCK), head, place % KEY_BLOCK]),
  );
  return tensor('int64', [heads, places.length, 3], BigInt64Array.from(triples.flat(2), BigInt));
}

/** Rotary tables of the decoder. Shapes: [textRows + grid cells, headDim]. */
export function decoderRotary(headDim: number, textRows: number, grid: Grid): Rotary {
  const cells = [...new Array(grid.height * grid.width).keys()];
  const positions = [cells.map((i) => Math.floor(i / grid.width)), cells.map((i) => i % grid.width)];
  const image = ropeTable({ positions, rotaryDim: headDim, frequencies: 'each' });
  const rows = textRows + cells.length;
  const withText = (table: Tensor, identity: number) => {
    const data = new Float32Array(rows * headDim).fill(identity, 0, textRows * headDim);
    data.set(table.data as Float32Array, textRows * headDim);
    return tensor('float32', [rows, headDim], data);
  };
  return { cos: withText(image.cos, 1), sin: withText(image.sin, 0) };
}
