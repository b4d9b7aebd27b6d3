/** A text cut into words, runs of Chinese characters, emoji, and signs. Pure; knows no word. */

export interface Token {
  sort: 'word' | 'han' | 'emoji' | 'other' | 'sign';
  /** In lower case and common width; a word is without `'s`. */
  text: string;
  start: number;
  end: number;
}

const HAN_RUN = /\p{Script=Han}+/u;
const EMOJI =
  /(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})*(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})*)*)/u;
const LATIN =
  /(?:\p{Script=Latin}|\p{Nd})(?:[\p{Script=Latin}\p{Nd}\p{M}]|['’-](?=[\p{Script=Latin}\p{Nd}]))*/u;
/** Words of scripts that the model does not read. */
const OTHER =
  /(?:(?!\p{Script=Han}|\p{Script=Latin})\p{L})(?:(?!\p{Script=Han}|\p{Script=Latin})[\p{L}\p{M}])*/u;
const TOKEN = new RegExp(
  `(?<han>${HAN_RUN.source})|(?<emoji>${EMOJI.source})|(?<word>${LATIN.source})|(?<other>${OTHER.source})|(?<sign>[^\\s])`,
  'gu',
);

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const { han, emoji, word, other } = match.groups!;
    const sort = word ? 'word' : han ? 'han' : emoji ? 'emoji' : other ? 'other' : 'sign';
    tokens.push({
      sort,
      text: plainOf(match[0], sort),
      start: match.index,
      end: match.index + match[0].length,
    });
  }
  return tokens;
}

function plainOf(text: string, sort: Token['sort']): string {
  if (sort === 'sign' || sort === 'han') return text;
  if (sort === 'word' && /^[a-z]+$/.test(text)) return text;
  const plain = text.normalize('NFKC').toLowerCase().replaceAll('’', "'").replace('\uFE0F', '');
  return sort === 'word' ? plain.replace(/'s$/, '') : plain;
}

const PLURALS: readonly [RegExp, string][] = [
  [/ies$/, 'y'],
  [/(s|x|z|ch|sh|o)es$/, '$1'],
  [/ves$/, 'f'],
  [/ves$/, 'fe'],
  [/men$/, 'man'],
  [/s$/, ''],
];

/** The form that `names` holds: the word itself, or its singular; undefined where it holds neither. */
export function formIn(word: string, names: { has(name: string): boolean }): string | undefined {
  if (names.has(word)) return word;
  if (!word.endsWith('s') && !word.endsWith('men')) return undefined;
  for (const [ending, one] of PLURALS) {
    if (!ending.test(word)) continue;
    const singular = word.replace(ending, one);
    if (names.has(singular)) return singular;
  }
  return undefined;
}
