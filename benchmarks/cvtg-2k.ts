/**
 * CVTG-2K: complex visual text generation. 2,000 prompts with two to five texts, half of them with colours, sizes and faces of the
 * letters. Du et al., "TextCrafter" (arXiv 2503.23461); metrics of NJU-PCALab/TextCrafter, `unified_metrics_eval.py`.
 *
 * Habits of the original that are kept: the truth is what stands between straight single quotes, so an apostrophe in a prompt breaks
 * it; punctuation is part of a word; one read word may answer two asked ones; NED takes the word that `difflib` finds closest, which
 * need not have the least edit distance.
 */
import { z } from 'zod';
import type { Benchmark, Figure, Judges, Marked, Prompt } from './benchmark.ts';
import { DataFolder, readJson } from './data/data-folder.ts';
import { shaped } from './data/rows.ts';
import { closestWord, wordNearness, wordsOf } from './formulas/words.ts';

const SOURCE = { where: 'the dataset dnkdnk/CVTG-2K (CVTG-2K.zip)', licence: 'Apache License 2.0' };
const TEXT_COUNTS = [2, 3, 4, 5] as const;
const HALVES = [['CVTG'], ['CVTG-Style', 'CVTG-style']] as const;

const fileSchema = z.object({ data_list: z.array(z.object({ index: z.int(), prompt: z.string() })) });

interface CvtgPrompt extends Prompt {
  /** How many texts the file of the prompt is about. */
  texts: number;
  words: readonly string[];
}

/** One asked word, and what of it was read. */
export interface WordMark {
  word: string;
  closest: string;
  isRead: boolean;
  nearness: number;
}

interface CvtgMark {
  lines: readonly string[];
  words: readonly WordMark[];
}

/** The asked words of a prompt: all between straight single quotes, in lower case. */
export const askedWords = (prompt: string): string[] =>
  [...prompt.matchAll(/'(.*?)'/g)].flatMap(([, text]) => wordsOf(text!.toLowerCase()));

/** Asked words against the lines that were read. */
export function markWords(asked: readonly string[], lines: readonly string[]): WordMark[] {
  const found = lines.flatMap((line) => wordsOf(line.toLowerCase()));
  const read = found.length > 0 ? found : [''];
  return asked.map((word) => {
    const closest = closestWord(word, read)!;
    return { word, closest, isRead: read.includes(word), nearness: wordNearness(word, closest) };
  });
}

function read(path: string): { prompts: CvtgPrompt[]; notes: string[] } {
  const folder = new DataFolder(path, SOURCE);
  const prompts = HALVES.flatMap((names) =>
    TEXT_COUNTS.flatMap((texts) => {
      const file = folder.need(...names.map((name) => `${name}/${texts}.json`));
      return shaped(fileSchema, file, readJson(file)).data_list.map(({ index, prompt }) => ({
        ...{ id: `${names[0]}-${texts}-${index}`, set: `${names[0]}/${texts}`, prompt, texts },
        words: askedWords(prompt),
      }));
    }),
  );
  return { prompts, notes: [] };
}

async function mark({ words }: CvtgPrompt, picture: Parameters<Judges['readLines']>[0], judges: Judges) {
  const lines = await judges.readLines(picture);
  return { lines, words: markWords(words, lines) };
}

const figure = (
  name: string,
  value: number | undefined,
  { length: prompts }: readonly unknown[],
): Figure => ({
  ...{ name, value, prompts, by: 'reader' },
});

/** Share of asked words that were read, and mean nearness, of all words pooled; undefined without any. */
export function cvtgFigures(words: readonly WordMark[]): {
  accuracy: number | undefined;
  ned: number | undefined;
} {
  if (words.length === 0) return { accuracy: undefined, ned: undefined };
  const nearness = words.reduce((sum, word) => sum + word.nearness, 0);
  return {
    accuracy: words.filter(({ isRead }) => isRead).length / words.length,
    ned: nearness / words.length,
  };
}

/** Word accuracy by the number of texts and of all words pooled, and NED. */
function figures(marked: readonly Marked<CvtgPrompt, CvtgMark>[]): Figure[] {
  const wordsIn = (some: typeof marked) => some.flatMap(({ marks }) => marks.flatMap(({ words }) => words));
  const all = cvtgFigures(wordsIn(marked));
  return [
    ...TEXT_COUNTS.map((texts) => {
      const own = marked.filter(({ prompt }) => prompt.texts === texts);
      return figure(`Word accuracy, ${texts} texts`, cvtgFigures(wordsIn(own)).accuracy, own);
    }),
    figure('Word accuracy', all.accuracy, marked),
    figure('NED', all.ned, marked),
  ];
}

export const cvtg2k: Benchmark<CvtgPrompt, CvtgMark> = {
  ...{ name: 'cvtg-2k', title: 'CVTG-2K', source: SOURCE, pictures: 1, scale: 1 },
  leftOut: ['CLIPScore: it needs CLIP ViT-L/14, whose weights do not come with this program.'],
  needsEndpoint: () => false,
  requests: () => 0,
  notUnderstood: () => 0,
  ...{ read, mark, figures },
  describe: (_, { lines, words }) => [
    `read: ${lines.length > 0 ? lines.join(' / ') : 'nothing'}`,
    ...words.map(({ word, closest, isRead, nearness }) =>
      isRead
        ? `${word}: read`
        : `${word}: not read; closest ${closest || 'nothing'} (${nearness.toFixed(2)})`,
    ),
  ],
};
