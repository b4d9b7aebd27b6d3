/**
 * GenEval: objects, how many, in which colours, and where. 553 prompts of six kinds, four pictures each. Ghosh et al., "GenEval"
 * (arXiv 2310.11513); djghosh13/geneval, `evaluation/evaluate_images.py` and `summary_scores.py`.
 *
 * The original looks with a detector (Mask2Former) and CLIP. Here every clause of a prompt becomes a yes/no question to a model, so
 * the figure is GenEval's formula over another judge and is named so. As in the original a count is a least count, and what must not
 * be there (one more of it) is asked for apart; all clauses must hold.
 */
import { z } from 'zod';
import { mean } from '../eval/report/statistics.ts';
import type { Benchmark, Figure, JudgedPicture, Judges, Marked, Prompt } from './benchmark.ts';
import { DataFolder, readJsonLines } from './data/data-folder.ts';
import { shaped } from './data/rows.ts';
import { type Answer, askYesNo, describeAnswers, notUnderstood } from './judges/yes-no.ts';

const SOURCE = { where: 'github.com/djghosh13/geneval, prompts/evaluation_metadata.jsonl', licence: 'MIT' };
const TAGS = ['single_object', 'two_object', 'counting', 'colors', 'position', 'color_attr'] as const;

const clauseSchema = z.object({
  class: z.string(),
  count: z.int(),
  color: z.string().optional(),
  position: z.tuple([z.string(), z.int()]).optional(),
});
const rowSchema = z.object({
  tag: z.enum(TAGS),
  prompt: z.string(),
  include: z.array(clauseSchema),
  exclude: z.array(clauseSchema).default([]),
});
type Row = z.output<typeof rowSchema>;

/** A question, and the answer with which its clause holds. */
interface Clause {
  text: string;
  wanted: 'yes' | 'no';
}

interface GenEvalPrompt extends Prompt {
  tag: Row['tag'];
  clauses: readonly Clause[];
}

type GenEvalMark = readonly Answer[];

/** The clauses of a row as questions. */
export function clausesOf({ include, exclude }: Pick<Row, 'include' | 'exclude'>): Clause[] {
  const there = ({ class: name, count }: Row['include'][number]) =>
    count === 1
      ? `Is there at least one ${name} in the picture?`
      : `Are there at least ${count} of this in the picture: ${name}?`;
  return [
    ...include.flatMap((clause) => {
      const { class: name, color, position } = clause;
      const of = position && include[position[1]]?.class;
      return [
        there(clause),
        ...(color ? [`Is the ${name} ${color}?`] : []),
        ...(position ? [`Is the ${name} ${position[0]} the ${of}?`] : []),
      ].map((text) => ({ text, wanted: 'yes' as const }));
    }),
    ...exclude.map((clause) => ({ text: there(clause), wanted: 'no' as const })),
  ];
}

/** Whether all clauses hold. */
export const isRight = (clauses: readonly Clause[], answers: GenEvalMark): boolean =>
  clauses.every(({ wanted }, at) => answers[at]!.answer === wanted);

function read(path: string): { prompts: GenEvalPrompt[]; notes: string[] } {
  const folder = new DataFolder(path, SOURCE);
  const file = folder.need('evaluation_metadata.jsonl', 'prompts/evaluation_metadata.jsonl');
  const prompts = readJsonLines(file).map((line, at) => {
    const row = shaped(rowSchema, file, line);
    const id = String(at).padStart(5, '0');
    return { id, set: row.tag, prompt: row.prompt, tag: row.tag, clauses: clausesOf(row) };
  });
  return { prompts, notes: [] };
}

const mark = ({ clauses }: GenEvalPrompt, picture: JudgedPicture, judges: Judges): Promise<GenEvalMark> =>
  askYesNo(
    judges,
    picture,
    clauses.map(({ text }) => text),
  );

/** The share of right pictures of each kind, and the mean of the kinds. */
function figures(marked: readonly Marked<GenEvalPrompt, GenEvalMark>[]): Figure[] {
  const kinds = TAGS.map((name): Figure => {
    const own = marked.filter(({ prompt }) => prompt.tag === name);
    const right = own.flatMap(({ prompt, marks }) =>
      marks.map((each) => Number(isRight(prompt.clauses, each))),
    );
    return { name, value: mean(right), prompts: own.length, by: 'endpoint' };
  });
  const known = kinds.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const overall = known.length === TAGS.length ? mean(known) : undefined;
  return [{ name: 'Overall', value: overall, prompts: marked.length, by: 'endpoint' }, ...kinds];
}

export const geneval: Benchmark<GenEvalPrompt, GenEvalMark> = {
  ...{ name: 'geneval', title: 'GenEval by yes/no questions', source: SOURCE, pictures: 4, scale: 1 },
  needsEndpoint: () => true,
  leftOut: ['The original judge: Mask2Former and CLIP, whose weights do not come with this program.'],
  requests: ({ clauses }) => clauses.length,
  ...{ read, mark, figures, notUnderstood },
  describe: ({ clauses }, answers) =>
    describeAnswers(
      clauses.map(({ text, wanted }) => `${text} (${wanted})`),
      answers,
    ),
};
