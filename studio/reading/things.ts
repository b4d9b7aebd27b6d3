/**
 * What people may ask to be drawn, whatever a checkpoint knows of it: names in both languages, emoji, and tags of what it is like.
 * Made of emojibase and WordNet by `training/art/things.mjs`. Data only.
 */
import rows from './things.json' with { type: 'json' };

export interface Thing {
  en: readonly string[];
  zh: readonly string[];
  tags: readonly string[];
  emoji: string;
}

const list = (cell: string | undefined): string[] => (cell ? cell.split(',') : []);

/** Rows are `English|Chinese|tags|emoji`, lists joined by commas. */
export const THINGS: readonly Thing[] = rows.map((row) => {
  const [en, zh, tags, emoji = ''] = row.split('|');
  return { en: list(en), zh: list(zh), tags: list(tags), emoji };
});

function lookUp(names: (thing: Thing) => readonly string[]): ReadonlyMap<string, Thing> {
  const found = new Map<string, Thing>();
  for (const thing of THINGS) for (const name of names(thing)) if (!found.has(name)) found.set(name, thing);
  return found;
}

export const ENGLISH_THINGS = lookUp(({ en }) => en);
export const CHINESE_THINGS = lookUp(({ zh }) => zh);
export const EMOJI_THINGS = lookUp(({ emoji }) => (emoji ? [emoji] : []));
