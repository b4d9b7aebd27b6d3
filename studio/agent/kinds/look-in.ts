/** The look of a version, who is in it, or several versions in one picture, where no rule reads so. Pure. */
import type { Plan } from '../actions.ts';
import { about, aboutAll, type Clause, referencesIn, withMentions } from '../clause.ts';
import { versionsSaid } from '../described.ts';
import { describedSides } from '../rules/looks.ts';
import { ref } from '../rules/rule.ts';
import type { Scene } from '../scene.ts';

const STYLE =
  /\b(?:styles?|styled|restyle|looks? (?:of|like)|the look|drawn|painted|like)\b|风格|画风|画法|样子|模仿/iu;
const TOGETHER =
  /\b(?:combine|merge|mix|blend|fuse|join|collage|mash|together|both|in(?:to)? one|one picture|out of these)\b|合|拼|一起|融/iu;
const NEW = /\b(?:draw|an?|new)\b|画|新/iu;

export function lookIn(scene: Scene, clause: Clause): Plan | undefined {
  const { text } = clause;
  const { current } = scene.session;
  const prompt = withMentions(clause, text);
  const references = referencesIn(clause, text);
  if (TOGETHER.test(text) || references.length === 2) {
    const combined = (versions: readonly number[]): Plan => [
      { type: 'combine', prompt, references: versions.map(ref) },
    ];
    if (references.length >= 2)
      return aboutAll(scene, references, (versions) =>
        new Set(versions).size > 1 ? combined([...new Set(versions)]) : [scene.nothingThere()],
      );
    const sides = describedSides(scene, clause, text);
    return sides.length >= 2 ? combined(sides) : undefined;
  }
  const [reference] = references;
  const said = versionsSaid(scene, clause, text).filter((version) => version !== current);
  const named =
    reference ?? (said.length === 1 ? { text, versions: said, by: 'content' as const } : undefined);
  if (STYLE.test(text)) {
    if (!named && current === null) return undefined;
    const target = current === null || NEW.test(text) || !named ? {} : { target: ref(current) };
    return named
      ? about(
          scene,
          named,
          (version): Plan => [
            { type: 'style', prompt, ...(version !== current && target), styles: [ref(version)] },
          ],
        )
      : [{ type: 'style', prompt, styles: [ref(current!)] }];
  }
  const identity = (version: number): Plan => [{ type: 'identity', prompt, references: [ref(version)] }];
  if (reference) return about(scene, reference, identity);
  return current === null ? undefined : identity(current);
}
