/**
 * Ten edits in a row on the model's own pictures, as the page makes them: every edit reads what the engine made before.
 * Each chain leaves its left drawing and the background alone; how much they change is the drift.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MadePicture } from '../engine/index.ts';
import type { CaseSet } from './cases.ts';
import { CELLS } from './grid.ts';
import type { Judges } from './judge.ts';
import type { Maker } from './maker.ts';
import { readPixels } from './pixels.ts';
import { capitals } from './reader.ts';
import { outsideMask, psnr } from './similarity.ts';

/** The cells that the chains write and draw in: the word's row and the right half. */
const TOUCHED_ROW = 1;
const FIRST_TOUCHED_COLUMN = 4;

interface Step {
  prompt: string;
  /** Drawings asked for, by place. */
  drawings: Record<string, string>;
  word?: string;
}

export interface DriftChain {
  first: string;
  steps: Step[];
  /** PSNR (dB) of what no edit was to touch, after edit 1, 2, …, against the first picture. */
  psnr: number[];
  /** Whether each edit's drawings and word are as asked. */
  done: boolean[];
  /** Seconds of each edit. */
  seconds: number[];
}

function chain(
  left: string,
  ground: string,
  [a, b, c, d]: readonly [string, string, string, string],
  [word, other]: readonly [string, string],
): { first: string; steps: Step[] } {
  const right = (subject?: string) => ({ left, ...(subject && { right: subject }) });
  const named = (subject: string) =>
    `${/^[aeiou]/.test(subject) && subject !== 'unicorn' ? 'an' : 'a'} ${subject}`;
  return {
    first: `${named(left)} on the left ${ground}`,
    steps: [
      { prompt: `add ${named(a)} on the right`, drawings: right(a) },
      { prompt: `replace the ${a} with ${named(b)}`, drawings: right(b) },
      { prompt: `write "${word}" at the top`, drawings: right(b), word },
      { prompt: `change the text to "${other}"`, drawings: right(b), word: other },
      { prompt: `remove the ${b}`, drawings: right(), word: other },
      { prompt: `add ${named(c)} on the right`, drawings: right(c), word: other },
      { prompt: 'make the text red', drawings: right(c), word: other },
      { prompt: 'remove the text', drawings: right(c) },
      { prompt: `change the ${c} to ${named(d)}`, drawings: right(d) },
      { prompt: `remove the ${d}`, drawings: right() },
    ],
  };
}

const CHAINS = [
  chain('castle', 'on green hills', ['fox', 'rabbit', 'palm tree', 'horse'], ['HELLO', 'SUN']),
  chain('penguin', 'in the snow', ['snowman', 'house', 'bear', 'gift'], ['COLD', 'WINTER']),
  chain('rocket', 'in space', ['star', 'cat', 'balloon', 'heart'], ['GO', 'MOON']),
  chain('rose', 'on a yellow background', ['bee', 'butterfly', 'dog', 'cactus'], ['LOVE', 'HAPPY']),
  // Drawn by lot (Python's `random.Random(2026)` over subjects and words) when four were seen to say too little.
  chain('frog', 'on a meadow', ['doughnut', 'koala', 'sunflower', 'star'], ['SPOT', 'SLOW']),
  chain('book', 'at sunset', ['snowman', 'cactus', 'dog', 'elephant'], ['COAST', 'JAR']),
  chain('panda', 'on a white background', ['christmas tree', 'cat', 'book', 'doughnut'], ['FORK', 'NIGHT']),
  chain('mushroom', 'at the beach', ['castle', 'tent', 'fire engine', 'pig'], ['LOGIC', 'CAT']),
  chain('carrot', 'in the city', ['lemon', 'balloon', 'fish', 'pizza'], ['BACK', 'ZEN']),
  chain('bus', 'on a blue background', ['train', 'gift', 'sun', 'bear'], ['NINJA', 'STUDY']),
  chain('heart', 'in the forest', ['penguin', 'sun', 'book', 'sailboat'], ['SHARP', 'HEAT']),
  chain('star', 'at night', ['crown', 'fox', 'sunflower', 'turtle'], ['BLACK', 'YOU']),
];

const untouched = (): Uint8Array =>
  outsideMask(
    Array.from({ length: CELLS * CELLS }, (_, cell) => cell).filter(
      (cell) => Math.floor(cell / CELLS) === TOUCHED_ROW || cell % CELLS >= FIRST_TOUCHED_COLUMN,
    ),
  );

/** Runs the chains (one when `quick`) and keeps every picture in `dir`. Throws EngineError. */
export async function measureDrift(
  maker: Maker,
  judges: Judges,
  { textRows }: CaseSet,
  dir: string,
  quick: boolean,
): Promise<DriftChain[]> {
  mkdirSync(dir, { recursive: true });
  const mask = untouched();
  const out: DriftChain[] = [];
  for (const [k, { first, steps }] of (quick ? CHAINS.slice(0, 1) : CHAINS).entries()) {
    let { made } = await maker.draw(first, k, []);
    const start = await readPixels(made.file);
    const save = (step: number, picture: MadePicture) =>
      writeFileSync(join(dir, `chain-${k}-${String(step).padStart(2, '0')}.png`), picture.file);
    save(0, made);
    const result: DriftChain = { first, steps, psnr: [], done: [], seconds: [] };
    for (const [s, { prompt, drawings, word }] of steps.entries()) {
      const next = await maker.draw(prompt, 100 * (k + 1) + s, [made]);
      made = next.made;
      save(s + 1, made);
      const pixels = await readPixels(made.file);
      result.seconds.push(next.seconds);
      result.psnr.push(psnr(pixels, start, mask)!);
      const seen = await judges.drawings.recognise(pixels);
      const right =
        seen.length === Object.keys(drawings).length &&
        seen.every(({ place, subject }) => drawings[place] === subject);
      const isRead =
        !word ||
        !judges.words ||
        (await judges.words.read(pixels, textRows.top!)).ppocr.includes(capitals(word));
      result.done.push(right && isRead);
    }
    out.push(result);
  }
  return out;
}
