/**
 * LongText-Bench: long texts in pictures, 160 prompts in English and 160 in Chinese, four pictures each. Geng et al., "X-Omni"
 * (arXiv 2507.22058); X-Omni-Team/X-Omni, `textbench/evaluate_text_reward.py` and `summary_scores.py`.
 *
 * A picture is read, truth and answer are cleaned, and what both hold is counted: order does not count, and superfluous text costs
 * nothing. The original reader is Qwen2.5-VL-7B; without an endpoint PP-OCR reads, and the figure says so.
 */
import { z } from 'zod';
import type { Benchmark, Figure, Judge, JudgedPicture, Judges, Marked, Prompt } from './benchmark.ts';
import { DataFolder, readJsonLines } from './data/data-folder.ts';
import { shaped } from './data/rows.ts';
import { chineseUnits, englishUnits, READ_REQUEST, withoutNothing } from './formulas/reading.ts';
import { sharedCount } from './formulas/words.ts';

const SOURCE = {
  where: 'github.com/X-Omni-Team/X-Omni, textbench/text_prompts.jsonl and text_prompts_zh.jsonl',
  licence: 'Apache License 2.0',
};
/** The original's most new tokens. */
const MOST_TOKENS = 1024;

const LANGUAGES = { EN: englishUnits, ZH: chineseUnits } as const;
type Language = keyof typeof LANGUAGES;
const FILES: Record<Language, string> = { EN: 'text_prompts.jsonl', ZH: 'text_prompts_zh.jsonl' };
/** The files of a language, also as they stand in the repository. */
const filesOf = (language: Language): string[] => [FILES[language], `textbench/${FILES[language]}`];

const rowSchema = z.object({
  prompt_id: z.int(),
  prompt: z.string(),
  text: z.array(z.string()),
});

interface LongTextPrompt extends Prompt {
  language: Language;
  truth: string;
}

interface LongTextMark {
  by: Judge;
  answer: string;
  /** Words or signs that the truth and the answer share, and those of the truth. */
  matched: number;
  asked: number;
}

/** What of the truth an answer has. */
export function matchedUnits(language: Language, truth: string, answer: string) {
  const units = LANGUAGES[language];
  const asked = units(truth);
  return { matched: sharedCount(asked, units(withoutNothing(answer))), asked: asked.length };
}

function read(path: string): { prompts: LongTextPrompt[]; notes: string[] } {
  const folder = new DataFolder(path, SOURCE);
  const languages = Object.keys(LANGUAGES) as Language[];
  const missing = languages.filter((language) => !folder.find(...filesOf(language)));
  if (missing.length === languages.length) folder.need(...languages.flatMap(filesOf));
  const prompts = languages
    .filter((language) => !missing.includes(language))
    .flatMap((language) => {
      const file = folder.need(...filesOf(language));
      return readJsonLines(file).map((line) => {
        const { prompt_id: id, prompt, text } = shaped(rowSchema, file, line);
        return { id: `${language}-${id}`, set: language, prompt, language, truth: text.join(' ') };
      });
    });
  return {
    prompts,
    notes: missing.map((language) => `${FILES[language]} is missing: no ${language} figure.`),
  };
}

async function mark(
  { language, truth }: LongTextPrompt,
  picture: JudgedPicture,
  { ask, readLines }: Judges,
): Promise<LongTextMark> {
  const answer = ask
    ? await ask(picture, { text: READ_REQUEST, mostTokens: MOST_TOKENS })
    : (await readLines(picture)).join(' ');
  return { by: ask ? 'endpoint' : 'reader', answer, ...matchedUnits(language, truth, answer) };
}

/** EN and ZH, each over the units of all of its pictures, and their mean, the announcement's AVG. */
function figures(marked: readonly Marked<LongTextPrompt, LongTextMark>[]): Figure[] {
  const by = marked[0]?.marks[0]?.by ?? 'reader';
  const score = (language: Language): Figure => {
    const own = marked.filter(({ prompt }) => prompt.language === language);
    const marks = own.flatMap((each) => each.marks);
    const asked = marks.reduce((sum, each) => sum + each.asked, 0);
    const matched = marks.reduce((sum, each) => sum + each.matched, 0);
    return { name: language, value: asked > 0 ? matched / asked : undefined, prompts: own.length, by };
  };
  const [en, zh] = [score('EN'), score('ZH')];
  const isBoth = en.value !== undefined && zh.value !== undefined;
  const average = isBoth ? averageOf(en.value!, zh.value!) : undefined;
  return [en, zh, { name: 'AVG', value: average, prompts: marked.length, by }];
}

/** The announcement's AVG column. */
export const averageOf = (en: number, zh: number): number => (en + zh) / 2;

export const longtext: Benchmark<LongTextPrompt, LongTextMark> = {
  ...{ name: 'longtext', title: 'LongText-Bench', source: SOURCE, pictures: 4, scale: 1 },
  leftOut: [],
  needsEndpoint: () => false,
  requests: () => 1,
  notUnderstood: () => 0,
  ...{ read, mark, figures },
  describe: ({ truth }, { answer, matched, asked }) => [
    `asked: ${truth}`,
    `read: ${answer || 'nothing'}`,
    `${matched} of ${asked}`,
  ],
};
