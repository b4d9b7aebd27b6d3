/** Names by what a slip of the finger makes of them: one letter left out, doubled, exchanged or swapped. Pure. */

/** Shortest word that is taken for a slip: shorter ones are near too many others. */
const SHORTEST = 5;

/** How it sounds: the letters that people exchange without noticing are one. */
function sound(word: string): string {
  return word
    .replaceAll('ph', 'f')
    .replaceAll('ck', 'k')
    .replaceAll('qu', 'k')
    .replaceAll('gu', 'g')
    .replace(/(.)\1/g, '$1');
}

function* withoutOne(word: string): Generator<string> {
  yield word;
  for (let at = 0; at < word.length; at++) yield word.slice(0, at) + word.slice(at + 1);
}

export class Spellings {
  /** Names by their sound with one letter left out. */
  readonly #bySound = new Map<string, string[]>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      if (name.length < SHORTEST) continue;
      for (const form of new Set(withoutOne(sound(name)))) {
        const alike = this.#bySound.get(form);
        if (alike) alike.push(name);
        else this.#bySound.set(form, [name]);
      }
    }
  }

  /** The name that a word is one slip away from; undefined where there is none, or the first letter is another one as well. */
  near(word: string): string | undefined {
    if (word.length < SHORTEST) return undefined;
    const said = sound(word);
    for (const form of withoutOne(said))
      for (const name of this.#bySound.get(form) ?? [])
        if (isOneSlip(said, sound(name)) && (word[0] === name[0] || word.slice(1) === name.slice(1)))
          return name;
    return undefined;
  }
}

/** Whether two words differ by at most one letter, or by two neighbours that are swapped. */
function isOneSlip(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end))
    end += 1;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
