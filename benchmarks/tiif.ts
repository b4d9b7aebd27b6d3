/**
 * TIIF-Bench: instructions of 36 types in a short and a long wording, one picture each. Wei et al., "TIIF-Bench" (arXiv 2506.02161);
 * A113N-W3I/TIIF-Bench, `eval/eval_with_vlm.py`, `summary_results.py`, `summary_dimension_results.py`, `cal_gned_and_recall_models.py`.
 *
 * All questions of a picture go in one request; lines that begin with yes or no are its answers. The original judge is GPT-4o at
 * temperature 1 and is asked again without end where the number of lines is wrong; here the temperature is 0, and after three tries
 * in three wordings the questions count as wrong and are said to be not understood. The overall figure is the mean of nine groups,
 * each the mean of its types. Beside it, for the type `text`: distance (GNED) and recall of words that PP-OCR reads.
 */
import { basename } from 'node:path';
import { z } from 'zod';
import { mean } from '../eval/report/statistics.ts';
import type { Benchmark, Figure, Judge, JudgedPicture, Judges, Marked, Prompt } from './benchmark.ts';
import { DataError, DataFolder, readJsonLines } from './data/data-folder.ts';
import { shaped } from './data/rows.ts';
import { leastCost } from './formulas/pairing.ts';
import { editShare } from './formulas/words.ts';

const SOURCE = {
  where: 'github.com/A113N-W3I/TIIF-Bench, data/testmini_prompts and data/testmini_eval_prompts',
  licence: 'no licence is given',
};

/** The nine groups of the paper's table, with the types whose mean they are. */
export const GROUPS = {
  Attribute: ['shape+color', 'color+texture', 'texture+color', 'shape+texture'],
  Relation: ['2d_spatial_relation', '3d_spatial_relation', 'action+2d', 'action+3d'],
  Reasoning: ['numeracy', 'negation', 'differentiation', 'comparison'],
  'Attribute+Relation': [
    ...['action+color', 'action+texture', 'color+2d', 'color+3d', 'shape+2d', 'shape+3d'],
    ...['texture+2d', 'texture+3d'],
  ],
  'Attribute+Reasoning': [
    ...['numeracy+color', 'numeracy+texture', 'comparison+color', 'comparison+texture'],
    ...['differentiation+color', 'differentiation+texture', 'negation+color', 'negation+texture'],
  ],
  'Relation+Reasoning': [
    ...['numeracy+2d', 'numeracy+3d', 'comparison+2d', 'comparison+3d', 'differentiation+2d'],
    ...['differentiation+3d', 'negation+2d', 'negation+3d'],
  ],
  Text: ['text'],
  Style: ['style'],
  'Real world': ['real_world'],
} as const;
const WORDINGS = ['short', 'long'] as const;
type Wording = (typeof WORDINGS)[number];

const SYSTEM = 'You are a professional image critic.';
/** Our own wordings of the original's request; a further try takes the next one. */
const REQUESTS = [
  'Look at the picture closely and answer these questions in their order.',
  'Here are yes or no questions about the picture. Answer every one of them, in the order given.',
  'Judge the picture by the following questions, one after the other.',
] as const;
const FORM =
  'Write one line for each question and nothing else. Each line begins with "yes" or "no", with a short reason behind it.';
const TOKENS_A_QUESTION = 80;
/** Words that are read count as found up to this distance. */
const NEAR = 0.3;

const promptSchema = z.object({
  type: z.string(),
  short_description: z.string(),
  long_description: z.string(),
});
const questionsSchema = z.object({
  yn_question_list: z.array(z.string()),
  yn_answer_list: z.array(z.string()),
});

interface TiifPrompt extends Prompt {
  type: string;
  wording: Wording;
  questions: readonly string[];
  answers: readonly string[];
  /** Words to read; of the type `text` alone. */
  words: readonly string[];
}

interface TiifMark {
  /** What was answered, by try. */
  raw: readonly string[];
  /** Answers in the order of the questions; null: their number was never right. */
  answers: readonly string[] | null;
  /** Lines that were read; of the type `text` alone. */
  lines: readonly string[] | null;
}

/** The answers of a reply: the first words of the lines that begin with yes or no, in lower case. */
export const answersOf = (reply: string): string[] =>
  reply
    .split('\n')
    .map((line) => /^(yes|no)\b/.exec(line.trim().toLowerCase())?.[1])
    .filter((answer) => answer !== undefined);

const requestOf = (questions: readonly string[], attempt: number): string =>
  `${REQUESTS[attempt]}\n\n${questions.join('\n')}\n\n${FORM}`;

/** The words of a short description: what stands between double quotes. */
const quotedWords = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"/g)].map(([, word]) => word!.toLowerCase());

/**
 * Distance of words that were read from those that were asked for, 0 equal: pairs of least distance, and one for each word without
 * partner, over the longer list.
 */
export function wordDistance(asked: readonly string[], lines: readonly string[]): number {
  const read = readWords(lines);
  const costs = read.map((word) => asked.map((other) => editShare(word, other)));
  return (leastCost(costs) + Math.abs(read.length - asked.length)) / Math.max(read.length, asked.length);
}

