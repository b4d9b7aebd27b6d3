/**
 * Yes/no questions about a scene, made from what its prompt says, and their answers by what recognisers saw. A look, a place and a
 * colour depend on the drawing or ground that has them. The recognisers never see the prompt. Pure.
 */
import type { Question } from '../../benchmarks/formulas/questions.ts';
import type { Facts } from '../cases.ts';
import type { Drawing } from '../judges/drawings.ts';
import { capitals } from '../judges/reader.ts';
import type { Sticker } from './sticker.ts';

/** Whose colours are judged: a scene has one look whatever its colour is called. */
const PATTERNS = ['plain', 'gradient', 'dots', 'stripes', 'checks'];

export type Kind = 'entity' | 'attribute' | 'relation' | 'numeracy' | 'ground' | 'word' | 'negation';

export interface SceneQuestion extends Question {
  kind: Kind;
  isTrue: (seen: Seen) => boolean;
}

/** What the recognisers saw in a picture. */
export interface Seen {
  drawings: readonly Drawing[];
  ground: { kind: string; colour: string };
  /** Readings of the rows of the grid, as capitals, several a row. */
  words: readonly string[];
}

/** Columns and rows of a place, so that "left of" can be asked of any two. */
type Places = Record<string, readonly [row: number, column: number]>;

const RELATIONS = [
  ['left of', (a: readonly [number, number], b: readonly [number, number]) => a[1] < b[1]],
  ['right of', (a: readonly [number, number], b: readonly [number, number]) => a[1] > b[1]],
  ['above', (a: readonly [number, number], b: readonly [number, number]) => a[0] < b[0]],
  ['below', (a: readonly [number, number], b: readonly [number, number]) => a[0] > b[0]],
] as const;

type Made = Omit<SceneQuestion, 'id' | 'parents'> & { parents?: readonly number[] };

/** The questions of a sticker, numbered from 1; parents stand before their children. */
export function questionsOf({ expect, without = [] }: Pick<Sticker, 'expect' | 'without'>, places: Places) {
  const out: SceneQuestion[] = [];
  const ask = ({ parents = [], ...made }: Made): number => {
    out.push({ ...made, id: out.length + 1, parents });
    return out.length;
  };
  const entities = askDrawings(expect, ask);
  askRelations(expect, entities, places, ask);
  if (expect.items.length > 0) askCount(expect.items.length, ask);
  if (expect.background) askGround(expect.background, ask);
  if (expect.word) askWord(expect.word.text, ask);
  for (const name of without) askAbsence(name, ask);
  return out;
}

/** A question for each drawing, for its look and for its place; drawings of one subject are told apart by their number. */
function askDrawings({ items }: Facts, ask: (made: Made) => number): number[] {
  return items.map(({ subject, place, style }, k) => {
    const nth = items.slice(0, k).filter((other) => other.subject === subject).length;
    const those = ({ drawings }: Seen) => drawings.filter((one) => one.subject === subject);
    const name = nth === 0 ? `a ${subject}` : `${nth + 1} of ${subject}`;
    const id = ask({
      ...{ text: `Is there ${name}?`, kind: 'entity' },
      isTrue: (seen) => those(seen).length > nth,
    });
    if (style)
      ask({
        ...{ text: `Is the ${subject} drawn in the look ${style}?`, kind: 'attribute', parents: [id] },
        isTrue: (seen) => those(seen).filter((one) => one.style === style).length > nth,
      });
    if (place)
      ask({
        ...{ text: `Is a ${subject} at the place ${place}?`, kind: 'relation', parents: [id] },
        isTrue: (seen) => those(seen).some((one) => one.place === place),
      });
    return id;
  });
}

/** How the first two drawings of different subjects stand to each other, where their places are said. */
function askRelations(
  { items }: Facts,
  entities: readonly number[],
  places: Places,
  ask: (made: Made) => number,
) {
  const [a, b] = items;
  if (!a?.place || !b?.place || a.subject === b.subject) return;
  for (const [name, holds] of RELATIONS) {
    if (!holds(places[a.place]!, places[b.place]!)) continue;
    ask({
      text: `Is the ${a.subject} ${name} the ${b.subject}?`,
      kind: 'relation',
      parents: entities.slice(0, 2),
      isTrue: ({ drawings }) => {
        const [one, other] = [a, b].map(({ subject }) => drawings.find((each) => each.subject === subject));
        return !!one && !!other && holds(places[one.place]!, places[other.place]!);
      },
    });
  }
}

const askCount = (count: number, ask: (made: Made) => number) =>
  ask({
    text: `Are there ${count} drawings, no more and no fewer?`,
    kind: 'numeracy',
    isTrue: ({ drawings }) => drawings.length === count,
  });

function askGround([kind, colour]: readonly [string, string], ask: (made: Made) => number) {
  const id = ask({
    text: `Is the ground ${kind}?`,
    kind: 'ground',
    isTrue: ({ ground }) => ground.kind === kind,
  });
  if (PATTERNS.includes(kind))
    ask({
      ...{ text: `Is the ground ${colour}?`, kind: 'attribute', parents: [id] },
      isTrue: ({ ground }) => ground.colour === colour,
    });
}

const askWord = (text: string, ask: (made: Made) => number) =>
  ask({
    text: `Does it say ${text}?`,
    kind: 'word',
    isTrue: ({ words }) => words.includes(capitals(text)),
  });

/** Least length of a reading that counts as a word: scenery is read as a letter now and then. */
const LEAST_WORD = 3;

const askAbsence = (name: string, ask: (made: Made) => number) =>
  ask({
    text: name === 'text' ? 'Is it without any text?' : `Is there no ${name}?`,
    kind: 'negation',
    isTrue: ({ drawings, words }) =>
      name === 'text'
        ? words.every((word) => word.length < LEAST_WORD)
        : drawings.every(({ subject }) => subject !== name),
  });
