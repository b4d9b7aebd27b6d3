/**
 * Figures of the stickers by the formulas of the benchmarks that they stand beside, each under a name of its own: "Sticker words" is
 * not CVTG-2K. Every figure comes with its ceiling (renders) and its floor (pictures under the prompts of others). Pure.
 */
import { cvtgFigures, markWords, type WordMark } from '../../benchmarks/cvtg-2k.ts';
import { type Counted, intervalsOf } from '../../benchmarks/formulas/interval.ts';
import { zeroedByCascade } from '../../benchmarks/formulas/questions.ts';
import { alignmentOf, textScore } from '../../benchmarks/oneig.ts';
import { mean } from '../report/statistics.ts';
import { questionsOf, type Seen } from './questions.ts';
import { GROUPS, type Sticker } from './sticker.ts';

/** A picture of a sticker as the judges saw it. */
export interface Judged {
  sticker: Sticker;
  seen: Seen;
  /** Lines of the whole picture by PP-OCRv4; undefined where words are not read. */
  lines?: readonly string[];
}

export interface StickerFigure extends Counted {
  low?: number;
  high?: number;
}

type Places = Parameters<typeof questionsOf>[1];

/** What is left out, and why. */
export const LEFT_OUT = [
  'Sticker lines: the small model draws one word a picture, and no lines of them.',
  'Sticker five, reasoning: no knowledge is drawn from which an answer could follow.',
  'Chinese words in pictures: none are drawn.',
];

export const wordsOfSticker = ({ expect }: Sticker): string[] =>
  expect.word ? [expect.word.text.toLowerCase()] : [];

function wordFigures(judged: readonly Judged[]): Counted[] {
  const own = judged.filter(({ sticker, lines }) => sticker.set === 'words' && lines);
  const marks: WordMark[] = own.flatMap(({ sticker, lines }) => markWords(wordsOfSticker(sticker), lines!));
  const { accuracy, ned } = cvtgFigures(marks);
  return [
    { name: 'words: word accuracy', value: accuracy, prompts: own.length },
    { name: 'words: NED', value: ned, prompts: own.length },
  ];
}

const answersOf = (questions: ReturnType<typeof questionsOf>, seen: Seen): string[] =>
  questions.map(({ isTrue }) => (isTrue(seen) ? 'Yes' : 'No'));

/** OneIG's five, as far as they can be asked here: alignment by language, text, look. Diversity is measured beside. */
function fiveFigures(judged: readonly Judged[], places: Places): Counted[] {
  const own = judged.filter(({ sticker }) => sticker.set === 'five');
  const aligned = (['en', 'zh'] as const).map((language) => {
    const some = own.filter(({ sticker }) => sticker.language === language);
    const scores = some.map(({ sticker, seen }) => {
      const questions = questionsOf(sticker, places);
      return alignmentOf(questions, answersOf(questions, seen));
    });
    return { name: `five: alignment, ${language}`, value: mean(scores), prompts: some.length };
  });
  const texts = own.filter(({ sticker, lines }) => sticker.expect.word && lines);
  const pairs = texts.map(({ sticker, lines }) => ({
    truth: sticker.expect.word!.text,
    answer: lines!.join(' ').toUpperCase(),
  }));
  const looks = own.flatMap(({ sticker, seen }) =>
    questionsOf(sticker, places)
      .filter(({ kind, text }) => kind === 'attribute' && text.includes('look'))
      .map(({ isTrue }) => Number(isTrue(seen))),
  );
  return [
    ...aligned,
    { name: 'five: text', value: textScore('EN', pairs)?.score, prompts: texts.length },
    { name: 'five: look', value: mean(looks), prompts: own.length },
  ];
}

/** DPG's score of long captions: zeroing by cascade, of 100. */
function denseFigures(judged: readonly Judged[], places: Places): Counted[] {
  const own = judged.filter(({ sticker }) => sticker.set === 'dense');
  const scores = own.map(({ sticker, seen }) => {
    const questions = questionsOf(sticker, places);
    const plain = new Map(questions.map(({ id, isTrue }) => [id, Number(isTrue(seen))]));
    return mean([...zeroedByCascade(questions, plain).values()])!;
  });
  return [{ name: 'dense', value: mean(scores), prompts: own.length }];
}

/** TIIF's share of right answers by group and wording, and the mean of the groups. */
function instructionFigures(judged: readonly Judged[], places: Places): Counted[] {
  return (['short', 'long'] as const).flatMap((wording) => {
    const own = judged.filter(({ sticker }) => sticker.set === 'instructions' && sticker.wording === wording);
    const groups = GROUPS.map((group) => {
      const some = own.filter(({ sticker }) => sticker.group === group);
      const right = some.flatMap(({ sticker, seen }) =>
        questionsOf(sticker, places).map(({ isTrue }) => Number(isTrue(seen))),
      );
      return { name: `instructions, ${wording}: ${group}`, value: mean(right), prompts: some.length };
    });
    const values = groups.flatMap(({ value }) => (value === undefined ? [] : [value]));
    return [{ name: `instructions, ${wording}`, value: mean(values), prompts: own.length }, ...groups];
  });
}

const all = (judged: readonly Judged[], places: Places): Counted[] =>
  [
    ...wordFigures(judged),
    ...fiveFigures(judged, places),
    ...denseFigures(judged, places),
    ...instructionFigures(judged, places),
  ].filter(({ prompts }) => prompts > 0);

/** All figures with their 95 % intervals over prompts. */
export function stickerFigures(judged: readonly Judged[], places: Places): StickerFigure[] {
  const intervals = intervalsOf(
    judged,
    ({ sticker }) => `${sticker.set} ${sticker.group ?? ''} ${sticker.wording ?? ''} ${sticker.language}`,
    (some) => all(some, places),
    { drawings: 200 },
  );
  return all(judged, places).map((figure) => {
    const { low, high } = intervals.get(figure.name) ?? {};
    return { ...figure, ...(low !== undefined && { low, high: high! }) };
  });
}

/** The same pictures under the prompts of others of their set: what chance gives. */
export function shuffled(judged: readonly Judged[]): Judged[] {
  const kinOf = ({ sticker }: Judged) =>
    `${sticker.set} ${sticker.group ?? ''} ${sticker.wording ?? ''} ${sticker.language}`;
  return [...Map.groupBy(judged, kinOf).values()].flatMap((kin) =>
    kin.map(({ sticker }, k) => {
      const { seen, lines } = kin[(k + Math.ceil(kin.length / 2)) % kin.length]!;
      return { sticker, seen, ...(lines && { lines }) };
    }),
  );
}
