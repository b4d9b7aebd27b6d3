/** How English names a version: by number, by place, by what is in it. Finds all such names in a clause. Pure. */
import type { Found } from '../clause.ts';
import { describing } from '../contents.ts';
import { numberOf, ORDINAL } from '../numbers.ts';
import type { Scene } from '../scene.ts';

export const THING =
  '(?:one|picture|image|version|pic|photo|photograph|drawing|try|attempt|result|variant|variation|render|take|option|upload|state|poster)s?';
const STEP = `(?:${THING}|steps?|edits?|changes?|messages?|instructions?)`;
const LAST = '(?:last|latest|newest|most recent|final)';
const SECOND_LAST = '(?:second(?: to|-to)?[ -]last|last but one|next to last|penultimate)';
const ORIGINAL = '(?:original|initial|very first|starting|beginning)';
const PREVIOUS = '(?:previous|prior|preceding)';
const DIGIT = '(?:\\d+|one|two|three|four|five|six|seven|eight|nine|ten)';
/** Words behind "the first" that are no thing of their own: the place stands alone. */
const ALONE =
  '(?! (?!(?:and|but|with|then|to|in|on|is|was|as|please|again|better|best|or|vs|versus|next|together|into|from|at|instead|for|side|looks?|looked|should|back|once|so|edit|step|apart|except|which|that|has|had|needs?|would|because|i|more|now)\\b)[a-z@\\d])';

const NUMBER = new RegExp(
  `(?<![\\w@.+-])(?:@v?(\\d+)|(?:the )?(?:${STEP}|number|nr\\.?|num|no\\.?) ?#?(${DIGIT})(?! ?(?:x|×|by) ?\\d|\\w|[.,]\\d| ?(?:px|more|times|steps)\\b)|v\\.? ?(\\d+)|#(\\d+))(?![\\w@])`,
  'giu',
);
const PLACE = new RegExp(
  `(?<![\\w@.+-])(?:the |my |our |that )?(?:very )?(${SECOND_LAST}|${ORDINAL}|${LAST}|${PREVIOUS}|${ORIGINAL})(?: ${STEP}\\b(?! ?#?\\d)|${ALONE}(?![\\w-]))`,
  'giu',
);
const BEFORE =
  /(?<!\w)the (?:one|version|picture) (?:right |just )?before(?: (?:that|this|it|last))?(?= ?(?:[,.;:]|$|please\b|and\b|again\b|was\b))/giu;
const START = /(?<=\b(?:to|from|at|with|since) )(?:the )(?:very )?(?:beginning|start|root)(?! of\b)/giu;

/** What stands before a bare number that names a version, and what may stand behind it. */
const BARE =
  /(?<=^|\b(?:from|in|of|to|on|use|pick|picked|choose|take|select|like|than|with|and|go|for|prefer|want|say|is|show|compare|between|vs\.?|versus|or|save|download|export|get|combine|merge|mix|put|keep|owl|open|view|see|only|as|apply|skip|drop|is|are|were|do|does|did|number) )(\d{1,2})(?= ?(?:[,.;:!?]|$)| (?:and|with|vs\.?|versus|to|is|it is|looks?|wins?|was|again|please|but|instead|for|then|into|in|on|side|together|next|better|best|would|should|as|or|so|against|has|from|now|back)\b)/giu;
const CHOSEN = /(?<=\b(?:say|pick|choose|go for|go with|take|option) )(?:one|two|three|four|five|six)$/giu;
const NAMED =
  /(?<![\w@])([a-z]+)(?: (?:no\.?|number|nr\.?))? ?#?(\d|two|three|four|five|six|seven|eight|nine)(?=$|[ ,.;:!?'])(?! (?:more|times|steps|other|different)\b)/giu;

