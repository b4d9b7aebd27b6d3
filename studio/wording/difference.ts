/** What two texts differ in, word by word, to be looked at. Pure. */

export interface DifferentPart {
  text: string;
  /** `kept` stands in both, `gone` in the first alone, `new` in the second alone. */
  sort: 'kept' | 'gone' | 'new';
}

/** Above this many pieces in each the texts are compared as a whole. */
const MOST_PIECES = 600;
/** Words with the space behind them; each Chinese character for itself. */
const PIECE = /\p{Script=Han}|[^\s\p{Script=Han}]+\s*|\s+/gu;

/** The parts of both texts in their order: those kept and new are the second text, those kept and gone the first. */
export function differenceOf(first: string, second: string): DifferentPart[] {
  const [one, other] = [first.match(PIECE) ?? [], second.match(PIECE) ?? []];
  if (one.length > MOST_PIECES || other.length > MOST_PIECES)
    return joined([part(first, 'gone'), part(second, 'new')]);
  const common = commonLengths(one, other);
  const parts: DifferentPart[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      parts.push(part(one[i]!, 'kept'));
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      parts.push(part(one[i]!, 'gone'));
      i += 1;
    } else {
      parts.push(part(other[j]!, 'new'));
      j += 1;
    }
  }
  return joined(parts);
}

const part = (text: string, sort: DifferentPart['sort']): DifferentPart => ({ text, sort });

/** Lengths of the longest common subsequences of all rests. */
function commonLengths(one: readonly string[], other: readonly string[]): number[][] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = other.length - 1; j >= 0; j -= 1)
      lengths[i]![j] =
        one[i] === other[j]
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  return lengths;
}

/** Neighbours of one sort as one part; empty ones are left out. */
function joined(parts: readonly DifferentPart[]): DifferentPart[] {
  const all: DifferentPart[] = [];
  for (const { text, sort } of parts) {
    const last = all.at(-1);
    if (last?.sort === sort) last.text += text;
    else if (text !== '') all.push({ text, sort });
  }
  return all;
}
