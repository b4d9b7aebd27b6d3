/**
 * Runs the graphs of one checkpoint on one device: host arrays in, host arrays out.
 * It executes and never decides: order, sampling and schedules belong to the pipeline.
 */
import {
  type CodeBits,
  compile,
  type Device,
  KEY_BLOCK,
  type RunOptions,
  resolveDevice,
  type Session,
  type Tensor,
  type Tensors,
  tensor,
} from '../../kernels/index.ts';
import { EngineError } from '../request/errors.ts';
import type { EngineOptions, Precision } from '../request/request.ts';
import { cellCount, ditGridOf, type Grid, TOKEN_PX } from '../request/sizes.ts';
import type { Tally } from '../request/tally.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { weightBytes } from './fit.ts';
import {
  cacheName,
  carriedName,
  engineParts,
  foldedForms,
  type GraphName,
  nextCacheName,
  type Part,
  type Parts,
} from './graphs.ts';
import { KVCache } from './kv-cache.ts';
import { type Forms, type Layout, layoutOf } from './layout.ts';
import { relativeBuckets } from './models/glyph-encoder.ts';
import { innerDim, patchify, sinusoid, sizeDim, sizeSinusoid, unpatchify } from './models/transformer.ts';
import { PATCH_FEATURES, positionCorners } from './models/vision.ts';
import type { PreparedWeights } from './prepared/prepared-weights.ts';
import { DitRotaries, languageRotary, type Rotary } from './rotary.ts';
import { attentionMask, type SequenceInput, slotMapping } from './sequence.ts';
import { Stages } from './stages.ts';

/** Keys and values of references for every layer, by input name of the DiT. */
export type ReferenceKeysValues = Tensors;

/** Inputs of the DiT besides latents and timestep; fixed for one branch of guidance of one picture. */
export interface Branch extends Rotary {
  /** Projected glyph rows. [text, inner] */
  text: Tensor;
  /** Projected prior rows. [n, inner] */
  prior: Tensor;
  references: ReferenceKeysValues;
}

/** What a runner needs to know beside its checkpoint. */
export interface RunnerOptions {
  precision?: Precision;
  layout?: Layout;
  /** Codes and saved sessions, where the layout has them in files. */
  prepared?: PreparedWeights;
  /** Bytes of weights that may be in memory together; default: all. */
  roomBytes?: number;
}

/** The graphs of a checkpoint, with the codes of linear layers where the layout has them. Throws `bad_checkpoint`. */
export function partsOf(
  checkpoint: Checkpoint,
  { precision = 'fp32', layout = layoutOf(checkpoint, precision), prepared }: RunnerOptions = {},
): Parts {
  return engineParts(
    checkpoint,
    prepared ? preparedForms(precision, prepared) : foldedForms(precision),
    layout,
  );
}

/** The forms of linear layers whose codes are in files. The head decides tokens, so that its codes are wide. */
function preparedForms(precision: Precision, prepared: PreparedWeights): Forms {
  const blocks = (bits: CodeBits) => prepared.linear({ kind: 'blocks', bits });
  return {
    language: blocks(precision === 'int4' ? 4 : 8),
    head: blocks(8),
    transformer: prepared.linear({ kind: 'columns' }),
  };
}

export class ModelRunner {
  readonly checkpoint: Checkpoint;
  readonly device: Device;
  readonly #stages: Stages;
  readonly #rotaries: DitRotaries;
  readonly #tally: Tally | undefined;

  private constructor(
    checkpoint: Checkpoint,
    device: Device,
    stages: Stages,
    rotaries = new DitRotaries(checkpoint.config.transformer.attention_head_dim),
    tally?: Tally,
  ) {
    this.#rotaries = rotaries;
    this.checkpoint = checkpoint;
    this.device = device;
    this.#stages = stages;
    this.#tally = tally;
  }

  /**
   * The runner of a checkpoint. Of a small one every graph is compiled now; of a large one each when it is first used.
   * Throws `bad_checkpoint`, `device_unavailable`.
   */
  static async load(
    checkpoint: Checkpoint,
    asked: EngineOptions['device'],
    options: RunnerOptions = {},
  ): Promise<ModelRunner> {
    const { precision = 'fp32', prepared, roomBytes = Infinity } = options;
    const layout = options.layout ?? layoutOf(checkpoint, precision);
    const parts = partsOf(checkpoint, { ...options, layout });
    const device = await withCode(checkpoint, async () => resolveDevice(asked));
    const load = (part: Part) =>
      withCode(checkpoint, () => (prepared ? prepared.load(part, device) : compile(part.graph, { device })));
    const stages = new Stages(parts, { load, roomBytes, bytesOf: (part) => weightBytes(part) });
    if (!layout.mapped) await stages.loadAll();
    return new ModelRunner(checkpoint, device, stages);
  }

