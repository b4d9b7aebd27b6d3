/** Yes/no questions to a model, one a request, and what its answer means. */
import type { JudgedPicture, Judges } from '../benchmark.ts';

/** An answer as it was given, and as it is understood; null: neither yes nor no, which counts as wrong. */
export interface Answer {
  raw: string;
  answer: 'yes' | 'no' | null;
}

const MOST_TOKENS = 16;

/** `yes` or `no` in any case, with at most a full stop behind it. */
export function understood(raw: string): Answer['answer'] {
  const word = raw.trim().toLowerCase().replace(/\.$/, '');
  return word === 'yes' || word === 'no' ? word : null;
}

/** Asks each question by itself. Throws `EndpointError`. */
export function askYesNo(
  { ask }: Judges,
  picture: JudgedPicture,
  questions: readonly string[],
): Promise<Answer[]> {
  return Promise.all(
    questions.map(async (question) => {
      const text = `${question} Answer with yes or no only.`;
      const raw = await ask!(picture, { text, mostTokens: MOST_TOKENS });
      return { raw, answer: understood(raw) };
    }),
  );
}

/** How many answers were neither yes nor no. */
export const notUnderstood = (answers: readonly Answer[]): number =>
  answers.filter(({ answer }) => answer === null).length;

/** Questions with their answers, in lines to read. */
export const describeAnswers = (questions: readonly string[], answers: readonly Answer[]): string[] =>
  questions.map((question, at) => {
    const { raw, answer } = answers[at]!;
    return `${question} ${answer === null ? `not understood: ${raw}` : raw}`;
  });
