/** Parity of the language model: prefill, teacher-forced and greedy decoding, sampling. */
import { cacheName, languageValues, presentOutputs } from '../../engine/graphs.ts';
import { causalMask } from '../../engine/model-runner.ts';
import type { Grid } from '../../engine/picture.ts';
import {
  decodePositions,
  type Positions,
  promptPositions,
  substituteReferences,
  upsampleIds,
} from '../../engine/prompt.ts';
import { greedyToken, keptCandidates } from '../../engine/sampling.ts';
import { ropeTable, type Tensors, tensor, type Value } from '../../kernels/index.ts';
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
  return { ids, positions, decode: decodePositions(grids.slice(count).reverse(), next) };
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
  const out = await session.run({
    ids: tensor('int32', [ids.length], ids),
    ...ropeTable({ positions, rotaryDim, sections, theta }),
    mask: causalMask(ids.length, 0),
    ...emptyPast(context),
  });
  const cached = Array.from({ length: config.num_hidden_layers }, (_, layer) =>
    (['k', 'v'] as const).map(
      (part) => [`${part}_${layer}`, headsOf(out, part, layer, config.num_key_value_heads)] as const,
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

function emptyPast({ checkpoint }: ParityContext): Tensors {
  const {
    num_hidden_layers: layers,
    num_key_value_heads: heads,
    head_dim: width,
  } = checkpoint.config.visionLanguage.text_config;
  const names = [...new Array(layers).keys()].flatMap((layer) =>
    [...new Array(heads).keys()].flatMap((head) =>
      (['k', 'v'] as const).map((part) => cacheName(part, layer, head, 'past')),
    ),
  );
  return Object.fromEntries(names.map((name) => [name, tensor('float32', [1, 0, width])]));
}

const headsOf = (out: Tensors, part: 'k' | 'v', layer: number, heads: number): number[] =>
  [...new Array(heads).keys()].flatMap((head) =>
    Array.from(out[cacheName(part, layer, head, 'present')]!.data as Float32Array),
  );

/** Positions of one generated token. */
const column = (positions: Positions, i: number): Positions =>
  positions.map((axis) => [axis[i]!]) as Positions;

async function startSequence(context: ParityContext, prefillCase: GoldenCase) {
  const runner = await context.runner();
  const prompt = await promptOf(context, prefillCase, context.goldens.tensors(prefillCase));
  const cache = runner.newSequence(prompt.ids.length + prompt.decode[0].length);
  const logits = await runner.feedTokens(cache, prompt.ids, prompt.positions);
  const feed = (id: number, i: number) =>
    runner.feedTokens(cache, Int32Array.of(id), column(prompt.decode, i));
  return { logits, feed };
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
      same(`decode ${sample}`, decodePositions(targets, next), wantDecode.slice(sample * 3, sample * 3 + 3)),
    );
    logits.push(...(await runner.feedTokens(runner.newSequence(ids.length), ids, positions)));
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
