/** `palimpsest bench`: runs a benchmark by an engine, and writes and prints its figures. What they are is decided in `benchmarks/`. */
import { join } from 'node:path';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { BENCHMARKS } from '../benchmarks/benchmarks.ts';
import { DataError } from '../benchmarks/data/data-folder.ts';
import { Endpoint, EndpointError } from '../benchmarks/judges/endpoint.ts';
import { ownModels, PACKAGED, ReaderError } from '../benchmarks/ocr/ocr-models.ts';
import { intervalText, reportOf, shown } from '../benchmarks/run/report.ts';
import { choosePrompts, type Results, type Run, run } from '../benchmarks/run/run.ts';
import { OtherRunError } from '../benchmarks/run/run-folder.ts';
import { commandEnvironment, judgeKey } from '../server/environment.ts';
import type { Command } from './command-line.ts';
import { findCommandEngine } from './engine-of-command.ts';
import { CommandError, UsageError } from './failure.ts';
import { parseNumber, parseSize } from './option-values.ts';

/** Runs the benchmark that the command line names; exit code 1 where some prompts have no pictures or no answers. */
export async function bench(command: Command): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    await runAsked(command, askedOf(command), stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? STOPPED : sayable(error);
  }
}

const STOPPED = new CommandError(
  'Stopped. What was drawn and answered is kept: the same command goes on from there.',
);

/** What a command line asks for, before any engine is loaded. Throws {@link UsageError} and `ReaderError`. */
function askedOf(command: Command) {
  const { values, rest } = command;
  const benchmark = BENCHMARKS.find(({ name }) => name === rest[0]);
  const names = BENCHMARKS.map(({ name }) => name).join(', ');
  if (!benchmark) throw new UsageError(`Say which benchmark: palimpsest bench NAME, one of ${names}.`);
  const { title, source } = benchmark;
  const { data, sample, seed = '1', reader } = values;
  if (!data)
    throw new UsageError(
      `Name the folder with the data of ${title}: --data FOLDER. It is published at ${source.where} (${source.licence}).`,
    );
  return {
    ...{ benchmark, data, endpoint: endpointOf(command), recipe: recipeOf(command) },
    models: reader === undefined ? PACKAGED : ownModels(reader),
    seed: wholeNumber('seed', seed, 0),
    sample: sample === undefined ? undefined : wholeNumber('sample', sample, 1),
  };
}

async function runAsked(
  command: Command,
  { benchmark, data, sample, ...asked }: ReturnType<typeof askedOf>,
  signal: AbortSignal,
): Promise<void> {
  const hasEndpoint = asked.endpoint !== undefined;
  const chosen = choosePrompts(benchmark, { data, hasEndpoint, sample, seed: asked.seed });
  // --data names the prompts here, so the studio's folder is that of the environment.
  const { dataDir } = commandEnvironment(process.env);
  const { name: engineName, atOnce, open } = findCommandEngine(command, dataDir);
  const engine = await open(signal);
  const { output = join('palimpsest-bench', benchmark.name, engineName), cost: costOnly } = command.values;
  const say = (line: string) => console.error(line);
  try {
    const found = await run(benchmark, chosen, {
      ...asked,
      engine,
      engineName,
      atOnce,
      output,
      costOnly,
      say,
      signal,
    });
    if (found) await write(benchmark, found, asked.endpoint?.name ?? asked.models.name);
  } finally {
    await engine.close();
  }
}

/** Writes figures and page beside the pictures, and prints the figures. */
async function write(benchmark: Benchmark, found: Run, judge: string): Promise<void> {
  const { results, folder } = found;
  folder.write(`results-${slug(judge)}.json`, `${JSON.stringify(results, null, 1)}\n`);
  const page = folder.write(`report-${slug(judge)}.html`, await reportOf(benchmark, found));
  console.log(tableOf(results, benchmark.scale));
  console.log(`\n${page}`);
  if (results.failures.length > 0) process.exitCode = 1;
}

function recipeOf({ values }: Command) {
  return {
    ...(values.size ? parseSize(values.size) : {}),
    steps: values.steps === undefined ? undefined : parseNumber('steps', values.steps),
    guidanceScale: values.guidance === undefined ? undefined : parseNumber('guidance', values.guidance),
    secondLook: !values['no-second-look'],
  };
}

function endpointOf({ values }: Command): Endpoint | undefined {
  const { judge: address, 'judge-model': model } = values;
  if (address === undefined) return undefined;
  if (!/^https?:\/\/[^\s#@?/]+(\/[^\s#@?]*)?$/.test(address))
    throw new UsageError('Expected --judge to be an address such as http://127.0.0.1:8000/v1');
  if (!model)
    throw new UsageError('Name the model of the judge: --judge-model NAME. Every figure carries it.');
  return new Endpoint({ address, model, key: judgeKey(process.env) });
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = parseNumber(name, text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(`Expected --${name} to be a whole number from ${least} on, got ${text}`);
  return value;
}

/** Errors of a run as errors of a command: their message says what to do. */
function sayable(error: unknown): unknown {
  const isSaid = [DataError, OtherRunError, EndpointError, ReaderError].some((kind) => error instanceof kind);
  return isSaid ? new CommandError((error as Error).message) : error;
}

const slug = (name: string): string => name.replace(/[^\w.-]+/g, '-');

function tableOf(results: Results, scale: number): string {
  const { figures, prompts, pictures, notUnderstood, failures, answers, notes } = results;
  const rows = figures.map((figure) => [
    ...[
      figure.name,
      shown(figure.value, scale),
      intervalText(figure, scale),
      String(figure.prompts),
      figure.judge,
    ],
  ]);
  const head = ['figure', 'value', '95 % interval', 'prompts', 'judge'];
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd();
  return [
    ...[head, ...rows].map(line),
    '',
    `${prompts.judged} prompts, ${pictures} pictures; ${answers.asked} answers asked for now, ${answers.kept} kept from before; ${notUnderstood} not understood`,
    ...failures.map(({ id, reason }) => `left out: ${id}: ${reason}`),
    ...notes,
  ].join('\n');
}
