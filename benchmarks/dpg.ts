/**
 * DPG-Bench: dense prompts. 1,065 prompts with yes/no questions that depend on each other, four pictures each. Hu et al., "ELLA"
 * (arXiv 2403.05135); TencentQQGYLab/ELLA, `dpg_bench/compute_dpg_bench.py`.
 *
 * A question counts nothing where one of its parents does, and zeroing cascades. The original judge is mPLUG-large; any other one
 * gives another figure, which carries its name. Habits that are kept: the first row of questions is left out; the figures by category
 * are before zeroing and of the last picture of each prompt alone.
 */
import { z } from 'zod';
import { mean } from '../eval/report/statistics.ts';
import type { Benchmark, Figure, JudgedPicture, Judges, Marked, Prompt } from './benchmark.ts';
import { DataError, DataFolder, readCsv } from './data/data-folder.ts';
import { shaped } from './data/rows.ts';
import { type Question, zeroedByCascade } from './formulas/questions.ts';
import { type Answer, askYesNo, describeAnswers, notUnderstood } from './judges/yes-no.ts';

const SOURCE = {
  where: 'github.com/TencentQQGYLab/ELLA, dpg_bench/dpg_bench.csv',
  licence: 'Apache License 2.0',
};
const LEVELS = ['global', 'entity', 'attribute', 'relation', 'other'] as const;

const rowSchema = z.object({
  item_id: z.string(),
  text: z.string(),
  proposition_id: z.coerce.number().int(),
  dependency: z.string(),
  tuple: z.string(),
  question_natural_language: z.string(),
});

interface DpgQuestion extends Question {
  /** `entity`, `attribute`, …: the tuple up to its dash. */
  level: string;
}

interface DpgPrompt extends Prompt {
  questions: readonly DpgQuestion[];
}

type DpgMark = readonly Answer[];

/** The category of a question: its tuple up to the bracket, and of that the part before the dash. */
export const levelOf = (tuple: string): string => tuple.split('(')[0]!.split('-')[0]!.trim();

/** The score of one picture: the mean of its questions after zeroing. */
export function pictureScore(questions: readonly Question[], answers: DpgMark): number {
  const scores = new Map(questions.map(({ id }, at) => [id, Number(answers[at]!.answer === 'yes')]));
  return mean([...zeroedByCascade(questions, scores).values()]) ?? 0;
}

function read(path: string): { prompts: DpgPrompt[]; notes: string[] } {
  const folder = new DataFolder(path, SOURCE);
  const file = folder.need('dpg_bench.csv', 'dpg_bench/dpg_bench.csv', 'dsg-1k-anns.csv');
  const rows = readCsv(file).map((row) => shaped(rowSchema, file, row));
  // The original begins at the second row.
  const counted = rows.slice(1);
  if (counted.length === 0) throw new DataError(`${file} has no questions.`);
  const prompts = [...Map.groupBy(counted, ({ item_id: id }) => id)].map(([id, own]) => ({
    ...{ id: id.replace(/[^\w.+-]/g, '_'), set: 'all', prompt: own[0]!.text },
    questions: own.map((row) => ({
      id: row.proposition_id,
      text: row.question_natural_language,
      parents: row.dependency.split(',').map(Number),
      level: levelOf(row.tuple),
    })),
  }));
  const notes = file.endsWith('dsg-1k-anns.csv')
    ? [
        'These are the prompts and questions of DSG-1k, in the same format: the figures are not those of DPG-Bench.',
      ]
    : [];
  return { prompts, notes };
}

const mark = ({ questions }: DpgPrompt, picture: JudgedPicture, judges: Judges): Promise<DpgMark> =>
  askYesNo(
    judges,
    picture,
    questions.map(({ text }) => text),
  );

/** The mean over prompts of the means over their pictures, times 100; and by category, before zeroing, of the last picture. */
function figures(marked: readonly Marked<DpgPrompt, DpgMark>[]): Figure[] {
  const overall = mean(
    marked.map(({ prompt, marks }) => mean(marks.map((each) => pictureScore(prompt.questions, each))) ?? 0),
  );
  const ofLevel = (level: string) =>
    mean(
      marked.flatMap(({ prompt, marks }) =>
        prompt.questions.flatMap((question, at) =>
          question.level === level ? [Number(marks.at(-1)![at]!.answer === 'yes')] : [],
        ),
      ),
    );
  const points = (value: number | undefined) => (value === undefined ? undefined : value * 100);
  return [
    { name: 'Overall', value: points(overall), prompts: marked.length, by: 'endpoint' },
    ...LEVELS.map((level) => {
      const own = marked.filter(({ prompt }) => prompt.questions.some((each) => each.level === level));
      return { name: level, value: points(ofLevel(level)), prompts: own.length, by: 'endpoint' as const };
    }),
  ];
}

export const dpg: Benchmark<DpgPrompt, DpgMark> = {
  ...{ name: 'dpg', title: 'DPG-Bench', source: SOURCE, pictures: 4, scale: 100 },
  leftOut: [],
  needsEndpoint: () => true,
  requests: ({ questions }) => questions.length,
  ...{ read, mark, figures, notUnderstood },
  describe: ({ questions }, answers) =>
    describeAnswers(
      questions.map(({ text }) => text),
      answers,
    ),
};
