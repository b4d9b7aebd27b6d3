/** A text with something else in the place of a part of it. Pure. */

/** The article before the place follows the new word: "a" car, "an" airplane. */
export function replaced(text: string, span: { start: number; end: number }, instead: string): string {
  const before = text.slice(0, span.start).replace(/\b(an?)(\s+)$/i, (_, article: string, space: string) => {
    const plain = /^[aeiou]/i.test(instead) ? 'an' : 'a';
    return (article[0] === 'A' ? `A${plain.slice(1)}` : plain) + space;
  });
  return before + instead + text.slice(span.end);
}
