/** Slips of the finger in the words of commands: only words that decide what a message is are put right, never what is drawn. Pure. */

/** Words that decide what a message is, of five letters and more. */
const DECIDING =
  `undo redone compare comparison version versions picture pictures image original previous download export rename session search background style layout
between difference before again another variation variations combine merge remove delete change please instead different which thanks thank hello everything
second third first history second composition without recolor replace steps edits latest similar regenerate revert return cancel bigger smaller`.split(
    /\s+/,
  );
/** Words one letter away from one of those that are meant as they are. */
const MEANT = new Set(
  `fist witch were there these three where stile gain begin believe shank tank thanked charge chance chants orange marge starch stars imagine image's images pictured
first's bird shirt thirst burst stage steep stops steeps seps hell cello jello yellow mellow hallo hollow bellow fellow sessions conversion version's reverts bigger digger
smaller taller nation ration station stations rations edit's tests styles stylea others mother brother another's pasture posture fixture mixture thirds seconds beckons`.split(
    /\s+/,
  ),
);
const SHORT: Readonly<Record<string, string>> = {
  dont: "don't",
  cant: "can't",
  didnt: "didn't",
  doesnt: "doesn't",
  isnt: "isn't",
  wasnt: "wasn't",
  whats: "what's",
  wheres: "where's",
  hows: "how's",
  thats: "that's",
  lets: "let's",
  im: "i'm",
  ive: "i've",
  u: 'you',
  r: 'are',
  ur: 'your',
  wanna: 'want to',
  gimme: 'give me',
  lemme: 'let me',
  wich: 'which',
  wat: 'what',
  pic: 'picture',
  thx: 'thanks',
  drwa: 'draw',
  darw: 'draw',
  mkae: 'make',
  amke: 'make',
  maek: 'make',
  teh: 'the',
  hte: 'the',
  adn: 'and',
  nad: 'and',
  ad: 'add',
  udno: 'undo',
  unod: 'undo',
  undu: 'undo',
  undoo: 'undo',
  sotp: 'stop',
  stpo: 'stop',
  bakc: 'back',
  bcak: 'back',
  bak: 'back',
  wiht: 'with',
  whit: 'with',
  agian: 'again',
  agin: 'again',
  pls: 'please',
  plz: 'please',
};

/** A text with such slips put right; all else stays as it is written. */
export function spelled(text: string): string {
  const plain = text
    .replace(/\bun-do\b/gi, 'undo')
    .replace(/^(first|second|third|fourth|last)(?= (?:is|was|looks|please|one)\b)/i, 'the $1');
  return plain.replace(/(?<![@\p{L}\p{N}'’/-])[a-z]+(?![\p{L}\p{N}'’/-])/giu, (word) => {
    const lower = word.toLowerCase();
    const short = SHORT[lower];
    if (short) return short;
    if (lower.length < 5 || MEANT.has(lower) || DECIDING.includes(lower)) return word;
    return DECIDING.find((each) => each.length >= 5 && isOneSlip(lower, each)) ?? word;
  });
}

/** Whether one letter more, less or other, or two neighbours swapped, make one word of the other; the first letter is right. */
function isOneSlip(word: string, meant: string): boolean {
  // An ending is a form of the word, not a slip.
  if (
    word[0] !== meant[0] ||
    word.startsWith(meant) ||
    meant.startsWith(word) ||
    Math.abs(word.length - meant.length) > 1
  )
    return false;
  let at = 0;
  while (word[at] === meant[at]) at += 1;
  const rest = (text: string, from: number) => text.slice(from);
  return (
    rest(word, at + 1) === rest(meant, at + 1) ||
    rest(word, at + 1) === rest(meant, at) ||
    rest(word, at) === rest(meant, at + 1) ||
    (word[at] === meant[at + 1] && word[at + 1] === meant[at] && rest(word, at + 2) === rest(meant, at + 2))
  );
}
