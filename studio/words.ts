/** The words of a text, Chinese and Japanese by a dictionary: they are written without spaces. Pure. */

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** The words of a text in their order, as they are written. */
export function wordsOf(text: string): string[] {
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
