/**
 * npm run eval -- [--json] [--quick] [--model DIR] [--only KIND,…] [--out DIR] [--precision fp32] [--steps N] [--guidance X] [--limit N] [--reuse] [--no-second-look]
 * `--limit`: at most N cases of each kind; `--reuse`: pictures that stand in the out folder are judged again, not drawn.
 * Draws the fixed cases with our own engine, judges the pictures and their ground truth, and prints figures beside ceilings and targets.
 * Progress goes to stderr. In the out folder: results.json, every picture, and contact sheets.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Engine, loadEngine, type ModelInfo } from '../engine/index.ts';
import { type Case, type CaseSet, readCases } from './cases.ts';
import { runChains } from './chains.ts';
import { type Judges, judge, type Verdict } from './judges/judge.ts';
import { loadJudges } from './judges/load.ts';
import { readPixels } from './judges/pixels.ts';
import { readersInstalled } from './judges/reader.ts';
import { judgeTruth, truthOf } from './judges/truth.ts';
import { Maker } from './maker.ts';
import {
  type Beside,
  chainFigures,
  confusions,
  editFigures,
  headlineOf,
  KINDS,
  tableOf,
} from './report/figures.ts';
import { writeSheets } from './report/sheets.ts';
import { median } from './report/statistics.ts';
import { formatEdits, formatHeadline, formatStickers, formatTable } from './report/table.ts';
import { runSame } from './same.ts';
import { runStickers, type StickerRun } from './stickers/run.ts';
import { runVariety } from './variety.ts';

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
    'second-look': { type: 'boolean', default: true },
  },
  allowNegative: true,
});

// Messages need neither engine nor judges.
if (values.only === 'messages') {
  const { messageFigures } = await import('./messages.ts');
  console.log(JSON.stringify(messageFigures(), null, 2));
  process.exit(0);
}

/** Cases between two lines of progress. */
const CASES_A_LINE = 20;

const say = (text: string) => console.error(text);
const numberOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`--${name}: expected a number above 0, got '${text}'`);
  return value;
};

/** What is drawn beside the cases. */
const BESIDE = ['same', 'variety', 'chains', 'stickers'] as const;

/** Kinds to run: of cases, and what stands beside them. */
function kindsOf(only: string | undefined): Set<string> {
  const known: readonly string[] = [...KINDS, ...BESIDE];
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

/** The cases of the wanted kinds, at most `limit` of each. */
function chosenCases(set: CaseSet, kinds: ReadonlySet<string>, limit: number): Case[] {
  const wanted = set.cases.filter(({ kind, quick }) => kinds.has(kind) && (quick || !values.quick));
  return wanted.filter(
    (test, k) => wanted.slice(0, k).filter(({ kind }) => kind === test.kind).length < limit,
  );
}

async function startEngine(): Promise<Engine> {
  const { precision } = values;
  const engine = await loadEngine({
    modelDir: values.model,
    device: 'cpu',
    ...(precision && { precision }),
  });
  if (precision && engine.info.precision !== precision)
    throw new Error(`--precision: this engine computes in ${engine.info.precision}, not in ${precision}`);
  return engine;
}

/** Verdicts on the pictures and on the ground truth of the cases, and the times of those that were drawn now. */
interface Judged {
  verdicts: Verdict[];
  ceilings: Verdict[];
  seconds: number[];
  cpuSeconds: number[];
}

async function drawAndJudge(cases: readonly Case[], maker: Maker, judges: Judges): Promise<Judged> {
  const judged: Judged = { verdicts: [], ceilings: [], seconds: [], cpuSeconds: [] };
  const { verdicts, ceilings, seconds, cpuSeconds } = judged;
  for (const [k, test] of cases.entries()) {
    const made = await maker.make(test);
    if (made.seconds !== undefined) seconds.push(made.seconds);
    if (made.cpuSeconds !== undefined) cpuSeconds.push(made.cpuSeconds);
    const truth = await truthOf(test);
    verdicts.push(await judge(test, await readPixels(made.file), truth, judges));
    if (truth.truth) ceilings.push(await judgeTruth(test, truth, judges));
    if (k % CASES_A_LINE === CASES_A_LINE - 1)
      say(`${k + 1} of ${cases.length} pictures, ${median(seconds)?.toFixed(2) ?? '-'} s each`);
  }
  return judged;
}

/** Everything that the run found, as results.json holds it. */
function resultsOf(
  judged: Judged,
  beside: Beside,
  stickers: StickerRun | null,
  info: ModelInfo,
  machine: Machine,
) {
  const { chains, same, variety } = beside;
  const { verdicts, ceilings, seconds, cpuSeconds } = judged;
  const table = tableOf(verdicts);
  const ceilingTable = tableOf(ceilings);
  return {
    ...headlineOf(table, seconds, beside),
    model: { name: info.name, digest: info.digest, precision: info.precision },
    settings: {
      steps: settings.steps ?? info.defaultSteps,
      guidanceScale: settings.guidanceScale ?? info.defaultGuidanceScale,
      quick: values.quick,
      secondLook: values['second-look'],
    },
    machine,
    minutes: (performance.now() - begun) / 60_000,
    pictures: seconds.length,
    cpuSecondsPerPicture: median(cpuSeconds) ?? null,
    ceilings: headlineOf(ceilingTable, []),
    table,
    ceilingTable,
    drift: chainFigures(chains),
    edits: editFigures(verdicts, chains),
    stickers,
    chainRuns: chains,
    sameRuns: same,
    varietyRuns: variety,
    confusions: confusions(verdicts),
    ceilingConfusions: confusions(ceilings),
    verdicts,
  };
}

function machineOf(loadBefore: number) {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    load: [loadBefore, loadavg()[0]!],
  };
}
type Machine = ReturnType<typeof machineOf>;

