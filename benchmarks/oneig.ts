/**
 * OneIG-Bench: prompts of six kinds in English and Chinese, four pictures each. Chang et al., "OneIG-Bench" (arXiv 2506.07977);
 * OneIG-Bench/OneIG-Benchmark, `scripts/*`.
 *
 * Five parts, whose plain mean is the overall figure. Two are computed here: alignment, by yes/no questions that depend on each
 * other (by their parents' own answers, no cascade; right is exactly "Yes"), and text, by a reader. The other three need models that
 * do not come with this program, so there is no overall figure. Pictures that are wholly black are left out.
 */
import sharp from 'sharp';
import { z } from 'zod';
import { editDistance, mean } from '../eval/report/statistics.ts';
import type { Benchmark, Figure, Judge, JudgedPicture, Judges, Marked, Prompt } from './benchmark.ts';
import { DataFolder, readCsv, readJson } from './data/data-folder.ts';
import { shaped } from './data/rows.ts';
import { type Question, zeroedByAnswer } from './formulas/questions.ts';
import { isChinese, oneigText, oneigUnits, READ_REQUEST, withoutNothing } from './formulas/reading.ts';
import { sharedCount, wordsOf } from './formulas/words.ts';

const SOURCE = {
  where:
    'github.com/OneIG-Bench/OneIG-Benchmark: prompts, scripts/alignment/Q_D and scripts/text, all in its place',
  licence: 'prompts CC BY-NC 4.0; the repository gives no licence',
};
const LANGUAGES = {
  EN: { prompts: 'OneIG-Bench', field: 'prompt_en', suffix: '', text: 'text_content.csv' },
  ZH: { prompts: 'OneIG-Bench-ZH', field: 'prompt_cn', suffix: '_zh', text: 'text_content_zh.csv' },
} as const;
type Language = keyof typeof LANGUAGES;
/** Files of questions by the category of their prompts. */
const QUESTION_FILES: Record<string, string> = {
  Anime_Stylization: 'anime',
  Portrait: 'human',
  General_Object: 'object',
  Multilingualism: 'multilingualism',
};
const TEXT = 'Text_Rendering';
/** Edit distances count up to here. */
const MOST_DISTANCE: Record<Language, number> = { EN: 100, ZH: 50 };
/** A word that the original's reader makes up now and then. */
const MADE_UP = 'addCriterion';
/** Answers of a reader may be longer where the truth has more words than this. */
const MANY_WORDS = 60;

const promptSchema = z.looseObject({ category: z.string(), id: z.string() });
/** An object, or the same as a text of JSON. */
const table = <T>(value: z.ZodType<T>) =>
  z.preprocess((raw) => (typeof raw === 'string' ? JSON.parse(raw) : raw), z.record(z.string(), value));
const questionSchema = z.record(
  z.string(),
  z.object({ question: table(z.string()), dependency: table(z.array(z.int())) }),
);
const textSchema = z.object({ id: z.string(), text_content: z.string() });

interface OneIgPrompt extends Prompt {
  language: Language;
  /** Of alignment; none for prompts whose text is read. */
  questions: readonly Question[];
  /** The truth as it is published, a printed list; undefined for prompts of alignment. */
  truth: string | undefined;
}

interface OneIgMark {
  by: Judge;
  /** Wholly black: left out. */
  isBlack: boolean;
  /** Answers in the order of the questions. */
  answers: readonly string[];
  /** What was read; null for prompts of alignment. */
  text: string | null;
}

