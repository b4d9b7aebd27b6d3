/** Yes/no questions that depend on others: what an answer counts once its parents are known. Pure. */

export interface Question {
  id: number;
  text: string;
  /** Ids of the questions that must be answered with yes first; 0 stands for none. */
  parents: readonly number[];
}

const parentsOf = ({ parents }: Question): number[] => parents.filter((id) => id !== 0);

/**
 * Scores after zeroing by cascade: in the order of the questions, one counts 0 where a parent counts 0, itself zeroed or not. A parent
 * that was not asked zeroes nothing. Source: TencentQQGYLab/ELLA `dpg_bench/compute_dpg_bench.py`.
 */
export function zeroedByCascade(
  questions: readonly Question[],
  scores: ReadonlyMap<number, number>,
): Map<number, number> {
  const zeroed = new Map(scores);
  for (const question of questions)
    if (parentsOf(question).some((id) => zeroed.get(id) === 0)) zeroed.set(question.id, 0);
  return zeroed;
}

/**
 * Scores after zeroing by the parents' own answers: a parent that was zeroed itself, but answered with yes, zeroes nothing.
 * Source: OneIG-Bench/OneIG-Benchmark `scripts/alignment/alignment_score.py`.
 */
export function zeroedByAnswer(
  questions: readonly Question[],
  scores: ReadonlyMap<number, number>,
): Map<number, number> {
  const zeroed = new Map(scores);
  for (const question of questions)
    if (parentsOf(question).some((id) => scores.get(id) === 0)) zeroed.set(question.id, 0);
  return zeroed;
}