  /** The same runner with its runs counted. */
  countedBy(tally: Tally): ModelRunner {
    return new ModelRunner(this.checkpoint, this.device, this.#stages, this.#rotaries, tally);
  }

  /** Bytes of the weights in memory. */
  get loadedBytes(): number {
    return this.#stages.loadedBytes;
  }

  dispose(): Promise<void> {
    return this.#stages.dispose();
  }

  /** Semantic ids of a reference. Shapes: patches [cells, PATCH_FEATURES] (see `visionPatches`) to [cells]. */
  async semanticIds(patches: Float32Array, grid: Grid): Promise<Int32Array> {
    const { image_size: size, patch_size: patch } = this.checkpoint.config.visionLanguage.vision_config;
    const count = cellCount(grid);
    const corners = positionCorners(grid, size / patch);
    const { ids } = await this.#run('vision', {
      patches: tensor('float32', [count, PATCH_FEATURES], patches),
      cornerRows: tensor('int32', [count, 4], corners.rows),
      cornerWeights: tensor('float32', [count, 4], corners.weights),
    });
    return Int32Array.from(ids!.data as BigInt64Array, Number);
  }

  /**
   * Normalised latents of a reference: the mode, no noise.
   * Shapes: pixels [1, 3, 32 * grid.height, 32 * grid.width] in [-1, 1] (see `vaePixels`) to [channels, 4 * grid.height, 4 * grid.width].
   */
  async vaeEncode(pixels: Float32Array, grid: Grid): Promise<Float32Array> {
    const shape = [1, 3, grid.height * TOKEN_PX, grid.width * TOKEN_PX];
    const { latents } = await this.#run('vaeEncode', { pixels: tensor('float32', shape, pixels) });
    return latents!.data as Float32Array;
  }

  /** Pixels of normalised latents, about -1 to 1. Shapes: [channels, height, width] to [3, 8 * height, 8 * width]. */
  async vaeDecode(latents: Float32Array, height: number, width: number): Promise<Float32Array> {
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

  /** An empty KV cache for the sequences of the language model. */
  newKVCache(): KVCache {
    return new KVCache(this.checkpoint.config.visionLanguage.text_config);
  }

  /**
   * One forward pass of the language model over tokens of any number of sequences of one KV cache. Keys and values are written
   * to the next slots of each sequence, which does not count them yet: see `Sequence.advance`.
   * Forward passes of a cache run one after the other. Returns the logits that each input wants. Shapes: [wanted, visionVocab].
   */
  forward(kvCache: KVCache, batch: readonly SequenceInput[]): Promise<Float32Array[][]> {
    return kvCache.exclusively(() => this.#forward(kvCache, batch));
  }

  async #forward(kvCache: KVCache, batch: readonly SequenceInput[]): Promise<Float32Array[][]> {
    const added = batch.map(({ sequence, ids }) => ({ sequence, slots: sequence.nextSlots(ids.length) }));
    const slots = added.flatMap((each) => each.slots);
    const wanted = wantedRows(batch);
    const blocks = kvCache.blocksInUse;
    const positions = batch.map((input) => input.positions);
    const inputs = {
      ids: tensor('int32', [slots.length], Int32Array.from(batch.flatMap(({ ids }) => Array.from(ids)))),
      ...languageRotary(kvCache.config, positions),
      mask: tensor('float32', [slots.length, KEY_BLOCK * blocks], attentionMask(added, blocks)),
      slots: slotMapping(slots, kvCache.config.num_key_value_heads),
      wanted: tensor('int32', [wanted.length], wanted),
      ...kvCache.tensors(cacheName),
    };
    // The new rows are written where the cache lies: nothing is copied on a device that shares this memory.
    const { logits } = await this.#run('language', inputs, { into: kvCache.tensors(nextCacheName) });
    const vocab = logits!.shape[1]!;
    const flat = logits!.data as Float32Array;
    let row = 0;
    return batch.map((input) => input.wanted.map(() => flat.subarray(row * vocab, ++row * vocab)));
  }

  /** Glyph features as text rows of the DiT. */
  async textRows(glyphs: Tensor): Promise<Tensor> {
    return (await this.#run('textRows', { glyphs })).text!;
  }

  /** Semantic ids on the DiT's grid as prior rows; all dropped for the unconditional branch. */
  async priorRows(ids: Int32Array, dropped: boolean): Promise<Tensor> {
    const keep = new Float32Array(ids.length).fill(dropped ? 0 : 1);
    const inputs = {
      priorIds: tensor('int32', [ids.length], ids),
      keep: tensor('float32', [ids.length], keep),
    };
    return (await this.#run('priorRows', inputs)).prior!;
  }

  /** All modulations of one timestep at one size (height, width in pixels), by input name of the DiT. */
  async modulation(timestep: number, sizePx: readonly [number, number]): Promise<Tensors> {
    const config = this.checkpoint.config.transformer;
    const { head, ...blocks } = await this.#run('modulation', {
      time: tensor('float32', [1, config.time_embed_dim], sinusoid(timestep, config.time_embed_dim)),
      size: tensor('float32', [1, sizeDim(config)], sizeSinusoid(config, sizePx)),
    });
    const named = Object.entries(blocks).map(([name, value]) => [name.replace('block', 'modulation'), value]);
    return { 'modulation.head': head!, ...Object.fromEntries(named) };
  }

  /** Rotary tables of a branch. `grid` in DiT tokens. */
  rotary(textRows: number, grid: Grid): Rotary {
    return this.#rotaries.of(textRows, grid);
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

  /** The velocity at one step. `grid` in DiT tokens; `latents` and the result as [channels, height, width] of the latents. */
  async velocity(
    latents: Float32Array,
    grid: Grid,
    modulation: Tensors,
    branch: Branch,
  ): Promise<Float32Array> {
    const { velocity } = await this.#transformer(latents, grid, modulation, branch, ['velocity']);
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
   * `grid` is the reference's own, in semantic tokens; `ids` lie on its DiT grid.
   * Source: docs/model.md, "References in the DiT".
   */
  async writeReference(latents: Float32Array, ids: Int32Array, grid: Grid): Promise<ReferenceKeysValues> {
    const ditGrid = ditGridOf(grid);
    const modulation = await this.modulation(0, [grid.height * TOKEN_PX, grid.width * TOKEN_PX]);
    const out = await this.#transformer(latents, ditGrid, modulation, {
      text: tensor('float32', [0, innerDim(this.checkpoint.config.transformer)]),
      prior: await this.priorRows(ids, false),
      references: this.noReferences(),
      ...this.rotary(0, ditGrid),
    });
    const written = Object.entries(out).filter(([name]) => name !== 'velocity');
    return Object.fromEntries(written.map(([name, value]) => [`reference.${name}`, value]));
  }

  async #run(name: GraphName, inputs: Tensors, options: RunOptions = {}): Promise<Tensors> {
    return this.#stages.use(name, async (sessions) => {
      const from = performance.now();
      const outputs = await runChain(sessions, inputs, options);
      this.#tally?.ran(name, performance.now() - from);
      return outputs;
    });
  }

  /** One forward pass of the DiT; without `only` with the keys and values of its rows. */
  #transformer(
    latents: Float32Array,
    grid: Grid,
    modulation: Tensors,
    branch: Branch,
    only?: readonly string[],
  ): Promise<Tensors> {
    const { in_channels: channels, patch_size: patch } = this.checkpoint.config.transformer;
    const rows = patchify(latents, channels, grid.height * patch, grid.width * patch, patch);
    const { references, ...rest } = branch;
    const patches = tensor('float32', [cellCount(grid), channels * patch * patch], rows);
    return this.#run('transformer', { patches, ...rest, ...references, ...modulation }, { only });
  }
}