/** Text figures over pictures: mean edit distance, share without any, share of words (or Chinese signs), and the score of all three. */
export function textScore(language: Language, pairs: readonly { truth: string; answer: string }[]) {
  const marks = pairs.map(({ truth, answer }) => {
    const wanted = oneigText(truth);
    const found = oneigText(withoutNothing(answer.replaceAll(MADE_UP, '')));
    const units = oneigUnits(wanted, isChinese(wanted));
    return {
      distance: editDistance(found, wanted),
      matched: sharedCount(units, oneigUnits(found, isChinese(wanted))),
      asked: units.length,
    };
  });
  const asked = marks.reduce((sum, each) => sum + each.asked, 0);
  if (asked === 0) return undefined;
  const ed = mean(marks.map(({ distance }) => distance))!;
  const cr = mean(marks.map(({ distance }) => Number(distance === 0)))!;
  const wac = marks.reduce((sum, each) => sum + each.matched, 0) / asked;
  const most = MOST_DISTANCE[language];
  return { ed, cr, wac, score: 1 - (Math.min(most, ed) * (1 - cr) * (1 - wac)) / most };
}

/** The alignment of one picture: the mean of its questions after zeroing. */
export function alignmentOf(questions: readonly Question[], answers: readonly string[]): number {
  const scores = new Map(questions.map(({ id }, at) => [id, Number(answers[at] === 'Yes')]));
  return mean([...zeroedByAnswer(questions, scores).values()]) ?? 0;
}

/** The overall figure: the plain mean of the five parts, in any order. */
export const overallOf = (parts: readonly number[]): number => mean(parts)!;

function read(path: string): { prompts: OneIgPrompt[]; notes: string[] } {
  const folder = new DataFolder(path, SOURCE);
  const languages = (Object.keys(LANGUAGES) as Language[]).filter((each) =>
    folder.find(...filesOf(LANGUAGES[each].prompts)),
  );
  if (languages.length === 0)
    folder.need(...Object.values(LANGUAGES).flatMap(({ prompts }) => filesOf(prompts)));
  const notes: string[] = [];
  const prompts = languages.flatMap((language) => promptsOf(folder, language, notes));
  if (prompts.length === 0) folder.need('scripts/alignment/Q_D/anime.json', 'scripts/text/text_content.csv');
  return { prompts, notes };
}

/** Prompts are a file of JSON in the dataset, and a CSV in the repository. */
const filesOf = (name: string): string[] => [`${name}.json`, `${name}.csv`];

/** The prompts of a language for which there are questions or texts; says in `notes` which files are missing. */
function promptsOf(folder: DataFolder, language: Language, notes: string[]): OneIgPrompt[] {
  const { prompts, field, suffix, text } = LANGUAGES[language];
  const file = folder.need(...filesOf(prompts));
  const rows = shaped(z.array(promptSchema), file, file.endsWith('.csv') ? readCsv(file) : readJson(file));
  return [...Map.groupBy(rows, ({ category }) => category)].flatMap(([category, own]) => {
    const name = QUESTION_FILES[category] && `${QUESTION_FILES[category]}${suffix}.json`;
    if (!name && category !== TEXT) return [];
    const needed = name ? [`Q_D/${name}`, `alignment/Q_D/${name}`] : [text, `text/${text}`];
    const found = folder.find(...needed, ...needed.map((each) => `scripts/${each}`));
    if (!found) {
      notes.push(`${needed[0]} is missing: no prompts of ${category} in ${language}.`);
      return [];
    }
    const of = name ? questionsOf(found) : truthsOf(found);
    return own.flatMap((row) => {
      const asked = of.get(row.id);
      if (!asked) return [];
      const set = `${language}/${category}`;
      return [
        { id: `${language}-${category}-${row.id}`, set, prompt: String(row[field]), language, ...asked },
      ];
    });
  });
}

type AskedOf = Map<string, Pick<OneIgPrompt, 'questions' | 'truth'>>;

function questionsOf(file: string): AskedOf {
  const rows = shaped(questionSchema, file, readJson(file));
  return new Map(
    Object.entries(rows).map(([id, { question, dependency }]) => [
      id,
      {
        truth: undefined,
        questions: Object.entries(question).map(([key, text]) => ({
          ...{ id: Number(key), text },
          parents: dependency[key] ?? [],
        })),
      },
    ]),
  );
}

