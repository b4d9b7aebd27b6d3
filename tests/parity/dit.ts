/** Parity of the DiT transformer: embeddings, modulation, rotary tables, forwards with and without references. */

import { joinReferences } from '../../engine/cache/reference-sets.ts';
import {
  modulationValues,
  priorRowsValues,
  textRowsValues,
  transformerValues,
  writtenOutputs,
} from '../../engine/model/graphs.ts';
import type { ReferenceKeysValues } from '../../engine/model/model-runner.ts';
import {
  appliedModulation,
  patchify,
  sinusoid,
  sizeSinusoid,
  unpatchify,
} from '../../engine/model/models/transformer.ts';
import { ditRotary } from '../../engine/model/rotary.ts';
import { type Tensors, tensor } from '../../kernels/index.ts';
import { type Check, closeTo } from './check.ts';
import type { CaseRunner, ParityContext } from './context.ts';
import type { CaseTensors, Golden, GoldenCase } from './goldens.ts';

/** One sample of a batch as numbers. */
function sampleOf(golden: Golden, sample: number): Golden['data'] {
  const size = golden.data.length / golden.shape[0]!;
  return golden.data.subarray(sample * size, (sample + 1) * size) as Golden['data'];
}

const floats = (golden: Golden, sample: number) => sampleOf(golden, sample) as Float32Array;

async function textRows(context: ParityContext, glyphs: Float32Array, length: number) {
  const session = await context.session('textRows', () => textRowsValues(context.checkpoint));
  const width = context.checkpoint.config.transformer.text_embed_dim;
  return (await session.run({ glyphs: tensor('float32', [length, width], glyphs) })).text!;
}

async function priorRows(context: ParityContext, ids: Int32Array, drop: ArrayLike<number>) {
  const session = await context.session('priorRows', () => priorRowsValues(context.checkpoint));
  const keep = Float32Array.from(drop, (dropped) => 1 - dropped);
  return (
    await session.run({
      priorIds: tensor('int32', [ids.length], ids),
      keep: tensor('float32', [ids.length], keep),
    })
  ).prior!;
}

async function modulations(
  context: ParityContext,
  timestep: number,
  size: Golden['data'],
  crop: Golden['data'],
) {
  const config = context.checkpoint.config.transformer;
  const session = await context.session('modulation', () => {
    const values = modulationValues(context.checkpoint);
    const applied = appliedModulation(config, values);
    return {
      temb: values.temb,
      ...Object.fromEntries(values.blocks.map((value, i) => [`mod_${i}`, value])),
      mod_out: values.head,
      'modulation.head': applied.head,
      ...Object.fromEntries(applied.blocks.map((value, i) => [`modulation.${i}`, value])),
    };
  });
  const pair = (data: Golden['data']) => [data[0]!, data[1]!] as const;
  return session.run({
    time: tensor('float32', [1, config.time_embed_dim], sinusoid(timestep, config.time_embed_dim)),
    size: tensor('float32', [1, 4 * config.condition_dim], sizeSinusoid(config, pair(size), pair(crop))),
  });
}

function transformerSession(context: ParityContext) {
  return context.session('transformer', () => {
    const values = transformerValues(context.checkpoint);
    const blocks = values.blocks.flatMap(
      ({ image, text }, i) =>
        [
          [`block${i}_image`, image],
          [`block${i}_text`, text],
        ] as const,
    );
    const { q, k, v, out } = values.firstAttention;
    return {
      velocity: values.velocity,
      block0_in_image: values.embed,
      projected: values.projected,
      norm_out: values.normOut,
      block0_q: q,
      block0_k: k,
      block0_v: v,
      block0_attn: out,
      ...Object.fromEntries(blocks),
      ...writtenOutputs(values),
    };
  });
}

/** Inputs made wrong on purpose. */
interface WrongInput {
  timestepOffset?: number;
  dropPrior?: boolean;
}

