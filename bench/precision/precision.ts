/**
 * npm run bench -- precision [--model models/mini] [--json]
 * How far each precision is from fp32 on a checkpoint: the error of linear layers of the language model on what comes into them, agreement
 * of tokens (the likeliest next one, at every place of the same tokens) and of their probabilities, and the pictures from the same tokens.
 * In 4 bits with plain scales, with those of the least squares of errors, and with squares weighted by what comes in (importance.ts), from
 * prompts that are not those compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineOptions, loadEngine, TOKEN_PX } from '../../engine/index.ts';
import { type Checkpoint, openCheckpoint } from '../../engine/model/checkpoint.ts';
import { layoutOf } from '../../engine/model/layout.ts';
import { ModelRunner, partsOf, type RunnerOptions } from '../../engine/model/model-runner.ts';
import { type ImportanceOf, PreparedWeights } from '../../engine/model/prepared/prepared-weights.ts';
import { type Positions, Sequence } from '../../engine/model/sequence.ts';
import { decodePicture } from '../../engine/picture/pixels.ts';
import { cellCount } from '../../engine/request/sizes.ts';
import { generatedPositions, promptPositions } from '../../engine/tokens/positions.ts';
import { PromptBuilder } from '../../engine/tokens/prompt.ts';
import { importanceOf, type Tokens } from './importance.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: 'models/mini' }, json: { type: 'boolean', default: false } },
});
const CALIBRATION = ['two green boats', 'a yellow house on a hill', 'a dog beside a blue tree', 'a red fish'];
const COMPARED = ['a red ball beside a sign "open"', 'an owl in the snow', 'three blue cups'];

interface Row {
  form: string;
  /** Places at which the likeliest token is that of fp32. */
  tokenAgreement: number;
  /** Mean Kullback-Leibler divergence from fp32, in nats. */
  divergence: number;
}

const root = mkdtempSync(join(tmpdir(), 'palimpsest-precision-'));
const checkpoint = openCheckpoint(values.model);
const { config } = checkpoint;
const side = Math.min(config.vae.sample_size, config.referenceLimits.longest);
const size = { widthPx: side, heightPx: side };
const plain = await ModelRunner.load(checkpoint, 'cpu');
const [compared, calibration] = [await tokensOf(plain, COMPARED), await tokensOf(plain, CALIBRATION)];
await plain.dispose();
const importance = await importanceOf(checkpoint, calibration);

/** Prompts, and the likeliest tokens after them in fp32, one by one. */
async function tokensOf(runner: ModelRunner, prompts: readonly string[]): Promise<Tokens[]> {
  const builder = new PromptBuilder(config, checkpoint.tokenizer);
  const { image_start_token_id: start, image_end_token_id: end } = config.visionLanguage;
  const codes = config.visionLanguage.vq_config.num_embeddings;
  const all: Tokens[] = [];
  for (const prompt of prompts) {
    const built = builder.build(prompt, [], size);
    const { positions, next } = promptPositions(built.ids, [], start, end);
    const generated = generatedPositions(built.generated, next);
    const count = built.generated.reduce((sum, grid) => sum + cellCount(grid), 0);
    const joined = positions.map((axis, i) => [...axis, ...generated[i]!.slice(0, count)]) as Positions;
    const ids = [...built.ids];
    const sequence = new Sequence(runner.newKVCache());
    for (let read = 0; ids.length < joined[0].length; ) {
      const given = ids.slice(read);
      const axes = joined.map((axis) => axis.slice(read, ids.length)) as Positions;
      const [logits] = await runner.forward(sequence.kvCache, [
        { sequence, ids: given, positions: axes, wanted: [given.length - 1] },
      ]);
      sequence.advance(given.length);
      read = ids.length;
      ids.push(likeliest(logits![0]!.subarray(0, codes)));
    }
    all.push({ ids, positions: joined });
  }
  return all;
}

/** Ways of choosing the scales of blocks; undefined: the engine's own. */
const SCALES: Record<string, ImportanceOf | undefined> = {
  'int4, plain scales': () => undefined,
  int4: undefined,
  'int4, scales by what comes in': (layer) => importance.get(layer),
  'int4, by its root': (layer) => importance.get(layer)?.map(Math.sqrt),
};
const FORMS = ['fp32', 'int8', ...Object.keys(SCALES)];

