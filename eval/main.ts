/**
 * npm run eval -- [--json] [--quick] [--model DIR] [--only KIND,…] [--out DIR] [--precision fp32] [--steps N] [--guidance X] [--limit N] [--reuse]
 * `--limit`: at most N cases of each kind; `--reuse`: pictures that stand in the out folder are judged again, not drawn.
 * Draws the fixed cases with our own engine, judges the pictures and their ground truth, and prints figures beside ceilings and targets.
 * Progress goes to stderr. In the out folder: results.json, every picture, and contact sheets.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type EngineOptions, loadEngine } from '../engine/index.ts';
import { type CaseSet, readCases } from './cases.ts';
import { DrawingRecogniser } from './drawings.ts';
import { type DriftChain, measureDrift } from './drift.ts';
import { confusions, driftFigures, headlineOf, KINDS, tableOf } from './figures.ts';
import { GroundRecogniser } from './ground.ts';
import { type Judges, judge, type Verdict } from './judge.ts';
import { Maker } from './maker.ts';
import { TrainingPictures } from './nearest.ts';
import { readPixels } from './pixels.ts';
import { readersInstalled, WordReader } from './reader.ts';
import { writeSheets } from './sheets.ts';
import { median } from './statistics.ts';
import { formatHeadline, formatTable } from './table.ts';
import { judgeTruth, truthOf } from './truth.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'models/mini' },
    out: { type: 'string', default: '.cache/eval' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    precision: { type: 'string' },
    steps: { type: 'string' },
    guidance: { type: 'string' },
    reuse: { type: 'boolean', default: false },
    limit: { type: 'string' },
    sheets: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const say = (text: string) => console.error(text);
const numberOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`--${name}: expected a number above 0, got '${text}'`);
  return value;
};

/** Kinds to run; `drift` stands beside the kinds of cases. */
function kindsOf(only: string | undefined): Set<string> {
  const known: readonly string[] = [...KINDS, 'drift'];
  const asked = only?.split(',') ?? known;
  for (const kind of asked)
    if (!known.includes(kind)) throw new Error(`--only: expected some of ${known.join(', ')}; got '${kind}'`);
  return new Set(asked);
}

function installReaders(): void {
  if (readersInstalled()) return;
  say('Installing the text readers (once, 80 MB): npm --prefix eval ci');
  execFileSync('npm', ['--prefix', import.meta.dirname, 'ci', '--ignore-scripts'], {
    stdio: ['ignore', 2, 2],
  });
}

async function loadJudges(set: CaseSet): Promise<Judges> {
  return {
    drawings: await DrawingRecogniser.load(set),
    ground: await GroundRecogniser.load(set),
    training: await TrainingPictures.load(set),
    words: await WordReader.load(),
  };
}

const kinds = kindsOf(values.only);
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
installReaders();
const set = readCases();
const limit = numberOf('limit', values.limit) ?? Infinity;
const wanted = set.cases.filter(({ kind, quick }) => kinds.has(kind) && (quick || !values.quick));
const cases = wanted.filter(
  (test, k) => wanted.slice(0, k).filter(({ kind }) => kind === test.kind).length < limit,
);
const judges = await loadJudges(set);
const options: EngineOptions = {
  modelDir: values.model,
  device: 'cpu',
  ...(values.precision && { precision: values.precision }),
};
const engine = await loadEngine(options);
if (values.precision && engine.info.precision !== values.precision)
  throw new Error(
    `--precision: this engine computes in ${engine.info.precision}, not in ${values.precision}`,
  );
const settings = {
  steps: numberOf('steps', values.steps),
  guidanceScale: numberOf('guidance', values.guidance),
};
const maker = new Maker(engine, join(out, 'pictures'), { ...settings, reuse: values.reuse });
const loadBefore = loadavg()[0]!;
const begun = performance.now();
const verdicts: Verdict[] = [];
const ceilings: Verdict[] = [];
const seconds: number[] = [];
const cpuSeconds: number[] = [];
let chains: DriftChain[] = [];
try {
  for (const [k, test] of cases.entries()) {
    const made = await maker.make(test);
    if (made.seconds !== undefined) seconds.push(made.seconds);
    if (made.cpuSeconds !== undefined) cpuSeconds.push(made.cpuSeconds);
    const truth = await truthOf(test);
    verdicts.push(await judge(test, await readPixels(made.file), truth, judges));
    if (truth.truth) ceilings.push(await judgeTruth(test, truth, judges));
    if (k % 20 === 19)
      say(`${k + 1} of ${cases.length} pictures, ${median(seconds)?.toFixed(2) ?? '-'} s each`);
  }
  if (kinds.has('drift')) {
    say('ten edits in a row');
    chains = await measureDrift(maker, judges, set, join(out, 'drift'), values.quick);
  }
} finally {
  await judges.words?.close();
  await engine.close();
}

const table = tableOf(verdicts);
const ceiling = tableOf(ceilings);
const headline = headlineOf(table, seconds);
const ceilingHeadline = { ...headlineOf(ceiling, []) };
const { info } = engine;
const results = {
  ...headline,
  model: { name: info.name, digest: info.digest, precision: info.precision },
  settings: {
    steps: settings.steps ?? info.defaultSteps,
    guidanceScale: settings.guidanceScale ?? info.defaultGuidanceScale,
    quick: values.quick,
  },
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    load: [loadBefore, loadavg()[0]],
  },
  minutes: (performance.now() - begun) / 60_000,
  pictures: seconds.length,
  cpuSecondsPerPicture: median(cpuSeconds) ?? null,
  ceilings: ceilingHeadline,
  table,
  ceilingTable: ceiling,
  drift: driftFigures(chains),
  chains,
  confusions: confusions(verdicts),
  ceilingConfusions: confusions(ceilings),
  verdicts,
};
writeFileSync(join(out, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
if (values.sheets) await writeSheets(cases, verdicts, chains, out);
if (values.json) {
  const { verdicts: _, chains: __, ...short } = results;
  console.log(JSON.stringify(short, null, 2));
} else {
  console.log(
    `${values.model} (${info.precision}), ${cases.length} cases, ${results.settings.steps} steps, guidance ${results.settings.guidanceScale}`,
  );
  console.log(
    `${results.machine.cores} cores, load ${loadBefore.toFixed(1)} before and ${loadavg()[0]!.toFixed(1)} after, ${results.minutes.toFixed(1)} minutes\n`,
  );
  console.log(formatHeadline(headline, ceilingHeadline));
  console.log(`\nMade by the engine\n${formatTable(table)}`);
  console.log(`\nGround truth (ceilings)\n${formatTable(ceiling)}`);
  if (results.drift)
    console.log(
      `\nTen edits, PSNR of the untouched half: ${results.drift.psnr.map((db) => db.toFixed(1)).join(', ')} dB`,
    );
  console.log(`\nSheets and pictures: ${out}`);
}