/** Runs the graphs of a part one after the other, each with what the one before hands on, and joins their outputs. */
async function runChain(
  sessions: readonly Session[],
  inputs: Tensors,
  { into = {}, only }: RunOptions,
): Promise<Tensors> {
  if (sessions.length === 1) return sessions[0]!.run(inputs, { into, only });
  const outputs: Tensors = {};
  let carried: Tensors = {};
  for (const [i, session] of sessions.entries()) {
    const { graph } = session;
    const given = { ...inputs, ...carried };
    const names = graph.outputs.map(({ name }) => name);
    const next = carriedName(i);
    const made = await session.run(
      pick(
        given,
        graph.inputs.map(({ name }) => name),
      ),
      {
        into: pick(into, names),
        only: only && names.filter((name) => name === next || only.includes(name)),
      },
    );
    carried = pick(made, [next]);
    for (const [name, value] of Object.entries(made)) if (name !== next) outputs[name] = value;
  }
  return outputs;
}

const pick = (tensors: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.flatMap((name) => (tensors[name] ? [[name, tensors[name]]] : [])));

/** An error of the runtime as one of ours. */
async function withCode<R>({ dir }: Checkpoint, compiling: () => Promise<R>): Promise<R> {
  try {
    return await compiling();
  } catch (cause) {
    // The runtime reads the weights only now, and its errors have no codes: opening the files again tells if they are whole.
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

/** Indices among all rows of those whose logits are wanted. */
function wantedRows(batch: readonly SequenceInput[]): number[] {
  let from = 0;
  return batch.flatMap(({ ids, wanted }) => {
    const rows = wanted.map((row) => from + row);
    from += ids.length;
    return rows;
  });
}
