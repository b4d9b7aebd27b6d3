/** Parity of the language model: prefill, teacher-forced and greedy decoding, sampling. */
import { cacheName, languageValues, presentName, presentOutputs } from '../../engine/model/graphs.ts';
import { KVCache } from '../../engine/model/kv-cache.ts';
import { attentionMask, type Positions, Sequence, slotMapping } from '../../engine/model/sequence.ts';
import { type Grid, upsampleIds } from '../../engine/request/sizes.ts';
import { generatedPositions, promptPositions } from '../../engine/tokens/positions.ts';
import { substituteReferences } from '../../engine/tokens/prompt.ts';
import { keptCandidates } from '../../engine/tokens/sampling.ts';
import { KEY_BLOCK, ropeTable, tensor, type Value } from '../../kernels/index.ts';
import { greedyToken } from '../engine/greedy.ts';
import { type Check, closeTo, same } from './check.ts';
import type { CaseRunner, ParityContext } from './context.ts';
import type { CaseTensors, Golden, GoldenCase } from './goldens.ts';
import { semanticIdsOf } from './vision.ts';

const rowsOf = (golden: Golden): number[][] => {
  const width = golden.shape.at(-1)!;
  const count = golden.data.length / width;
  return Array.from({ length: count }, (_, i) =>
    Array.from(golden.data.subarray(i * width, (i + 1) * width)),
  );
};

interface Prompt {
  ids: Int32Array;
  positions: Positions;
  decode: Positions;
}

/** The prompt of a prefill case: references read by our own vision tower, positions by our own rules. */
async function promptOf(context: ParityContext, entry: GoldenCase, tensors: CaseTensors): Promise<Prompt> {
  const { image_token_id, image_start_token_id, image_end_token_id } =
    context.checkpoint.config.visionLanguage;
  const grids = rowsOf(tensors.input('grids')).map(
    ([, height, width]): Grid => ({ height: height!, width: width! }),
  );
  const count = (entry.params.refs as string[]).length;
  const references = grids.slice(0, count);
  const seen = tensors.hasInput('vit_patches')
    ? await semanticIdsOf(context, tensors.input('vit_patches'), references)
    : [];
  const ids = substituteReferences(Array.from(tensors.input('input_ids').data), image_token_id, seen);
  const { positions, next } = promptPositions(ids, references, image_start_token_id, image_end_token_id);
  return { ids, positions, decode: generatedPositions(grids.slice(count).reverse(), next) };
}

export const prefill: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const { ids, positions, decode } = await promptOf(context, entry, tensors);
  const config = context.checkpoint.config.visionLanguage.text_config;
  const session = await context.session('language', () => {
    const values = languageValues(context.checkpoint);
    const hidden = Object.fromEntries(values.hidden.map((value, i) => [`hidden_${i}`, value]));
    return {
      embed: values.embed,
      ...hidden,
      norm: values.norm,
      logits: values.logits,
      ...presentOutputs(values),
    } satisfies Record<string, Value>;
  });
  const { rotary_dim: rotaryDim, mrope_section: sections, rope_theta: theta } = config;
  const kvCache = new KVCache(config);
  const sequence = new Sequence(kvCache);
  const slots = sequence.nextSlots(ids.length);
  const blocks = kvCache.blocksInUse;
  const out = await session.run({
    ids: tensor('int32', [ids.length], ids),
    ...ropeTable({ positions, rotaryDim, sections, theta }),
    mask: tensor('float32', [ids.length, KEY_BLOCK * blocks], attentionMask([{ sequence, slots }], blocks)),
    slots: slotMapping(slots, config.num_key_value_heads),
    ...kvCache.tensors(cacheName),
  });
  const cached = Array.from({ length: config.num_hidden_layers }, (_, layer) =>
    (['k', 'v'] as const).map(
      (part) => [`${part}_${layer}`, out[presentName(part, layer)]!.data as Float32Array] as const,
    ),
  ).flat();
  const floats = [
    'embed',
    ...Array.from({ length: config.num_hidden_layers }, (_, i) => `hidden_${i}`),
    'norm',
    'logits',
  ].map((name) => [name, out[name]!.data as Float32Array] as const);
  return [
    same('substituted_ids', Array.from(ids), Array.from(tensors.output('substituted_ids').data)),
    same('position_ids', positions, rowsOf(tensors.output('position_ids'))),
    same('decode_positions', decode, rowsOf(tensors.output('decode_positions'))),
    ...[...floats, ...cached].map(([name, got]) => context.close(entry, name, got, tensors.output(name))),
  ];
};

/** Positions of one generated token. */
const column = (positions: Positions, i: number): Positions =>
  positions.map((axis) => [axis[i]!]) as Positions;

