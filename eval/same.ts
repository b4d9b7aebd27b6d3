/** Prompts that mean the same picture: in two cases of letters they must give the same bytes, in two wordings the same things. */
import type { Case, CaseSet } from './cases.ts';
import { type Judges, judge, type Verdict } from './judges/judge.ts';
import { readPixels } from './judges/pixels.ts';
import type { Maker } from './maker.ts';

const QUICK_EACH = 10;

export interface SameRun {
  kind: 'case' | 'meaning';
  a: string;
  b: string;
  /** Equal bytes. */
  equal: boolean;
  /** The same drawings in the same places and looks on the same ground. */
  alike: boolean;
}

const NOTHING = { items: [], background: null, word: null };

const shown = ({ drawings }: Verdict, ground: { kind: string; colour: string }): string =>
  JSON.stringify([
    drawings.map(({ subject, style, place }) => `${subject} ${style} ${place}`).sort(),
    ground.kind,
    ground.colour,
  ]);

/** Draws both pictures of each pair from one seed. Throws EngineError. */
export async function runSame(
  maker: Maker,
  judges: Judges,
  { pairs }: CaseSet,
  quick: boolean,
): Promise<SameRun[]> {
  const some = quick
    ? (['case', 'meaning'] as const).flatMap((kind) =>
        pairs.filter((pair) => pair.kind === kind).slice(0, QUICK_EACH),
      )
    : pairs;
  const out: SameRun[] = [];
  for (const { id, seed, kind, a, b } of some) {
    const files = [];
    const seen = [];
    for (const [half, prompt] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const test: Case = {
        ...{ id: `${id}-${half}`, kind: 'free', quick, prompt, seed, language: 'en' },
        ...{ references: [], truth: null, expect: NOTHING },
      };
      const { file } = await maker.make(test);
      const picture = await readPixels(file);
      files.push(Buffer.from(file));
      seen.push(shown(await judge(test, picture, {}, judges), judges.ground.recognise(picture)));
    }
    out.push({ kind, a, b, equal: files[0]!.equals(files[1]!), alike: seen[0] === seen[1] });
  }
  return out;
}
