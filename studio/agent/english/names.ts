/** How English names a version: by number, by place, by what is in it. Pure. */
import { numberOf, ORDINAL } from '../numbers.ts';
import type { Named } from '../scene.ts';

export const THING = `(?:one|picture|image|version|pic|photo|drawing|try|attempt|result|variant|variation|render|take|option)s?`;
const STEP = `(?:${THING}|step|edit|change)`;
const LAST = '(?:last|latest|newest|most recent)';
const ORIGINAL = '(?:original|initial|very first|starting|beginning)';
const PREVIOUS = '(?:previous|prior|preceding)';

const NUMBER = String.raw`@v?\d+|(?:the )?(?:${STEP}|number|no\.?|nr\.?) ?#?(?:\d+|(?:one|two|three|four|five|six|seven|eight|nine)\b)|v\.? ?\d+|#\d+`;
const PLACE = `(?:the |my |our )(?:very )?(?:${ORDINAL}|${LAST}|${PREVIOUS}|${ORIGINAL})`;
/** A name of a version that stands for nothing else, as a part of a pattern. */
export const NAME = String.raw`(?:${NUMBER}|${PLACE} ${STEP}|(?:${ORDINAL}|${LAST}|${PREVIOUS}|${ORIGINAL}) ${THING}|${PLACE}(?! (?!(?:and|but|with|then|to|in|on|is|was|as|please|again|better|best|or|vs|versus|next|together|into|from|at|instead|for|side|looks?)\b)[a-z@])|the original(?! [a-z])|the one before(?: that| this| it)?)(?![\w@])`;

const RULES: readonly [RegExp, (groups: readonly string[]) => Named | undefined][] = [
  [/^@v?(\d+)$/i, ([, digits]) => number(digits)],
  [
    new RegExp(
      String.raw`^(?:the )?(?:${STEP}|number|no\.?|nr\.?|v\.?|#) ?#?(\d+|one|two|three|four|five|six|seven|eight|nine)$`,
      'i',
    ),
    ([, digits]) => number(digits),
  ],
  [
    new RegExp(`^(?:the |my |our )?(?:very )?(${ORDINAL})(?: ${STEP})?$`, 'i'),
    ([, word]) => place(numberOf(word!)),
  ],
  [new RegExp(`^(?:the |my |our )?${LAST}(?: ${STEP})?$`, 'i'), () => place('last')],
  [new RegExp(`^(?:the |my |our )?${ORIGINAL}(?: ${STEP})?$`, 'i'), () => place('original')],
  [/^(?:the )?(?:beginning|start|root)$/i, () => place('original')],
  [new RegExp(`^(?:the )?${PREVIOUS}(?: ${STEP})?$`, 'i'), () => place('previous')],
  [new RegExp(`^(?:the )?(?:${THING} )?before(?: that| this| it)?$`, 'i'), () => place('previous')],
  [
    new RegExp(`^(?:this|that|it|the current|this|that|these|those)(?: ${STEP})?$`, 'i'),
    () => place('current'),
  ],
  [
    new RegExp(
      `^(?:how it (?:was|looked) |what it was |the way it was |as it was )?(?:the )?(?:${THING} )?(?:from )?(?:right |just )?(before|after) (.+)$`,
      'i',
    ),
    ([, by, words]) => ({ by: by!.toLowerCase() as 'before' | 'after', words: words! }),
  ],
  [
    new RegExp(`^(?:the )?${THING} (?:without|with no) (.+)$`, 'i'),
    ([, words]) => ({ by: 'before', words: words! }),
  ],
  [
    new RegExp(
      `^(?:the |my |our )?${THING} (?:with|where|in which|that|which|when|of|showing|in|at|on|from) (.+)$`,
      'i',
    ),
    ([, words]) => content(words),
  ],
  [new RegExp(`^(?:the |my |our |that )(.+) ${THING}$`, 'i'), ([, words]) => content(words)],
];

/** The version that a phrase names; a phrase of other words names none. */
export function nameOf(phrase: string): Named | undefined {
  const text = phrase.trim().replace(/[.,!?]+$/, '');
  for (const [pattern, read] of RULES) {
    const match = pattern.exec(text);
    const named = match && read([...match]);
    if (named) return named;
  }
  return undefined;
}

/** The version that a phrase names where only a version can stand: any words then say what is in it. */
export function nameOrContent(phrase: string): Named {
  return nameOf(phrase) ?? { by: 'content', words: phrase };
}

function number(digits: string | undefined): Named {
  return { by: 'number', version: numberOf(digits ?? '') ?? 0 };
}

function place(place: number | 'last' | 'previous' | 'original' | 'current' | undefined): Named | undefined {
  return place === undefined ? undefined : { by: 'place', place };
}

function content(words: string | undefined): Named {
  return { by: 'content', words: words! };
}