/** Lists of numbers behind one word: "steps 2 and 3" are step 2 and step 3. */
const LISTED = new RegExp(
  `\\b(${STEP}|numbers?|nos?\\.?|nrs?\\.?) #?(\\d+)((?:, ?#?\\d+)*),? ?(and|&|or|with|to|vs\\.?|versus) #?(\\d+)(?! ?(?:x|×|more|times|px)|\\w| [a-z]+s\\b)`,
  'giu',
);
const ORDINALS = new RegExp(
  `\\b(the )?(${ORDINAL})((?:, ?(?:the )?${ORDINAL})*),? (and|&|or|with|to|vs\\.?|versus) (?:the )?(${ORDINAL}|last)(?= (?:${STEP})\\b|$|[,.;:!?]| (?:into|in|together|side|please|next|as|again)\\b)`,
  'giu',
);

/** A clause with its lists of numbers spelled out. */
export function spelledOut(text: string): string {
  const one = (noun: string) => noun.replace(/^(nr|no|number|.*[^s])s$/i, '$1');
  return text
    .replace(LISTED, (_, noun: string, first: string, more: string, and: string, last: string) => {
      const middle = [...more.matchAll(/\d+/g)].map(([digit]) => `, ${one(noun)} ${digit}`).join('');
      return `${one(noun)} ${first}${middle} ${and} ${one(noun)} ${last}`;
    })
    .replace(ORDINALS, (_, __, first: string, more: string, and: string, last: string) => {
      const middle = [...more.matchAll(new RegExp(ORDINAL, 'giu'))]
        .map(([each]) => `, the ${each} one`)
        .join('');
      return `the ${first} one${middle} ${and} the ${last}${last.toLowerCase() === 'last' ? ' one' : ''}`;
    });
}

/** The names of versions in a clause; those that are surest first. */
export function referencesOf(scene: Scene, text: string): Found[] {
  return [
    ...ofThose(scene, text),
    ...numbered(scene, text),
    ...counted(scene, text),
    ...described(scene, text),
    ...placed(scene, text),
  ];
}

function numbered(scene: Scene, text: string): Found[] {
  const found: Found[] = [];
  // "owl 2": the second version, where it has an owl.
  for (const match of text.matchAll(NAMED)) {
    const version = numberOf(match[2]!) ?? 0;
    if (scene.contents.has(version, match[1]!)) found.push(at(match, [version], 'number'));
  }
  for (const match of text.matchAll(NUMBER)) {
    const word = match.slice(1).find((group) => group !== undefined)!;
    // "one 2" and "take three": a thing that is no noun here.
    if (
      /^(?:the )?(?:one|take|try|state|option)s? [a-z]+$/i.test(match[0]) &&
      !/^(?:the )?option/i.test(match[0])
    )
      continue;
    found.push(at(match, scene.versionsOf({ by: 'number', version: numberOf(word) ?? 0 }), 'number'));
  }
  for (const match of text.matchAll(BARE))
    if (scene.seen(Number(match[1]))) found.push(at(match, [Number(match[1])], 'number'));
  for (const match of text.matchAll(CHOSEN))
    found.push(at(match, scene.versionsOf({ by: 'number', version: numberOf(match[0]) ?? 0 }), 'number'));
  return found;
}

function at(match: RegExpMatchArray, versions: readonly number[], by: Found['by']): Found {
  return { text: match[0], start: match.index!, versions, by };
}

/** "the second of those": of the newest message that made several pictures. */
const OF_THOSE = new RegExp(
  `(?<![\\w@.+-])(?:the )?(${ORDINAL}|${LAST}) (?:${THING} )?of (?:those|these|them|the (?:new|last|latest|newest) (?:two|three|four|ones|pictures|images))(?: (?:two|three|four))?(?![\\w-])`,
  'giu',
);

