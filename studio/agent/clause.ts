/**
 * One clause of a message as rules read it: without the polite words around it, and with one private sign in the place of each name of
 * a version, so that a rule says what is asked for and need not know how versions are named. Pure.
 */
import type { Plan } from './actions.ts';
import type { Scene } from './scene.ts';

/** A name of a version as it stands in a clause, and the versions that it can mean; none where there is no such version. */
export interface Reference {
  text: string;
  versions: readonly number[];
  /** What it is named by: content can also be a thing of the picture. */
  by: 'number' | 'place' | 'content';
}

/** Any sign that stands for a reference, as a part of a pattern. */
export const V = '[\\uF000-\\uF0FF]';
const FIRST = 0xf000;
const SIGN = /[\uF000-\uF0FF]/gu;

export interface Clause {
  language: 'en' | 'zh';
  text: string;
  references: readonly Reference[];
  /** It was put as a question whether something could be done. */
  asked: boolean;
  /** Texts between quotes, each of which has a private sign in the text. */
  quoted: readonly string[];
  /** It ends as a question. */
  questioned: boolean;
}

/** Where a reference stands in a text. */
export interface Found extends Reference {
  start: number;
}

/** A text with signs for its references; of those that overlap the first in the list stands. */
export function withSigns(text: string, found: readonly Found[]): Pick<Clause, 'text' | 'references'> {
  const chosen: Found[] = [];
  for (const each of found) {
    const end = each.start + each.text.length;
    if (chosen.every((other) => end <= other.start || each.start >= other.start + other.text.length))
      chosen.push(each);
  }
  chosen.sort((one, other) => one.start - other.start);
  let out = '';
  let at = 0;
  chosen.slice(0, 200).forEach(({ start, text: name }, k) => {
    out += text.slice(at, start) + String.fromCharCode(FIRST + k);
    at = start + name.length;
  });
  return { text: out + text.slice(at), references: chosen };
}

/** The references whose signs stand in a piece of the clause, in order. */
export function referencesIn({ references }: Clause, piece: string): Reference[] {
  return [...piece.matchAll(SIGN)].flatMap(([sign]) => references[sign.charCodeAt(0) - FIRST] ?? []);
}

/** A piece of a clause as it was written. */
export function written({ references }: Clause, piece: string): string {
  return piece.replace(SIGN, (sign) => references[sign.charCodeAt(0) - FIRST]?.text ?? '');
}

/** A piece of a clause with mentions, which the model reads as numbers of its inputs. */
export function withMentions({ language, references }: Clause, piece: string): string {
  return piece
    .replace(SIGN, (sign) => {
      const reference = references[sign.charCodeAt(0) - FIRST];
      if (!reference) return '';
      if (reference.text.startsWith('@') || reference.versions.length !== 1) return reference.text;
      return language === 'zh' ? ` @${reference.versions[0]} ` : `@${reference.versions[0]}`;
    })
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** A plan about one version; a question where the reference means none or several. */
export function about(scene: Scene, reference: Reference, plan: (version: number) => Plan): Plan {
  const [first, ...others] = reference.versions;
  if (first === undefined) return [scene.nothingThere({ by: 'content', words: reference.text })];
  return others.length === 0 ? plan(first) : [scene.whichPicture(reference.versions, plan)];
}

/** A plan about several versions; a question where one of the references is not clear. */
export function aboutAll(
  scene: Scene,
  references: readonly Reference[],
  plan: (versions: number[]) => Plan,
  before: readonly number[] = [],
): Plan {
  const [first, ...others] = references;
  if (!first) return plan([...before]);
  return about(scene, first, (version) => aboutAll(scene, others, plan, [...before, version]));
}
