/**
 * A run of a benchmark: which prompts, what it costs, pictures, marks, figures. What was drawn or answered before is taken from the
 * run's folder, so a run that was stopped goes on where it stood. Decides nothing of a benchmark.
 */
import { type Engine, EngineError } from '../../engine/index.ts';
import type { Benchmark, Figure, Marked, Prompt } from '../benchmark.ts';
import { DataError } from '../data/data-folder.ts';
import { sampleOf, seedOf } from '../data/sample.ts';
import { type Interval, intervalsOf } from '../formulas/interval.ts';
import { type Endpoint, EndpointError } from '../judges/endpoint.ts';
import type { OcrModels } from '../ocr/ocr-models.ts';
import { eachOf } from './at-once.ts';
import { type AskedRecipe, drawPictures, recipeOf } from './drawing.ts';
import { type OpenJudges, openJudges } from './open-judges.ts';
import { type Drawn, RunFolder } from './run-folder.ts';

export interface RunOptions {
  /** Folder of the run. */
  output: string;
  engine: Engine;
  /** The engine's name in the studio. */
  engineName: string;
  /** Prompts that the engine draws side by side. */
  atOnce: number;
  endpoint?: Endpoint | undefined;
  /** Models of the reader of words. */
  models: OcrModels;
  /** Of the sample and of the pictures. */
  seed: number;
  recipe: AskedRecipe;
  /** Only says what the run costs. Two prompts are drawn for it. */
  costOnly?: boolean;
  say: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** A prompt without pictures or without marks, and why. */
export interface Failure {
  id: string;
  reason: string;
}

export interface FigureRow extends Figure {
  judge: string;
  interval: Interval | undefined;
}

export interface Results {
  benchmark: string;
  title: string;
  engine: { name: string } & Drawn['engine'];
  recipe: Drawn['recipe'];
  seed: number;
  /** Prompts of the data, of the sample, and of those the judged ones. */
  prompts: { all: number; sampled: number; judged: number };
  pictures: number;
  figures: FigureRow[];
  /** Answers that could not be understood and count as wrong. */
  notUnderstood: number;
  failures: Failure[];
  /** Answers that were asked for now, and those that were kept from before. */
  answers: { asked: number; kept: number };
  notes: string[];
}

/** What a run found, and the marks that it found it from; undefined marks and figures where only the cost was asked for. */
export interface Run {
  results: Results;
  marked: Marked<Prompt, unknown>[];
  folder: RunFolder;
}

/** The prompts of a run. */
export interface Chosen {
  /** How many the data has. */
  all: number;
  prompts: Prompt[];
  notes: string[];
}

/**
 * The prompts of a sample, all where no number is given; those that no judge could look at are left out before it is drawn. Throws
 * `DataError`, also where nothing is left.
 */
export function choosePrompts(
  benchmark: Benchmark,
  { data, hasEndpoint, sample, seed }: { data: string; hasEndpoint: boolean; sample?: number; seed: number },
): Chosen {
  const { prompts: all, notes } = benchmark.read(data);
  const judged = all.filter((prompt) => hasEndpoint || !benchmark.needsEndpoint(prompt));
  if (judged.length === 0)
    throw new DataError(
      `${benchmark.title} is judged by a model that sees pictures. Name its address with --judge and its name with --judge-model; a key goes into PALIMPSEST_JUDGE_KEY.`,
    );
  const left = all.length - judged.length;
  const note = `${left} prompts are left out: they are judged by a model that sees pictures (--judge).`;
  const prompts = sampleOf(judged, sample ?? judged.length, seed);
  return { all: all.length, prompts, notes: left > 0 ? [...notes, note] : notes };
}

/** So many prompts without answers, one after the other: the endpoint is away. */
const AWAY_AFTER = 3;
/** Prompts whose pictures are looked at together. */
const MARKED_AT_ONCE = 4;
/** Prompts that are drawn to know what the others take. */
const PROBES = 2;
/** Prompts between two lines of progress. */
const PROMPTS_A_LINE = 20;

/** Runs a benchmark; undefined where only its cost was asked for. Throws `DataError`, `OtherRunError`, `EndpointError`, EngineError. */
export async function run(
  benchmark: Benchmark,
  { all, prompts, notes }: Chosen,
  options: RunOptions,
): Promise<Run | undefined> {
  const { engine, seed, say } = options;
  const { info } = engine;
  const drawn: Drawn = {
    ...{ benchmark: benchmark.name, seed },
    engine: { model: info.name, digest: info.digest, numerics: info.numerics },
    recipe: recipeOf(info, options.recipe),
  };
  const folder = new RunFolder(options.output, drawn);
  for (const note of notes) say(note);
  say(`${benchmark.title}: ${prompts.length} of ${all} prompts by ${options.engineName}, in ${folder.path}`);
  const drawing = new Drawing(benchmark, options, drawn, folder);
  await drawing.probe(prompts);
  sayRequests(benchmark, prompts, options);
  if (options.costOnly) return undefined;
  const failures = await drawing.rest(prompts);
  const judges = openJudges(folder.answers, options.endpoint, options);
  try {
    const drawnPrompts = prompts.filter(({ id }) => !failures.some((failure) => failure.id === id));
    const { marked, unjudged } = await markAll(benchmark, drawnPrompts, folder, judges, say);
    const results: Results = {
      ...{ benchmark: benchmark.name, title: benchmark.title, seed, recipe: drawn.recipe },
      engine: { name: options.engineName, ...drawn.engine },
      prompts: { all, sampled: prompts.length, judged: marked.length },
      pictures: marked.reduce((sum, { marks }) => sum + marks.length, 0),
      figures: figuresOf(benchmark, marked, judges, seed),
      notUnderstood: marked
        .flatMap(({ marks }) => marks)
        .reduce<number>((sum, mark) => sum + benchmark.notUnderstood(mark), 0),
      failures: [...failures, ...unjudged],
      answers: folder.answers.count,
      notes: [...notes, ...benchmark.leftOut],
    };
    return { results, marked, folder };
  } finally {
    await judges.close();
  }
}

/** The pictures of a run: what there is to draw, what it takes, and drawing it. */
class Drawing {
  readonly #benchmark: Benchmark;
  readonly #options: RunOptions;
  readonly #drawn: Drawn;
  readonly #folder: RunFolder;
  readonly #refused: Failure[] = [];

