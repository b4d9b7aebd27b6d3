/** Which known subjects are like a thing in meaning: those that share its rarer tags. Pure. */
import type { Knows, Named } from '../known.ts';
import { namesOf } from './names.ts';
import { CHINESE_THINGS, ENGLISH_THINGS, THINGS, type Thing } from './things.ts';
import { formIn } from './tokens.ts';

/** Most subjects that are suggested. */
const MOST = 3;
/** Least weight of the shared tags; below it a suggestion would be a guess. */
const LEAST = 7;
/** Tags that say nothing of how a thing looks. */
const SILENT = new Set(
  `face tool clothing travel sport game sound object place body person worker skilled_worker happy celebration nature container instrument craft work office fun cool
  good sweet food drink machine structure covering beverage eat color colour symbol asian weather animal vehicle electronic_equipment leader professional zodiac sky-weather ungulate even-toed_ungulate imaginary_being place-other other-object`
    .split(/\s+/)
    .map((tag) => tag.replaceAll('_', ' ')),
);

interface Likeness {
  /** Subjects by each of their tags and names. */
  byTag: ReadonlyMap<string, readonly Named[]>;
}

/** In how many of our things a tag stands. */
const USES = new Map<string, number>();
for (const { en, tags } of THINGS)
  for (const tag of [...en, ...tags]) USES.set(tag, (USES.get(tag) ?? 0) + 1);

const weightOf = (tag: string): number =>
  Math.log(THINGS.length / (USES.get(tag) ?? 1)) * (SILENT.has(tag) ? 0.25 : 1);

const cache = new WeakMap<Knows, Likeness>();

/** The names of the subjects that are most like a thing, in a language; none where nothing is close. */
export function likeSubjects(thing: Thing, knows: Knows, language: 'en' | 'zh'): string[] {
  const { byTag } = likenessOf(knows);
  const scores = new Map<Named, number>();
  for (const tag of new Set([...thing.en, ...thing.tags]))
    for (const subject of byTag.get(tag) ?? [])
      scores.set(subject, (scores.get(subject) ?? 0) + weightOf(tag));
  return [...scores]
    .filter(([, score]) => score >= LEAST)
    .sort(([one, a], [other, b]) => b - a || (one.en < other.en ? -1 : 1))
    .slice(0, MOST)
    .filter(([, score], _, [best]) => score >= best![1] * 0.65)
    .map(([subject]) => subject[language]);
}

/** As {@link likeSubjects}, for a thing by its name. */
export function likeNamed(name: string, knows: Knows, language: 'en' | 'zh'): string[] {
  const form = formIn(name, ENGLISH_THINGS);
  const thing = language === 'zh' ? CHINESE_THINGS.get(name) : form && ENGLISH_THINGS.get(form);
  return thing ? likeSubjects(thing, knows, language) : [];
}

function likenessOf(knows: Knows): Likeness {
  let likeness = cache.get(knows);
  if (!likeness) {
    const { things } = namesOf(knows);
    const byTag = new Map<string, Named[]>();
    for (const subject of knows.subjects) {
      const thing = things.get(subject.en);
      const tags = [subject.en, ...(subject.tags ?? []), ...(thing?.en ?? []), ...(thing?.tags ?? [])];
      for (const tag of new Set(tags)) {
        const alike = byTag.get(tag);
        if (alike) alike.push(subject);
        else byTag.set(tag, [subject]);
      }
    }
    likeness = { byTag };
    cache.set(knows, likeness);
  }
  return likeness;
}