function print(results: ReturnType<typeof resultsOf>, caseCount: number): void {
  const { model, machine, ceilings, table, ceilingTable, drift, edits, stickers } = results;
  const { steps, guidanceScale } = results.settings;
  const [before, after] = machine.load.map((load) => load.toFixed(1));
  console.log(
    `${values.model} (${model.precision}), ${caseCount} cases, ${steps} steps, guidance ${guidanceScale}`,
  );
  console.log(
    `${machine.cores} cores, load ${before} before and ${after} after, ${results.minutes.toFixed(1)} minutes\n`,
  );
  console.log(formatHeadline(results, ceilings));
  console.log(`\nMade by the engine\n${formatTable(table)}`);
  console.log(`\nGround truth (ceilings)\n${formatTable(ceilingTable)}`);
  if (edits.length > 0) console.log(`\nEdits\n${formatEdits(edits)}`);
  if (stickers) console.log(`\nStickers\n${formatStickers(stickers)}`);
  if (drift)
    console.log(
      `\nTen edits, PSNR of the untouched half: ${drift.psnr.map((db) => db.toFixed(1)).join(', ')} dB`,
    );
  console.log(`\nSheets and pictures: ${out}`);
}

const kinds = kindsOf(values.only);
const settings = {
  steps: numberOf('steps', values.steps),
  guidanceScale: numberOf('guidance', values.guidance),
};
const limit = numberOf('limit', values.limit) ?? Infinity;
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
installReaders();
const set = readCases();
const cases = chosenCases(set, kinds, limit);
const judges = await loadJudges(set);
const engine = await startEngine();
const maker = new Maker(engine, join(out, 'pictures'), {
  ...settings,
  reuse: values.reuse,
  secondLook: values['second-look'],
});
const loadBefore = loadavg()[0]!;
const begun = performance.now();
let judged: Judged;
const beside: Beside = { same: [], variety: [], chains: [] };
let stickers: StickerRun | null = null;
try {
  judged = await drawAndJudge(cases, maker, judges);
  const wanted = (name: (typeof BESIDE)[number]) => kinds.has(name);
  if (wanted('same')) beside.same = await runSame(maker, judges, set, values.quick);
  if (wanted('variety')) beside.variety = await runVariety(maker, judges, set, values.quick);
  if (wanted('stickers')) stickers = await runStickers(maker, judges, set, values.quick, say);
  if (wanted('chains')) {
    say('ten edits in a row');
    beside.chains = await runChains(maker, judges, set, join(out, 'drift'), values.quick);
  }
} finally {
  await judges.words?.close();
  await engine.close();
}

const results = resultsOf(judged, beside, stickers, engine.info, machineOf(loadBefore));
writeFileSync(join(out, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
if (values.sheets) await writeSheets(cases, judged.verdicts, beside.chains, out);
if (values.json) {
  const { verdicts: _, chainRuns: _c, sameRuns: _s, varietyRuns: _v, ...short } = results;
  console.log(JSON.stringify(short, null, 2));
} else print(results, cases.length);
