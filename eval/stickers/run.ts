/** Draws the stickers, looks at the pictures and at their renders, and counts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGED } from '../../benchmarks/ocr/ocr-models.ts';
import { PageReader } from '../../benchmarks/ocr/page-reader.ts';
import { CASES_DIR, type Case, type CaseSet } from '../cases.ts';
import { TEXT_ROWS } from '../judges/grid.ts';
import type { Judges } from '../judges/judge.ts';
import { type Pixels, readPixels } from '../judges/pixels.ts';
import type { Maker } from '../maker.ts';
import { mean } from '../report/statistics.ts';
import { apart } from '../variety.ts';
import { type Judged, LEFT_OUT, type StickerFigure, shuffled, stickerFigures } from './figures.ts';
import type { Seen } from './questions.ts';
import { readStickers, type Sticker } from './sticker.ts';

/** Stickers of each set in the `--quick` set. */
const QUICK = 6;
/** Pictures of one prompt whose difference is measured. */
const SEEDS = 4;

export interface StickerRun {
  figures: StickerFigure[];
  /** The same of renders, and of pictures under the prompts of others. */
  ceilings: StickerFigure[];
  floors: StickerFigure[];
  /** Mean RMS difference of four seeds of one prompt that says everything, of 255: meant to be near 0. */
  diversity: number | undefined;
  leftOut: string[];
}

/** What the recognisers see, whatever was asked. */
export async function look(picture: Pixels, judges: Judges): Promise<Seen> {
  const { words } = judges;
  const rows = words ? await Promise.all(TEXT_ROWS.map((row) => words.readOnce(picture, row))) : [];
  return {
    drawings: await judges.drawings.recognise(picture),
    ground: judges.ground.recognise(picture),
    words: rows.flat(),
  };
}

const caseOf = (sticker: Sticker, seed: number): Case => ({
  ...{ id: `sticker-${sticker.id}-${seed}`, kind: 'free', quick: false, prompt: sticker.prompt, seed },
  ...{ language: sticker.language, references: [], truth: null, expect: sticker.expect },
});

/** The first of each set and group, where only some are wanted. */
function chosen(stickers: readonly Sticker[], quick: boolean): Sticker[] {
  if (!quick) return [...stickers];
  const kinds = Map.groupBy(stickers, ({ set, group, wording }) => `${set} ${group} ${wording}`);
  return [...kinds.values()].flatMap((kind) => kind.slice(0, QUICK));
}

/** Draws and judges every sticker. Throws EngineError. */
export async function runStickers(
  maker: Maker,
  judges: Judges,
  { places }: CaseSet,
  quick: boolean,
  say: (line: string) => void,
): Promise<StickerRun> {
  const page = await PageReader.load(PACKAGED, say);
  const made: Judged[] = [];
  const truths: Judged[] = [];
  const distances: number[] = [];
  const judged = async (sticker: Sticker, file: Uint8Array): Promise<Judged> => ({
    sticker,
    seen: await look(await readPixels(file), judges),
    ...(sticker.expect.word && { lines: (await page.read(file)).map(({ text }) => text) }),
  });
  try {
    for (const sticker of chosen(readStickers(), quick)) {
      const { file } = await maker.make(caseOf(sticker, sticker.seed));
      made.push(await judged(sticker, file));
      truths.push(await judged(sticker, readFileSync(join(CASES_DIR, sticker.truth))));
      if (!sticker.several) continue;
      const pictures = [file];
      for (let k = 1; k < SEEDS; k++)
        pictures.push((await maker.make(caseOf(sticker, sticker.seed + 1000 * k))).file);
      distances.push(await apart(await Promise.all(pictures.map((each) => readPixels(each)))));
    }
  } finally {
    await page.close();
  }
  return {
    figures: stickerFigures(made, places),
    ceilings: stickerFigures(truths, places),
    floors: stickerFigures(shuffled(truths), places),
    diversity: mean(distances),
    leftOut: LEFT_OUT,
  };
}