function ofThose(scene: Scene, text: string): Found[] {
  const all = scene.session.versions;
  const turn = all.findLast(({ turn }) => all.filter((each) => each.turn === turn).length > 1)?.turn;
  const made = all.filter((each) => each.turn === turn).map(({ version }) => version);
  return [...text.matchAll(OF_THOSE)].flatMap((match) => {
    const place = new RegExp(`^${LAST}$`, 'iu').test(match[1]!) ? made.length : numberOf(match[1]!);
    const version = place === undefined ? undefined : made[place - 1];
    return version === undefined ? [] : [at(match, [version], 'number')];
  });
}

function placed(scene: Scene, text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(PLACE)) {
    // What was done last is undone, not gone to.
    if (/\b(?:last|latest|most recent|previous) (?:edit|step|change|message|instruction)s?$/i.test(match[0]))
      continue;
    const isAlone = !new RegExp(` ${STEP}$`, 'iu').test(match[0]);
    // "first make it night", "final quality": no name.
    if (isAlone && !/^(?:the|my|our|that) /i.test(match[0]) && !isWholeName(text, match[0])) continue;
    found.push(at(match, versionsAt(scene, match[1]!), 'place'));
  }
  for (const match of text.matchAll(BEFORE))
    found.push(at(match, scene.versionsOf({ by: 'place', place: 'previous' }), 'place'));
  for (const match of text.matchAll(START))
    found.push(at(match, scene.versionsOf({ by: 'place', place: 'original' }), 'place'));
  return found;
}

const isWholeName = (text: string, name: string): boolean =>
  text.replace(/[\s.!?,]+$/u, '').replace(/^(?:to|show|go to|back to|show me|open|use) /i, '') === name;

function versionsAt(scene: Scene, word: string): number[] {
  const all = scene.session.versions;
  if (new RegExp(`^${SECOND_LAST}$`, 'iu').test(word)) return all.slice(-2, -1).map(({ version }) => version);
  if (new RegExp(`^${LAST}$`, 'iu').test(word)) return scene.versionsOf({ by: 'place', place: 'last' });
  if (new RegExp(`^${PREVIOUS}$`, 'iu').test(word))
    return scene.versionsOf({ by: 'place', place: 'previous' });
  const place = numberOf(word);
  return scene.versionsOf({ by: 'place', place: place ?? 'original' });
}

const COUNTED = new RegExp(
  `(?:(?<!\\w)(?:the|that|my|our) |^)(${ORDINAL}|last) ([a-z'-]+(?: [a-z'-]+){0,2})(?=$|[ ,.;:!?])`,
  'giu',
);

/** "the second blue boat": the second of the versions that are one. */
function counted(scene: Scene, text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(COUNTED)) {
    const words = match[2]!.split(' ');
    for (let length = words.length; length > 0; length--) {
      const name = words.slice(0, length);
      if (!name.every((word) => describing(word).length > 0 && scene.contents.isSaid(word))) continue;
      const thing = new RegExp(`^ ${THING}\\b`, 'iu').exec(match[2]!.slice(name.join(' ').length))?.[0] ?? '';
      const versions = scene.contents.withAll(name.join(' '));
      const place = match[1]!.toLowerCase() === 'last' ? versions.length : numberOf(match[1]!)!;
      const isSeveral =
        versions.length > 1 || match[1]!.toLowerCase() === 'last' || /^poster$/i.test(name.at(-1)!);
      const version = versions[place - 1];
      if (!isSeveral || version === undefined) continue;
      found.push({
        text: match[0].slice(0, match[0].length - match[2]!.length + name.join(' ').length + thing.length),
        start: match.index,
        versions: [version],
        by: 'number',
      });
      break;
    }
  }
  return found;
}