  constructor(benchmark: Benchmark, options: RunOptions, drawn: Drawn, folder: RunFolder) {
    this.#benchmark = benchmark;
    this.#options = options;
    this.#drawn = drawn;
    this.#folder = folder;
  }

  /** Draws two prompts that lack pictures, and says by the second, where all is loaded, what the others take. */
  async probe(prompts: readonly Prompt[]): Promise<void> {
    const { say, atOnce } = this.#options;
    const toDraw = this.#missing(prompts);
    const there = prompts.length * this.#benchmark.pictures - toDraw;
    if (toDraw === 0) return say(`Pictures: all ${there} are there.`);
    const probes = prompts.filter((prompt) => this.#missing([prompt]) > 0).slice(0, PROBES);
    let seconds = 0;
    for (const prompt of probes) {
      const count = this.#missing([prompt]);
      const from = performance.now();
      await this.#drawOrSay(prompt);
      seconds = (performance.now() - from) / 1000 / count;
    }
    const left = (this.#missing(prompts) * seconds) / atOnce;
    say(
      `Pictures: ${toDraw} to draw, ${there} are there. ${seconds.toFixed(1)} s each, so ${durationText(left)} for the rest.`,
    );
  }

  /** Draws what is missing, and answers the prompts that the engine refused. */
  async rest(prompts: readonly Prompt[]): Promise<Failure[]> {
    const { atOnce, say } = this.#options;
    const left = prompts.filter(
      (prompt) => this.#missing([prompt]) > 0 && !this.#refused.some(({ id }) => id === prompt.id),
    );
    let done = 0;
    await eachOf(left, atOnce, async (prompt) => {
      await this.#drawOrSay(prompt);
      done += 1;
      if (done % PROMPTS_A_LINE === 0) say(`drawn: ${done} of ${left.length} prompts`);
    });
    return this.#refused;
  }

  /** Draws a prompt, or keeps why the engine refused it. */
  async #drawOrSay(prompt: Prompt): Promise<void> {
    try {
      await this.#draw(prompt);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#refused.push({ id: prompt.id, reason: `not drawn: ${error.message}` });
    }
  }

  async #draw(prompt: Prompt): Promise<void> {
    const { engine, seed, signal } = this.#options;
    const { name, pictures: count } = this.#benchmark;
    const only = this.#folder.missing(prompt, count);
    const asked = { prompt: prompt.prompt, seed: seedOf(name, prompt.id, seed), count, only };
    const save = (index: number, png: Uint8Array) => this.#folder.save(prompt, index, png);
    await drawPictures(engine, asked, this.#drawn.recipe, save, signal);
  }

  #missing(prompts: readonly Prompt[]): number {
    const { pictures } = this.#benchmark;
    return prompts.reduce((sum, prompt) => sum + this.#folder.missing(prompt, pictures).length, 0);
  }
}

/** Errors that are about one prompt: the others can be drawn all the same. */
const isRefusal = (error: unknown): error is EngineError =>
  error instanceof EngineError && (error.code === 'rejected' || error.code === 'bad_request');

function sayRequests(benchmark: Benchmark, prompts: readonly Prompt[], { endpoint, say }: RunOptions): void {
  if (!endpoint) return;
  const requests = prompts.reduce((sum, prompt) => sum + benchmark.requests(prompt) * benchmark.pictures, 0);
  if (requests > 0)
    say(`Judge: ${requests} requests to ${endpoint.name}; answers that are kept are not asked for again.`);
}

async function markAll(
  benchmark: Benchmark,
  prompts: readonly Prompt[],
  folder: RunFolder,
  judges: OpenJudges,
  say: (line: string) => void,
): Promise<{ marked: Marked<Prompt, unknown>[]; unjudged: Failure[] }> {
  const unjudged: Failure[] = [];
  let [done, inARow] = [0, 0];
  const markOne = async (prompt: Prompt): Promise<Marked<Prompt, unknown>[]> => {
    const pictures = Array.from({ length: benchmark.pictures }, (_, index) => folder.picture(prompt, index));
    try {
      const marks = await eachOf(pictures, pictures.length, (each) => benchmark.mark(prompt, each, judges));
      inARow = 0;
      return [{ prompt, marks }];
    } catch (error) {
      if (!(error instanceof EndpointError) || error.isFinal) throw error;
      inARow += 1;
      if (inARow === AWAY_AFTER)
        throw new EndpointError(
          `${error.message} What was answered is kept: start the run again later.`,
          true,
        );
      unjudged.push({ id: prompt.id, reason: `not judged: ${error.message}` });
      return [];
    } finally {
      done += 1;
      if (done % PROMPTS_A_LINE === 0) say(`judged: ${done} of ${prompts.length} prompts`);
    }
  };
  const marked = (await eachOf(prompts, MARKED_AT_ONCE, markOne)).flat();
  return { marked, unjudged };
}

/** The figures with their judges and intervals. */
function figuresOf(
  benchmark: Benchmark,
  marked: readonly Marked<Prompt, unknown>[],
  judges: OpenJudges,
  seed: number,
): FigureRow[] {
  const { scale } = benchmark;
  const figures = (some: readonly Marked<Prompt, unknown>[]) => benchmark.figures(some);
  const intervals = intervalsOf(marked, ({ prompt }) => prompt.set, figures, { seed, scale });
  return figures(marked).map((figure) => ({
    ...figure,
    judge: judges.nameOf(figure.by),
    interval: figure.value === undefined ? undefined : intervals.get(figure.name),
  }));
}

/** A time as a person says it. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `about ${Math.ceil(seconds)} s`;
  if (seconds < 7200) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${(seconds / 3600).toFixed(1)} hours`;
}
