/**
 * npm run bench -- [--model DIR] [--json] [--runs N] [--upstream PYTHON]
 * How long the engine takes, beside upstream's diffusers and transformers in fp32 where a Python with them is given.
 * Both sides do the same work with the same number of threads; their runs alternate, so that a machine that slows
 * down slows both. Medians of the runs after a warm-up.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadEngine } from '../engine/pipeline/engine.ts';
import { defaultThreads } from '../kernels/index.ts';
import { type Figures, measure } from './figures.ts';
import { LineProcess } from './lines.ts';
import { RECIPE, requestOf, TASKS } from './recipe.ts';
import { formatTable, type Row, summarize } from './table.ts';

const FIGURES = {
  whole: 'whole picture',
  firstPreview: 'first preview',
  encode: 'encode reference',
  token: 'one prior token',
  step: 'one denoise step',
  vaeDecode: 'VAE decode and PNG',
} as const;

const NOTES = [
  'Ours: the whole picture includes the previews; upstream has none.',
  'Upstream: eager PyTorch; the end token that its pipeline samples and throws away is left out, ids beyond the codebook',
  'are masked as ours are, and so no run ends early. Sampled tokens differ (other random numbers), their number does not.',
  'Only an idle machine compares fairly: where cores are shared, threads of PyTorch that spin lose many times more than ours.',
];

/** Longer than the threads of either side spin after their work. */
const REST_MS = 400;
const MOST_STARTS = 2;

// Other benches under the same command; each ends the process.
if (process.argv[2] === 'history') await import('./history.ts');
if (process.argv[2] === 'sessions') await import('./sessions.ts');
if (process.argv[2] === 'kernels') await import('./kernels.ts');
if (process.argv[2] === 'remote') await import('./remote.ts');
if (process.argv[2] === 'scale') await import('./scale.ts');
if (process.argv[2] === 'page') await import('./page.ts');
if (process.argv[2] === 'wide') await import('./wide/wide.ts');
if (process.argv[2] === 'precision') await import('./precision/precision.ts');

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/mini' },
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    upstream: { type: 'string' },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs: expected 1 or more, got '${values.runs}'`);
const threads = defaultThreads();

const startOurs = () =>
  LineProcess.start(process.execPath, [join(import.meta.dirname, 'ready.ts'), values.model]);
const startUpstream = (python: string) =>
  LineProcess.start(
    python,
    [join(import.meta.dirname, 'upstream', 'run.py'), '--model', values.model, '--threads', String(threads)],
    { HF_HUB_OFFLINE: '1', OMP_NUM_THREADS: String(threads) },
  );

async function measureStarts(): Promise<Row> {
  const row: Row = { of: 'start', figure: 'process start to ready', ours: [], upstream: [] };
  for (let run = -1; run < Math.min(runs, MOST_STARTS); run++) {
    const ours = await startOurs();
    await ours.lines.end();
    const upstream = values.upstream ? await startUpstream(values.upstream) : undefined;
    await upstream?.lines.end();
    if (run < 0) continue;
    row.ours.push(ours.readyMs);
    if (upstream) row.upstream.push(upstream.readyMs);
  }
  return row;
}

async function measurePictures(): Promise<{ rows: Row[]; versions: unknown }> {
  const engine = await loadEngine({ modelDir: values.model, device: 'cpu' });
  const upstream = values.upstream ? await startUpstream(values.upstream) : undefined;
  const { png: reference } = await measure(engine, requestOf('text to image'));
  const rows: Row[] = [];
  for (const task of TASKS) {
    const request = requestOf(task, reference);
    const asked = {
      ...request,
      references: request.references.map((bytes) => Buffer.from(bytes).toString('base64')),
    };
    const pairs: { ours: Figures; theirs: Figures | undefined }[] = [];
    for (let run = -1; run < runs; run++) {
      await setTimeout(REST_MS);
      const { figures: ours } = await measure(engine, request);
      await setTimeout(REST_MS);
      const theirs = (await upstream?.lines.ask(asked)) as Figures | undefined;
      if (theirs && (theirs.tokens !== ours.tokens || theirs.steps !== ours.steps))
        throw new Error(
          `Expected equal work, got ${ours.tokens} and ${theirs.tokens} tokens, ${ours.steps} and ${theirs.steps} steps`,
        );
      console.error(
        `${task}, run ${run + 1}: ${[ours, theirs].map((side) => side?.whole.toFixed(0) ?? '-').join(' / ')} ms`,
      );
      if (run >= 0) pairs.push({ ours, theirs });
    }
    const { tokens, steps } = pairs[0]!.ours;
    for (const [name, figure] of Object.entries(FIGURES) as [keyof typeof FIGURES, string][]) {
      const row = {
        of: `${task}: ${tokens} tokens, ${steps} steps`,
        figure,
        ours: pairs.flatMap(({ ours }) => ours[name] ?? []),
        upstream: pairs.flatMap(({ theirs }) => theirs?.[name] ?? []),
      };
      if (row.ours.length > 0) rows.push(row);
    }
  }
  await upstream?.lines.end();
  await engine.close();
  return { rows, versions: upstream?.first };
}

const { rows, versions } = await measurePictures();
const start = await measureStarts();
const summaries = [start, ...rows].map(summarize);
const machine = { cpu: cpus()[0]?.model ?? 'unknown', threads, node: process.version };
if (values.json) {
  const { model } = values;
  console.log(
    JSON.stringify({ model, recipe: RECIPE, runs, machine, upstream: versions, figures: summaries }, null, 2),
  );
} else {
  const { widthPx, heightPx, steps, guidanceScale, seed } = RECIPE;
  console.log(
    `${values.model}, ${widthPx} x ${heightPx}, ${steps} steps, guidance ${guidanceScale}, seed ${seed}, fp32, ${threads} threads`,
  );
  console.log(`${machine.cpu}, Node ${machine.node}, medians of ${runs} runs after a warm-up\n`);
  console.log(formatTable(summaries, values.upstream !== undefined));
  if (values.upstream) console.log(`\n${NOTES.join('\n')}`);
}