async function runnerOf(form: string, opened: Checkpoint): Promise<ModelRunner> {
  if (form === 'fp32' || form === 'int8') return ModelRunner.load(opened, 'cpu', { precision: form });
  const prepared = new PreparedWeights(join(root, form), 'x'.repeat(16), form, SCALES[form]);
  const options: RunnerOptions = { precision: 'int4', layout: layoutOf(opened, 'int4'), prepared };
  await prepared.prepare(Object.values(partsOf(opened, options)).flat(), 'cpu');
  return ModelRunner.load(opened, 'cpu', options);
}

/** Logits at every place of some tokens. */
async function logitsOf(runner: ModelRunner, { ids, positions }: Tokens): Promise<Float32Array[]> {
  const sequence = new Sequence(runner.newKVCache());
  const wanted = ids.map((_, i) => i);
  const [logits] = await runner.forward(sequence.kvCache, [{ sequence, ids, positions, wanted }]);
  return logits!.map((row) => row.slice());
}

function likeliest(row: Float32Array): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}

function divergence(want: Float32Array, got: Float32Array): number {
  const [p, q] = [want, got].map((row) => {
    const most = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
    return Float64Array.from(row, (value) => value - most - Math.log(sum));
  }) as [Float64Array, Float64Array];
  return p.reduce((total, value, i) => total + Math.exp(value) * (value - q[i]!), 0);
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

const references: Float32Array[][] = [];
const rows: Row[] = [];
for (const form of FORMS) {
  const runner = await runnerOf(form, openCheckpoint(values.model));
  const agreements: number[] = [];
  const divergences: number[] = [];
  for (const [i, tokens] of compared.entries()) {
    const logits = await logitsOf(runner, tokens);
    references[i] ??= logits;
    for (const [place, row] of logits.entries()) {
      agreements.push(Number(likeliest(row) === likeliest(references[i]![place]!)));
      divergences.push(divergence(references[i]![place]!, row));
    }
  }
  await runner.dispose();
  if (form !== 'fp32') rows.push({ form, tokenAgreement: mean(agreements), divergence: mean(divergences) });
}

/** Pixels of pictures from the same tokens. */
async function picturesOf(options: Partial<EngineOptions>): Promise<Uint8Array[]> {
  const engine = await loadEngine({ modelDir: values.model, device: 'cpu', ...options });
  const pictures: Uint8Array[] = [];
  const { defaultSteps: steps } = engine.info;
  for (const [i, { ids }] of compared.entries()) {
    const cells = cellCount({ height: side / TOKEN_PX, width: side / TOKEN_PX });
    const request = {
      ...{ prompt: COMPARED[i]!, ...size, steps, seed: 7, guidanceScale: 1, count: 1 },
      priorTokens: Uint16Array.from(ids.slice(-cells)),
    };
    for await (const event of engine.generate({ ...request, layout: 'separate' }))
      if (event.type === 'picture') pictures.push((await decodePicture(event.png)).data);
  }
  await engine.close();
  return pictures;
}

/** PSNR in dB. */
function psnrOf(want: readonly Uint8Array[], got: readonly Uint8Array[]): number {
  const errors = want.map(
    (pixels, i) => pixels.reduce((sum, value, at) => sum + (value - got[i]![at]!) ** 2, 0) / pixels.length,
  );
  return 10 * Math.log10(255 ** 2 / mean(errors));
}

const psnr = psnrOf(await picturesOf({}), await picturesOf({ precision: 'int8' }));
rmSync(root, { recursive: true });
if (values.json) console.log(JSON.stringify({ model: checkpoint.name, rows, pictureDb: psnr }, null, 2));
else {
  console.log('| language model | likeliest token as in fp32 | divergence, nats |\n| --- | ---: | ---: |');
  for (const { form, tokenAgreement, divergence: nats } of rows)
    console.log(`| ${form} | ${tokenAgreement.toFixed(3)} | ${nats.toFixed(5)} |`);
  console.log(`\nPictures from the same tokens, DiT in 8 bits beside fp32: ${psnr.toFixed(1)} dB`);
}
process.exit(0);
