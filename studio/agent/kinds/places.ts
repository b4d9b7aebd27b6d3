/** Which versions a clause means that goes to one or compares two, wherever in it they are named. Pure. */
import type { Plan } from '../actions.ts';
import { aboutAll, type Clause, referencesIn } from '../clause.ts';
import { versionsSaid } from '../described.ts';
import { AMOUNT, CHINESE_NUMBER, numberOf } from '../numbers.ts';
import type { Scene } from '../scene.ts';

/** How the first picture of a branch is named beside "the original". */
const ORIGINAL =
  /\b(?:originally|at first|initially|(?:in|at|from|to) the (?:very )?(?:beginning|start)|before (?:anything|everything|all)|(?:it|we|i|this) (?:all )?(?:started|began)|square one|all the way back|untouched|unedited|unchanged|og)\b|最初|最开始|一开始|最早|什么都没|初版|原版/iu;
const AGO = new RegExp(
  `\\b(${AMOUNT}|a couple of) (?:versions?|steps?|edits?|messages?|pictures?|changes?) (?:ago|back|before|earlier)\\b|(${CHINESE_NUMBER})[步张个](?:之|以)?前`,
  'iu',
);
const OTHER = /\bother\b|另(?:外)?一|其他/iu;
const ALONE = new RegExp(
  `^(?:\\D*[^\\w一二三四五六七八九十])?(${AMOUNT}|${CHINESE_NUMBER})(?: (?:then|please|pls|it is))?[.!吧]*$`,
  'iu',
);

/** The versions that it can be; none where nothing is named, undefined where more than one is. */
export function placesIn(scene: Scene, clause: Clause): number[] | undefined {
  const { text } = clause;
  const [reference, ...others] = referencesIn(clause, text);
  if (others.length > 0) return undefined;
  if (reference) return [...reference.versions];
  const ago = AGO.exec(text);
  const back = ago && (numberOf((ago[1] ?? ago[2])!) ?? 2);
  if (back)
    return [scene.branch.at(-1 - back)?.version ?? scene.branch[0]?.version].filter(
      (each) => each !== undefined,
    );
  if (ORIGINAL.test(text)) return scene.versionsOf({ by: 'place', place: 'original' });
  const found = versionsSaid(scene, clause, text);
  if (found.length === 0) {
    const number = numberOf(ALONE.exec(text)?.[1] ?? '');
    return number === undefined ? [] : scene.versionsOf({ by: 'number', version: number });
  }
  const elsewhere = found.filter((version) => version !== scene.session.current);
  return OTHER.test(text) && elsewhere.length > 0 ? elsewhere : found;
}

/** Several versions named at once. */
const FIRST_ONES = /\bfirst (?:two|2)\b|前(?:两|2)[张个幅]/iu;
const LAST_ONES = /\b(?:last|latest|newest) (?:two|2)\b|(?:最后|最近|后)(?:两|2)[张个幅]/iu;

/** The two versions that are looked at side by side; what is not named is the current one, and the one before it. */
export function comparedIn(scene: Scene, clause: Clause): Plan | undefined {
  const all = scene.session.versions.map(({ version }) => version);
  const pair = (versions: readonly number[]): Plan | undefined =>
    versions.length === 2 ? [{ type: 'compare', versions: [versions[0]!, versions[1]!] }] : undefined;
  if (FIRST_ONES.test(clause.text)) return pair(all.slice(0, 2));
  if (LAST_ONES.test(clause.text)) return pair(all.slice(-2));
  const references = referencesIn(clause, clause.text);
  if (references.length > 2) return undefined;
  const place = (name: 'previous' | 'current') => ({
    text: '',
    by: 'place' as const,
    versions: scene.versionsOf({ by: 'place', place: name }),
  });
  const [one = place('previous'), other = place('current')] = references;
  return aboutAll(scene, [one, other], ([first, second]) =>
    first === second
      ? [scene.nothingThere()]
      : [{ type: 'compare', versions: [Math.min(first!, second!), Math.max(first!, second!)] }],
  );
}
