/**
 * Ten edits in a row on the model's own pictures, as the page makes them: every edit reads what the engine made before.
 * Each chain leaves its left drawing and the background alone; how much they change is the drift.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MadePicture } from '../engine/index.ts';
import type { CaseSet, Chain } from './cases.ts';
import { CELLS } from './judges/grid.ts';
import type { Judges } from './judges/judge.ts';
import { readPixels } from './judges/pixels.ts';
import { capitals } from './judges/reader.ts';
import { outsideMask, psnr } from './judges/similarity.ts';
import type { Maker } from './maker.ts';

/** The cells that the chains write and draw in: the word's row and the right half. */
const TOUCHED_ROW = 1;
const FIRST_TOUCHED_COLUMN = 4;

interface Step {
  prompt: string;
  /** Drawings asked for, by place. */
  drawings: Record<string, string>;
  word?: string;
}

export interface ChainRun {
  first: string;
  steps: Step[];
  /** PSNR (dB) of what no edit was to touch, after edit 1, 2, …, against the first picture. */
  psnr: number[];
  /** Whether each edit's drawings and word are as asked. */
  done: boolean[];
  /** Whether all that an edit did not name is still there after it: the drawing on the left, the word, the other drawing. */
  remembered: boolean[];
  /**
   * PSNR (dB) of the touched part after the last edit against the first picture: the last edits take back all that the earlier ones
   * brought, so the picture is to be the first one again.
   */
  back: number;
  /** Seconds of each edit. */
  seconds: number[];
}

/** The first prompt of a chain and its ten edits. */
function stepsOf({ left, ground, others: [a, b, c, d], words: [word, other] }: Chain) {
  const right = (subject?: string) => ({ left, ...(subject && { right: subject }) });
  const named = (subject: string) =>
    `${/^[aeiou]/.test(subject) && subject !== 'unicorn' ? 'an' : 'a'} ${subject}`;
  const steps: Step[] = [
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
  ];
  return { first: `${named(left)} on the left ${ground}`, steps };
}

/** Chains of the `--quick` set. */
const QUICK = 4;

/** Pixels that no edit of a chain is to touch, and those that one may. */
function masks(): { untouched: Uint8Array; touched: Uint8Array } {
  const touched = (cell: number) =>
    Math.floor(cell / CELLS) === TOUCHED_ROW || cell % CELLS >= FIRST_TOUCHED_COLUMN;
  const cells = Array.from({ length: CELLS * CELLS }, (_, cell) => cell);
  return {
    untouched: outsideMask(cells.filter(touched)),
    touched: outsideMask(
      cells.filter((cell) => !touched(cell)),
      0,
    ),
  };
}

/** What an edit does not name and is to stay: what stood before it and stands after it as well. */
export function staying(
  before: Step | undefined,
  after: Step,
): { drawings: [string, string][]; word?: string } {
  const drawings = Object.entries(after.drawings).filter(
    ([place, subject]) => place === 'left' || before?.drawings[place] === subject,
  );
  const word = after.word !== undefined && before?.word === after.word ? after.word : undefined;
  return { drawings, ...(word && { word }) };
}

/** Runs the chains (four when `quick`) and keeps every picture in `dir`. Throws EngineError. */
export async function runChains(
  maker: Maker,
  judges: Judges,
  { textRows, chains }: CaseSet,
  dir: string,
  quick: boolean,
): Promise<ChainRun[]> {
  mkdirSync(dir, { recursive: true });
  const { untouched, touched } = masks();
  const out: ChainRun[] = [];
  for (const [k, each] of (quick ? chains.slice(0, QUICK) : chains).entries()) {
    const { first, steps } = stepsOf(each);
    let { made } = await maker.draw(first, k, []);
    const start = await readPixels(made.file);
    const save = (step: number, picture: MadePicture) =>
      writeFileSync(join(dir, `chain-${k}-${String(step).padStart(2, '0')}.png`), picture.file);
    save(0, made);
    const result: ChainRun = { first, steps, psnr: [], done: [], remembered: [], back: 0, seconds: [] };
    for (const [s, { prompt, drawings, word }] of steps.entries()) {
      const next = await maker.draw(prompt, 100 * (k + 1) + s, [made]);
      made = next.made;
      save(s + 1, made);
      const pixels = await readPixels(made.file);
      result.seconds.push(next.seconds);
      result.psnr.push(psnr(pixels, start, untouched)!);
      result.back = psnr(pixels, start, touched)!;
      const seen = await judges.drawings.recognise(pixels);
      const right =
        seen.length === Object.keys(drawings).length &&
        seen.every(({ place, subject }) => drawings[place] === subject);
      const read = judges.words && word ? (await judges.words.read(pixels, textRows.top!)).ppocr : undefined;
      const isRead = (asked: string | undefined) => !asked || !read || read.includes(capitals(asked));
      result.done.push(right && isRead(word));
      const stay = staying(steps[s - 1], steps[s]!);
      const stands = ([place, subject]: [string, string]) =>
        seen.some((one) => one.place === place && one.subject === subject);
      result.remembered.push(stay.drawings.every(stands) && isRead(stay.word));
    }
    out.push(result);
  }
  return out;
}