/** All values of one forward of one sample of a case. */
async function forward(
  context: ParityContext,
  tensors: CaseTensors,
  sample: number,
  references?: ReferenceKeysValues,
  wrong: WrongInput = {},
): Promise<Tensors> {
  const config = context.checkpoint.config.transformer;
  const latents = tensors.input('hidden_states');
  const [, channels, height, width] = latents.shape as [number, number, number, number];
  const length = tensors.input('encoder_hidden_states').shape[1]!;
  const grid = { height: height / config.patch_size, width: width / config.patch_size };
  const cells = grid.height * grid.width;
  const text = await textRows(context, floats(tensors.input('encoder_hidden_states'), sample), length);
  const ids = Int32Array.from(sampleOf(tensors.input('prior_token_id'), sample));
  const dropped = wrong.dropPrior
    ? new Int32Array(ids.length).fill(1)
    : sampleOf(tensors.input('prior_token_drop'), sample);
  const prior = await priorRows(context, ids, dropped);
  const mods = await modulations(
    context,
    tensors.input('timestep').data[sample]! + (wrong.timestepOffset ?? 0),
    sampleOf(tensors.input('target_size'), sample),
    sampleOf(tensors.input('crop_coords'), sample),
  );
  const patches = patchify(floats(latents, sample), channels, height, width, config.patch_size);
  const session = await transformerSession(context);
  const runner = await context.runner();
  const out = await session.run({
    patches: tensor('float32', [cells, channels * config.patch_size ** 2], patches),
    prior,
    text,
    ...Object.fromEntries(Object.entries(mods).filter(([name]) => name.startsWith('modulation.'))),
    ...ditRotary(config.attention_head_dim, length, grid),
    ...(references ?? runner.noReferences()),
  });
  const sampleData = unpatchify(
    out.velocity!.data as Float32Array,
    channels,
    height,
    width,
    config.patch_size,
  );
  return { ...out, block0_in_text: text, sample: tensor('float32', [channels, height, width], sampleData) };
}

/** [heads, rows, d] as upstream stores it: [rows, heads, d]. */
function rowsFirst({ shape, data }: Tensors[string]): Float32Array {
  const [heads, rows, width] = shape as [number, number, number];
  const out = new Float32Array(data.length);
  for (let head = 0; head < heads; head++)
    for (let row = 0; row < rows; row++)
      out.set(
        (data as Float32Array).subarray((head * rows + row) * width, (head * rows + row + 1) * width),
        (row * heads + head) * width,
      );
  return out;
}

const HEADS_FIRST = /^(block0_[qkv]|[kv]_\d+)$/;

function outputOf(out: Tensors, name: string): Float32Array {
  const value = out[name] ?? out[name.replace('_', '.')];
  if (!value) throw new Error(`Expected an output named ${name}`);
  return HEADS_FIRST.test(name) ? rowsFirst(value) : (value.data as Float32Array);
}

function checksOf(
  context: ParityContext,
  entry: GoldenCase,
  tensors: CaseTensors,
  samples: Tensors[],
): Check[] {
  return tensors.outputNames().map((name) => {
    const got = samples.flatMap((out) => Array.from(outputOf(out, name)));
    return context.close(entry, name, got, tensors.output(name));
  });
}

async function forwards(
  context: ParityContext,
  tensors: CaseTensors,
  slots: (ReferenceKeysValues | undefined)[] = [],
) {
  const samples: Tensors[] = [];
  for (let i = 0; i < tensors.input('hidden_states').shape[0]!; i++)
    samples.push(await forward(context, tensors, i, slots[i] ?? slots[0]));
  return samples;
}

/** Forwards without references, and the write pass, whose keys and values are among the outputs. */
export const ditForward: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  return checksOf(context, entry, tensors, await forwards(context, tensors));
};

/** Keys and values of a reference as our own write pass makes them from the stored latents and ids. */
async function written(context: ParityContext, reference: string): Promise<ReferenceKeysValues> {
  const entry = context.goldens.case(`dit_write_${reference}`);
  const tensors = context.goldens.tensors(entry);
  const runner = await context.runner();
  const [, , height, width] = tensors.input('hidden_states').shape as [number, number, number, number];
  const ids = Int32Array.from(tensors.input('prior_token_id').data);
  return runner.writeReference(floats(tensors.input('hidden_states'), 0), ids, {
    height: height / 4,
    width: width / 4,
  });
}

