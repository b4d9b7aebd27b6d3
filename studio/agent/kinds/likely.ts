/**
 * Which kind a piece of a message is of, by weights of its features that were learnt from messages with their right reading
 * (`eval/messages/learn-kinds.ts`): one logistic regression for each kind. It knows no rule, so it errs elsewhere than the rules do, and
 * what rules and weights see differently is looked at once more. Pure.
 */
import type { Scene } from '../scene.ts';
import { featuresOf } from './features.ts';
import { KINDS, type Kind } from './kinds.ts';
import learnt from './weights.json' with { type: 'json' };

/** The number of a feature: FNV-1a in 32 bits, folded. */
export function numberOf(feature: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < feature.length; k++) hash = Math.imul(hash ^ feature.charCodeAt(k), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The numbers of the features of a piece of a message, each once. */
const numbersOf = (scene: Scene, text: string): number[] => [
  ...new Set(featuresOf(scene, text).map(numberOf)),
];

/** How likely each kind is, from 0 to 1; they need not add up to 1, as a message can ask for several things. */
export class Likely {
  readonly #of: readonly number[];

  constructor(of: readonly number[]) {
    this.#of = of;
  }

  of(kind: Kind): number {
    return this.#of[KINDS.indexOf(kind)]!;
  }

  /**
   * Of a piece, where the whole message is known too: a kind that the whole does not ask for is hardly what a piece asks for. Only
   * going to a version is often said for the sake of what comes next.
   */
  within(whole: Likely): Likely {
    return new Likely(
      this.#of.map((each, kind) => (KINDS[kind] === 'go' ? each : Math.min(each, whole.#of[kind]!))),
    );
  }

  /** The most likely one of some kinds. */
  best(among: readonly Kind[] = KINDS): Kind {
    return among.reduce((one, other) => (this.of(other) > this.of(one) ? other : one));
  }

  /** How likely one of some kinds is at least. */
  any(among: readonly Kind[]): number {
    return this.of(this.best(among));
  }
}

/** One letter a weight, from the lowest to the highest. */
export const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-';

interface Table {
  /** The row of each feature that was learnt. */
  rows: ReadonlyMap<number, number>;
  weights: Int8Array;
}

let table: Table | undefined;

function readTable(): Table {
  const bytes = (text: string) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const features = new DataView(bytes(learnt.features).buffer);
  const rows = new Map<number, number>();
  for (let row = 0; row < features.byteLength / 4; row++) rows.set(features.getUint32(row * 4, true), row);
  const middle = (LETTERS.length - 1) / 2;
  const wholes = new Map([...LETTERS].map((letter, k) => [letter, k - middle]));
  const weights = Int8Array.from(learnt.weights, (letter) => wholes.get(letter)!);
  return { rows, weights };
}

/** How likely each kind is for a piece of a message, said in a scene. */
export function likelyKinds(scene: Scene, text: string): Likely {
  table ??= readTable();
  const { rows, weights } = table;
  const numbers = numbersOf(scene, text);
  const share = learnt.step / Math.sqrt(numbers.length);
  const sums = [...learnt.bias];
  for (const number of numbers) {
    const row = rows.get(number);
    if (row === undefined) continue;
    for (let kind = 0; kind < KINDS.length; kind++)
      sums[kind]! += weights[row * KINDS.length + kind]! * share;
  }
  return new Likely(sums.map((sum) => 1 / (1 + Math.exp(-sum))));
}
