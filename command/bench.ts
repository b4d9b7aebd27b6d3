/** `palimpsest bench`: runs a benchmark by an engine, and writes and prints its figures. What they are is decided in `benchmarks/`. */
import { join } from 'node:path';
import { BENCHMARKS } from '../benchmarks/benchmarks.ts';
import { DataError } from '../benchmarks/data/data-folder.ts';
import { Endpoint, EndpointError } from '../benchmarks/judges/endpoint.ts';
import { ownModels, PACKAGED, ReaderError } from '../benchmarks/ocr/ocr-models.ts';
import { intervalText, reportOf, shown } from '../benchmarks/run/report.ts';
import { choosePrompts, type Results, run } from '../benchmarks/run/run.ts';
import { OtherRunError } from '../benchmarks/run/run-folder.ts';
import type { Engine } from '../engine/index.ts';
import { commandEnvironment, judgeKey } from '../server/environment.ts';
import type { Command } from './command-line.ts';
import { openCommandEngine } from './engine-of-command.ts';
import { CommandError, UsageError } from './failure.ts';
import { parseNumber, parseSize } from './option-values.ts';

/** Runs the benchmark that the command line names; exit code 1 where some prompts have no pictures or no answers. */
export async function bench(command: Command): Promise<void> {
  const { values, rest } = command;
  const benchmark = BENCHMARKS.find(({ name }) => name === rest[0]);
  const names = BENCHMARKS.map(({ name }) => name).join(', ');
  if (!benchmark) throw new UsageError(`Say which benchmark: palimpsest bench NAME, one of ${names}.`);
  const { source } = benchmark;
  const { data } = values;
  if (!data)
    throw new UsageError(
      `Name the folder with the data of ${benchmark.title}: --data FOLDER. It is published at ${source.where} (${source.licence}).`,
    );
  const endpoint = endpointOf(command);
  const models = values.reader === undefined ? PACKAGED : ownModels(values.reader);
  const seed = wholeNumber('seed', values.seed ?? '1', 0);
  const sample = values.sample === undefined ? undefined : wholeNumber('sample', values.sample, 1);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let engine: Engine | undefined;
  try {
    const chosen = choosePrompts(benchmark, { data, hasEndpoint: endpoint !== undefined, sample, seed });
    // --data names the prompts here, so the studio's folder is that of the environment.
    const { dataDir } = commandEnvironment(process.env);
    const opened = await openCommandEngine(command, { dataDir, signal: stop.signal });
    engine = opened.engine;
    const found = await run(benchmark, chosen, {
      ...{ engine, engineName: opened.name, atOnce: opened.atOnce, endpoint, models, seed },
      output: values.output ?? join('palimpsest-bench', benchmark.name, opened.name),
      recipe: recipeOf(command),
      costOnly: values.cost ?? false,
      say: (line) => console.error(line),
      signal: stop.signal,
    });
    if (!found) return;
    const { results, folder } = found;
    const judge = slug(endpoint?.name ?? models.name);
    folder.write(`results-${judge}.json`, `${JSON.stringify(results, null, 1)}\n`);
    const page = folder.write(`report-${judge}.html`, await reportOf(benchmark, found));
    console.log(tableOf(results, benchmark.scale));
    console.log(`\n${page}`);
    if (results.failures.length > 0) process.exitCode = 1;
  } catch (error) {
    throw sayable(error);
  } finally {
    await engine?.close();
  }
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