const HEAD = new RegExp(
  `(?<!\\w)(?:(?:the|that|my|our|your) |(?=(?:version|picture|image|one) (?:with|without|before|after|where)\\b))((?:(?!(?:the|and|to|in|on|with|is|make|like|of|style|look|for|from|at|as|a|an|into|onto|next|beside|under|over|near|by|than|or|but)\\b)[\\p{L}'-]+ ){0,4}?)(${THING}|branch)(?![\\w-]| ?#?\\d)|(?:the way|how|as|when|what) it (?:was|looked)(?: like)?`,
  'giu',
);
const CONNECTS =
  /^ (?:with|without|where|in which|on which|that|which|when|of|showing|from|before|after|in|at|on|saying|says|has|had|having|right before|just before|right after|just after|but|and|no|as)\b/i;
const FILLER =
  /^(?:the|a|an|its?|still|was|were|is|are|in|on|of|with|and|but|no|not|without|had|has|have|both|only|just|i|we|you|put|added|adding|made|making|that|which|where|when|before|after|right|all|any|there|got|turned|became|came|came in|appeared|removed|took|away|off|showing|saying|says|said|to|at|as|yet|did|from|give|gave|already|being|him|her|them|said|alone|colou?r|colou?red|itself|my|our)$/i;
const NEGATIVE = /\b(?:without|with no|no|not|nothing|minus|except|before|\w+n't)\b/i;

/** "the version with the hat": where a version is so. The words that are in no message end the name. */
function described(scene: Scene, text: string): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(HEAD)) {
    const rest = text.slice(match.index + match[0].length);
    const tail = CONNECTS.test(rest) ? tailOf(scene, rest) : '';
    const before = saidIn(scene, match[1] ?? '');
    if (before === '' && tail === '') continue;
    const versions = resolve(scene, before, tail);
    if (versions.length === 0) continue;
    found.push({ text: match[0] + tail, start: match.index, versions, by: 'content' });
  }
  return found;
}

const saidIn = (scene: Scene, words: string): string =>
  words
    .split(' ')
    .filter((word) => word !== '' && describing(word).length > 0 && scene.contents.isSaid(word))
    .join(' ');

/** The words behind a head that still describe it: those that some message says, and fillers between them. */
function tailOf(scene: Scene, rest: string): string {
  const token = /(,? )([\p{L}\p{N}'’\uE000-\uEFFF-]+)/uy;
  let length = 0;
  for (let match = token.exec(rest); match; match = token.exec(rest)) {
    const word = match[2]!;
    if (match[1]!.startsWith(',') && !/^(?:no|without|but|before|after|and|not)$/i.test(word)) break;
    if (describing(word).length > 0 && scene.contents.isSaid(word)) length = token.lastIndex;
    else if (!FILLER.test(word)) break;
  }
  return rest.slice(0, length);
}

/** The versions before or after what words say; where no edit says all of them, what some message says of them. */
function besides(scene: Scene, by: 'before' | 'after', words: string): number[] {
  const found = scene.versionsOf({ by, words });
  return found.length > 0 ? found : scene.versionsOf({ by, words: saidIn(scene, words) });
}

/** The versions that a description means. */
export function resolve(scene: Scene, before: string, tail: string): number[] {
  const around = /^(?:.*?)\b(before|after)\b (.+)$/i.exec(tail);
  if (around && before === '' && saidIn(scene, tail.slice(0, tail.indexOf(around[1]!))) === '')
    return besides(scene, around[1]!.toLowerCase() as 'before', around[2]!);
  const cut = NEGATIVE.exec(tail);
  if (!cut) return scene.described(`${before} ${saidIn(scene, tail)}`.trim());
  const negative = tail.slice(cut.index + cut[0].length);
  const again = /\b(?:with|but|has|had)\b/i.exec(negative);
  const unwanted = again ? negative.slice(0, again.index) : negative;
  const wanted = `${before} ${tail.slice(0, cut.index)} ${again ? negative.slice(again.index) : ''}`;
  return scene.described(saidIn(scene, wanted), saidIn(scene, unwanted));
}

/** The versions that words of any kind describe, as far as some message says them. */
export function versionsSaid(scene: Scene, words: string): number[] {
  const tail = ` ${words.trim()}`;
  return resolve(scene, '', tail);
}