function truthsOf(file: string): AskedOf {
  const rows = readCsv(file).map((row) => shaped(textSchema, file, row));
  return new Map(rows.map(({ id, text_content: truth }) => [id, { questions: [], truth }]));
}

async function mark(
  { questions, truth }: OneIgPrompt,
  picture: JudgedPicture,
  { ask, readLines }: Judges,
): Promise<OneIgMark> {
  const by = ask ? 'endpoint' : 'reader';
  const { channels } = await sharp(picture.png).removeAlpha().stats();
  if (channels.every(({ max }) => max === 0)) return { by, isBlack: true, answers: [], text: null };
  if (truth === undefined) {
    const answers = ask
      ? await Promise.all(questions.map(({ text }) => ask(picture, alignmentRequest(text))))
      : [];
    return { by, isBlack: false, answers: answers.map((answer) => answer.trim()), text: null };
  }
  const mostTokens = wordsOf(truth).length > MANY_WORDS ? 256 : 128;
  const text = ask
    ? await ask(picture, { text: READ_REQUEST, mostTokens })
    : (await readLines(picture)).join(' ');
  return { by, isBlack: false, answers: [], text };
}

const alignmentRequest = (question: string) => ({
  text: `${question}. Please answer 'Yes' or 'No' only.`,
  mostTokens: 16,
});

function figures(marked: readonly Marked<OneIgPrompt, OneIgMark>[]): Figure[] {
  return (Object.keys(LANGUAGES) as Language[]).flatMap((language) => {
    const own = marked.filter(({ prompt }) => prompt.language === language);
    if (own.length === 0) return [];
    const by = own[0]!.marks[0]?.by ?? 'reader';
    const aligned = own.flatMap(({ prompt, marks }) => {
      const pictures = marks.filter(({ isBlack, answers }) => !isBlack && answers.length > 0);
      const score = mean(pictures.map(({ answers }) => alignmentOf(prompt.questions, answers)));
      return score === undefined ? [] : [score];
    });
    const texts = own.filter(({ prompt }) => prompt.truth !== undefined);
    const pairs = texts.flatMap(({ prompt, marks }) =>
      marks.flatMap(({ text }) => (text === null ? [] : [{ truth: prompt.truth!, answer: text }])),
    );
    const text = textScore(language, pairs);
    const ofText = (name: string, value: number | undefined): Figure => ({
      ...{ name: `${language} text${name}`, value, prompts: texts.length, by },
    });
    return [
      { name: `${language} alignment`, value: mean(aligned), prompts: aligned.length, by: 'endpoint' },
      ofText('', text?.score),
      ofText(': edit distance (lower is better)', text?.ed),
      ofText(': completion', text?.cr),
      ofText(': words', text?.wac),
    ];
  });
}

export const oneig: Benchmark<OneIgPrompt, OneIgMark> = {
  ...{ name: 'oneig', title: 'OneIG-Bench', source: SOURCE, pictures: 4, scale: 1 },
  leftOut: [
    'Style: it needs CSD, the OneIG style encoder and stored references.',
    'Reasoning: it needs LLM2CLIP.',
    'Diversity: it needs DreamSim.',
    'Overall: it is the mean of five parts, of which alignment and text are computed here.',
  ],
  needsEndpoint: ({ truth }) => truth === undefined,
  requests: ({ questions, truth }) => (truth === undefined ? questions.length : 1),
  ...{ read, mark, figures },
  notUnderstood: ({ answers }) => answers.filter((answer) => answer !== 'Yes' && answer !== 'No').length,
  describe: ({ questions, truth }, { isBlack, answers, text }) => {
    if (isBlack) return ['wholly black: left out'];
    if (truth !== undefined) return [`asked: ${truth}`, `read: ${text || 'nothing'}`];
    return questions.map((question, at) => `${question.text} ${answers[at] ?? 'not asked'}`);
  },
};