const joined = async (context: ParityContext, references: readonly string[]): Promise<ReferenceKeysValues> =>
  joinReferences(await Promise.all(references.map((reference) => written(context, reference))));

export const ditRead: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const slots = (entry.params.slots as string[][] | undefined) ?? [entry.params.refs as string[]];
  const references = await Promise.all(slots.map((slot) => joined(context, slot)));
  return checksOf(context, entry, tensors, await forwards(context, tensors, references));
};

export const ditEmbed: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const glyphs = tensors.input('encoder_hidden_states');
  const ids = Int32Array.from(tensors.input('prior_token_id').data);
  const latents = tensors.input('hidden_states');
  const [, channels, height, width] = latents.shape as [number, number, number, number];
  const config = context.checkpoint.config.transformer;
  const text = await textRows(context, floats(glyphs, 0), glyphs.shape[1]!);
  const prior = await priorRows(context, ids, new Float32Array(ids.length));
  const dropped = await priorRows(context, ids.slice(0, 1), [1]);
  const session = await context.session('projected', () => ({
    projected: transformerValues(context.checkpoint).projected,
  }));
  const patches = patchify(floats(latents, 0), channels, height, width, config.patch_size);
  const { projected } = await session.run({
    patches: tensor('float32', [ids.length, patches.length / ids.length], patches),
  });
  const close = (name: string, { data }: { data: unknown }) =>
    context.close(entry, name, data as Float32Array, tensors.output(name));
  return [
    close('glyph', text),
    close('prior', prior),
    close('prior_dropped', dropped),
    close('image', projected!),
  ];
};

export const conditioning: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const config = context.checkpoint.config.transformer;
  const timesteps = Array.from(tensors.input('timestep').data);
  const rows: Record<string, number[]> = {};
  const push = (name: string, data: ArrayLike<number>) => {
    rows[name] = [...(rows[name] ?? []), ...Array.from(data)];
  };
  for (const [i, timestep] of timesteps.entries()) {
    const size = sampleOf(tensors.input('target_size'), i);
    const crop = sampleOf(tensors.input('crop_coords'), i);
    push('time_sinusoid', sinusoid(timestep, config.time_embed_dim));
    push('size_sinusoid', sizeSinusoid(config, [size[0]!, size[1]!], [crop[0]!, crop[1]!]));
    for (const [name, value] of Object.entries(await modulations(context, timestep, size, crop)))
      push(name, value.data as Float32Array);
  }
  return tensors.outputNames().map((name) => context.close(entry, name, rows[name]!, tensors.output(name)));
};

export const rotary: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const headDim = context.checkpoint.config.transformer.attention_head_dim;
  return tensors.outputNames().map((name) => {
    const [part, size] = name.split('_') as ['cos' | 'sin', string];
    const [height, width] = size.split('x').map(Number) as [number, number];
    const table = ditRotary(headDim, 0, { height, width })[part];
    return context.close(entry, name, table.data as Float32Array, tensors.output(name));
  });
};

/** One wrong input at a time must change the output by what it changed upstream's. */
export const sensitivity: CaseRunner = async (context, entry) => {
  const { changes } = context.goldens.table<{ changes: Record<string, number> }>(entry);
  const tensors = context.goldens.tensors(context.goldens.case('dit_t2i_a'));
  const velocity = async (wrong: WrongInput) =>
    (await forward(context, tensors, 0, undefined, wrong)).sample!.data as Float32Array;
  const right = await velocity({});
  const changed = async (wrong: WrongInput) =>
    (await velocity(wrong)).reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!)), 0);
  return [
    closeTo('timestep_plus_1', [await changed({ timestepOffset: 1 })], [changes.timestep_plus_1!], 1e-3),
    closeTo('dropped_prior', [await changed({ dropPrior: true })], [changes.dropped_prior!], 1e-3),
  ];
};