/** The share of asked words that were read, each read word used once, in the order of both lists. */
export function wordRecall(asked: readonly string[], lines: readonly string[]): number {
  const left = [...readWords(lines)];
  const found = asked.filter((word) => {
    const at = left.findIndex((other) => editShare(word, other) <= NEAR);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return found.length / asked.length;
}

/** Lines in lower case, split at single spaces; where nothing was read, one empty word. */
const readWords = (lines: readonly string[]): string[] =>
  (lines.length > 0 ? lines : ['']).flatMap((line) => line.toLowerCase().split(' '));

/** The overall figure: the mean of the nine groups. */
export const overallOf = (groups: readonly number[]): number => mean(groups)!;

function read(path: string): { prompts: TiifPrompt[]; notes: string[] } {
  const folder = new DataFolder(path, SOURCE);
  const set = ['data/testmini', 'testmini', 'data/test', 'test'].find((name) =>
    folder.find(`${name}_prompts`),
  );
  if (!set) folder.need('data/testmini_prompts', 'testmini_prompts', 'data/test_prompts', 'test_prompts');
  const prompts = folder.list(`${set}_prompts/*_prompts.jsonl`).flatMap((file) => {
    const name = basename(file, '_prompts.jsonl');
    const questions = folder.need(`${set}_eval_prompts/${name}_eval_prompts.jsonl`);
    return promptsOf(file, questions);
  });
  if (prompts.length === 0) throw new DataError(`${path}/${set}_prompts has no files *_prompts.jsonl.`);
  return {
    prompts,
    notes: set!.endsWith('mini') ? [] : ['The full set, not the testmini of published rows.'],
  };
}

function promptsOf(file: string, questionFile: string): TiifPrompt[] {
  const rows = readJsonLines(file).map((line) => shaped(promptSchema, file, line));
  const asked = readJsonLines(questionFile).map((line) => shaped(questionsSchema, questionFile, line));
  if (rows.length !== asked.length)
    throw new DataError(
      `${file} has ${rows.length} rows, ${questionFile} has ${asked.length}: they belong together line by line.`,
    );
  return rows.flatMap((row, at) =>
    WORDINGS.map((wording) => ({
      ...{ id: `${row.type}-${at}-${wording}`, set: `${row.type}/${wording}`, type: row.type, wording },
      prompt: row[`${wording}_description`],
      questions: asked[at]!.yn_question_list.map((question) => question.trim()),
      answers: asked[at]!.yn_answer_list.map((answer) => answer.trim().toLowerCase()),
      words: row.type === 'text' ? quotedWords(row.short_description) : [],
    })),
  );
}

async function mark(
  { questions, words }: TiifPrompt,
  picture: JudgedPicture,
  judges: Judges,
): Promise<TiifMark> {
  const lines = words.length > 0 ? await judges.readLines(picture) : null;
  const raw: string[] = [];
  for (const attempt of REQUESTS.keys()) {
    const text = requestOf(questions, attempt);
    const mostTokens = TOKENS_A_QUESTION * questions.length;
    raw.push(await judges.ask!(picture, { system: SYSTEM, text, mostTokens, attempt }));
    const answers = answersOf(raw.at(-1)!);
    if (answers.length === questions.length) return { raw, answers, lines };
  }
  return { raw, answers: null, lines };
}

/** Overall, the nine groups, GNED and recall, for the short and for the long wording. */
function figures(marked: readonly Marked<TiifPrompt, TiifMark>[]): Figure[] {
  return WORDINGS.flatMap((wording) => {
    const own = marked.filter(({ prompt }) => prompt.wording === wording);
    const groups = Object.entries(GROUPS).map(([name, types]) => {
      const ofGroup = own.filter(({ prompt }) => (types as readonly string[]).includes(prompt.type));
      return { name, value: groupScore(ofGroup, types), prompts: ofGroup.length };
    });
    const known = groups.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const overall = known.length === groups.length ? overallOf(known) : undefined;
    const withWords = own.filter(({ prompt }) => prompt.words.length > 0);
    const reading = (name: string, of: typeof wordDistance) => ({
      name,
      value: mean(
        withWords.flatMap(({ prompt, marks }) => marks.map(({ lines }) => of(prompt.words, lines ?? []))),
      ),
      prompts: withWords.length,
    });
    const named = (by: Judge, figures: readonly Omit<Figure, 'by'>[]): Figure[] =>
      figures.map(({ name, value, prompts }) => ({
        ...{ name: `${name}, ${wording}`, prompts, by },
        value: value === undefined ? undefined : value * 100,
      }));
    return [
      ...named('endpoint', [{ name: 'Overall', value: overall, prompts: own.length }, ...groups]),
      ...named('reader', [
        reading('GNED of words (lower is better)', wordDistance),
        reading('Recall of words', wordRecall),
      ]),
    ];
  });
}

/** The mean of the types' shares of right answers, each over all of its questions; types that were not drawn are left out. */
function groupScore(
  own: readonly Marked<TiifPrompt, TiifMark>[],
  types: readonly string[],
): number | undefined {
  const shares = types.map((type) =>
    mean(
      own
        .filter(({ prompt }) => prompt.type === type)
        .flatMap(({ prompt, marks }) =>
          marks.flatMap(({ answers }) =>
            prompt.answers.map((wanted, at) => Number(answers !== null && answers[at] === wanted)),
          ),
        ),
    ),
  );
  return mean(shares.filter((share) => share !== undefined));
}

export const tiif: Benchmark<TiifPrompt, TiifMark> = {
  ...{ name: 'tiif', title: 'TIIF-Bench', source: SOURCE, pictures: 1, scale: 100 },
  leftOut: [],
  needsEndpoint: () => true,
  requests: () => 1,
  ...{ read, mark, figures },
  notUnderstood: ({ answers }) => (answers === null ? 1 : 0),
  describe: ({ questions, answers: wanted }, { raw, answers, lines }) => [
    ...questions.map((question, at) => `${question} ${answers?.[at] ?? 'not understood'} (${wanted[at]})`),
    ...(answers === null ? raw.map((reply) => `answered: ${reply}`) : []),
    ...(lines === null ? [] : [`read: ${lines.join(' / ') || 'nothing'}`]),
  ],
};