async function startSequence(context: ParityContext, prefillCase: GoldenCase) {
  const runner = await context.runner();
  const prompt = await promptOf(context, prefillCase, context.goldens.tensors(prefillCase));
  const kvCache = runner.newKVCache();
  const sequence = new Sequence(kvCache);
  const read = async (ids: ArrayLike<number>, positions: Positions) => {
    const [[logits]] = (await runner.forward(kvCache, [
      { sequence, ids, positions, wanted: [ids.length - 1] },
    ])) as [[Float32Array]];
    sequence.advance(ids.length);
    return logits;
  };
  const logits = await read(prompt.ids, prompt.positions);
  return { logits, feed: (id: number, i: number) => read([id], column(prompt.decode, i)) };
}

export const decode: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const { feed } = await startSequence(context, context.goldens.case(String(entry.params.prefill)));
  const steps = Array.from(tensors.input('steps').data);
  const logits: number[] = [];
  for (const [i, id] of Array.from(tensors.input('forced').data).entries()) {
    const row = await feed(id, i);
    if (steps.includes(i)) logits.push(...row);
  }
  return [context.close(entry, 'logits', logits, tensors.output('logits'))];
};

export const greedy: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const { large_offset: offset, token_h: height, token_w: width } = entry.params as Record<string, number>;
  const codebook = context.checkpoint.config.visionLanguage.vq_config.num_embeddings;
  const { logits, feed } = await startSequence(context, context.goldens.case(String(entry.params.prefill)));
  const count = tensors.output('ids').data.length;
  const ids = [greedyToken(logits, codebook)];
  while (ids.length < count) ids.push(greedyToken(await feed(ids.at(-1)!, ids.length - 1), codebook));
  const large = ids.slice(offset!, offset! + height! * width!);
  return [
    same('ids', ids, Array.from(tensors.output('ids').data)),
    same('large', large, Array.from(tensors.output('large').data)),
    same(
      'ids_up2',
      Array.from(upsampleIds(large, { height: height!, width: width! })),
      Array.from(tensors.output('ids_up2').data),
    ),
  ];
};

/** Upstream pads a batch on the left; alone, each prompt must give the logits and positions of its own rows. */
export const batch: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const runner = await context.runner();
  const { image_start_token_id, image_end_token_id } = context.checkpoint.config.visionLanguage;
  const inputs = rowsOf(tensors.input('input_ids'));
  const masks = rowsOf(tensors.input('attention_mask'));
  const grids = rowsOf(tensors.input('grids')).map(
    ([, height, width]): Grid => ({ height: height!, width: width! }),
  );
  const perSample = grids.length / inputs.length;
  const wantPositions = rowsOf(tensors.output('position_ids'));
  const wantDecode = rowsOf(tensors.output('decode_positions'));
  const checks: Check[] = [];
  const logits: number[] = [];
  for (const [sample, row] of inputs.entries()) {
    const keep = (values: number[]) => values.filter((_, i) => masks[sample]![i] === 1);
    const ids = Int32Array.from(keep(row));
    const { positions, next } = promptPositions(ids, [], image_start_token_id, image_end_token_id);
    const targets = grids.slice(sample * perSample, (sample + 1) * perSample).reverse();
    checks.push(
      same(
        `positions ${sample}`,
        positions,
        [0, 1, 2].map((axis) => keep(wantPositions[axis * inputs.length + sample]!)),
      ),
      same(
        `decode ${sample}`,
        generatedPositions(targets, next),
        wantDecode.slice(sample * 3, sample * 3 + 3),
      ),
    );
    const kvCache = runner.newKVCache();
    const feed = { sequence: new Sequence(kvCache), ids, positions, wanted: [ids.length - 1] };
    logits.push(...(await runner.forward(kvCache, [feed]))[0]![0]!);
  }
  return [...checks, context.close(entry, 'logits', logits, tensors.output('logits'))];
};

/** Kept sets and probabilities. Rows with ties at the boundary compare counts (within one) and probability values. */
export const sampling: CaseRunner = async (context, entry) => {
  const tensors = context.goldens.tensors(entry);
  const names = entry.params.rows as string[];
  const ties = entry.params.ties as string[];
  const logits = rowsOf(tensors.input('logits'));
  const keep = rowsOf(tensors.output('keep'));
  const prob = rowsOf(tensors.output('prob'));
  const { atol } = entry.outputs!.prob!;
  return names.flatMap((name, i) => {
    const row = Float32Array.from(logits[i]!);
    const params = { temperature: 0.9, topP: 0.75, topK: row.length, codebookSize: row.length };
    const { ids, probabilities } = keptCandidates(row, params);
    const want = keep[i]!.flatMap((kept, id) => (kept ? [id] : []));
    const wantSorted = want.map((id) => prob[i]![id]!).sort((a, b) => b - a);
    if (ties.includes(name))
      return [
        same(`${name} count`, Math.abs(ids.length - want.length) <= 1, true),
        closeTo(
          `${name} largest`,
          [probabilities[0]!],
          [wantSorted[0]!],
          Math.max(atol, 1 / want.length ** 2),
        ),
      ];
    return [
      same(
        `${name} set`,
        Array.from(ids).sort((a, b) => a - b),
        want,
      ),
      closeTo(`${name} prob`, probabilities, wantSorted, atol),
    ];
  });
};
