/**
 * Reads the word in a row of a picture, twice: PP-OCRv4 (recognition network, CTC) and Tesseract.
 * Their packages stand in `eval/package.json`; without them nothing is read. Source of the preprocess: PaddleOCR `rec_resize_img`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { CELL_PX, CELLS } from './grid.ts';
import { crop, type Pixels } from './pixels.ts';

const PACKAGES = join(import.meta.dirname, '../node_modules');
const OCR = join(PACKAGES, '@gutenye', 'ocr-models', 'assets');
/**
 * The crops of a row that PP-OCRv4 reads: pixels above and below, and its width as a share. Letters stand a cell apart, which
 * it is not used to: each crop alone misses words that are plainly there. Chosen on ground truth (docs/mini.md).
 */
const CROPS = [
  { marginPx: 4, width: 1 },
  { marginPx: 0, width: 1 },
  { marginPx: 2, width: 0.5 },
];
/** A word of up to six letters is centred, so that the outer cells hold scenery only. Chosen on ground truth. */
const LEFT_OUT_PX = CELL_PX;
const LETTERS_WITHIN = 6;
/** Height of the lines that PP-OCRv4 reads. */
const LINE_PX = 48;
/** Pixels around a word of which Tesseract sees some scenery. */
const AROUND_PX = 2;

export type Reader = 'ppocr' | 'tesseract';

/** Whether the packages of the readers are installed. */
export const readersInstalled = (): boolean => existsSync(OCR) && existsSync(join(PACKAGES, 'tesseract.js'));

/** The letters and digits of a word, as capitals; 0 counts as O and 1 as I, which no reader tells apart in this font. */
export const capitals = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('0', 'O')
    .replaceAll('1', 'I');

/** Colours of drawn letters (training/background.py, training/word.py). */
const INKS: Record<string, readonly number[]> = {
  white: [248, 248, 248],
  black: [36, 36, 42],
  red: [226, 72, 66],
  blue: [84, 140, 230],
  yellow: [250, 218, 90],
};

/** A row of cells and so many pixels above and below it, without so many on both sides. */
function rowOf(picture: Pixels, row: number, marginPx: number, leftOutPx: number): Pixels {
  const top = Math.max(0, row * CELL_PX - marginPx);
  const height = Math.min(picture.height, (row + 1) * CELL_PX + marginPx) - top;
  return crop(picture, leftOutPx, top, picture.width - 2 * leftOutPx, height);
}

/** Pixels on both sides of a row in which a word of so many letters does not stand. */
const leftOutOf = (hint?: { letters: number }): number =>
  (hint?.letters ?? 0) > LETTERS_WITHIN ? 0 : LEFT_OUT_PX;

/** The cells of a centred word of so many letters, and a little around them. */
function tightBox(picture: Pixels, row: number, letters: number): Pixels {
  const left = Math.max(0, Math.floor((CELLS - letters) / 2) * CELL_PX - AROUND_PX);
  return crop(
    picture,
    left,
    row * CELL_PX - AROUND_PX,
    Math.min(picture.width - left, letters * CELL_PX + 2 * AROUND_PX),
    CELL_PX + 2 * AROUND_PX,
  );
}

interface Tesseract {
  recognize(image: Buffer): Promise<{ data: { text: string } }>;
  setParameters(parameters: Record<string, string>): Promise<unknown>;
  terminate(): Promise<unknown>;
}

export class WordReader {
  readonly #session: ort.InferenceSession;
  readonly #keys: readonly string[];
  readonly #tesseract: Tesseract;

  private constructor(session: ort.InferenceSession, keys: readonly string[], tesseract: Tesseract) {
    this.#session = session;
    this.#keys = keys;
    this.#tesseract = tesseract;
  }

  /** Throws when the packages are missing: `npm --prefix eval ci`. */
  static async load(): Promise<WordReader> {
    if (!readersInstalled())
      throw new Error('The text readers are missing. Install them: npm --prefix eval ci');
    const session = await ort.InferenceSession.create(join(OCR, 'ch_PP-OCRv4_rec_infer.onnx'), {
      intraOpNumThreads: 1,
    });
    const keys = [
      '',
      ...readFileSync(join(OCR, 'ppocr_keys_v1.txt'), 'utf8').split('\n').filter(Boolean),
      ' ',
    ];
    const { createWorker } = (await import(join(PACKAGES, 'tesseract.js', 'src', 'index.js'))).default;
    const tesseract: Tesseract = await createWorker('eng', 1, {
      langPath: join(PACKAGES, '@tesseract.js-data', 'eng', '4.0.0_best_int'),
      cacheMethod: 'none',
      gzip: true,
    });
    await tesseract.setParameters({
      user_defined_dpi: '150',
      tessedit_pageseg_mode: '8',
      tessedit_char_whitelist: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
    });
    return new WordReader(session, keys, tesseract);
  }

  /**
   * What each reader sees in a row of the 8 x 8 grid, as capitals, one reading a crop; empty where nothing can be read. Tesseract is
   * told how long the word is and its colour, since it reads hardly anything otherwise; PP-OCRv4 only whether it fills the row.
   */
  async read(
    picture: Pixels,
    row: number,
    hint?: { letters: number; ink: string | null },
  ): Promise<Record<Reader, string[]>> {
    const box = hint ? tightBox(picture, row, hint.letters) : rowOf(picture, row, 0, leftOutOf(hint));
    return {
      ppocr: await this.readOnce(picture, row, hint),
      tesseract: [capitals(await this.#readTesseract(box, INKS[hint?.ink ?? '']))],
    };
  }

  /** What PP-OCRv4 alone sees in a row: one reading a crop. */
  readOnce(picture: Pixels, row: number, hint?: { letters: number }): Promise<string[]> {
    const line = (marginPx: number) => rowOf(picture, row, marginPx, leftOutOf(hint));
    return Promise.all(
      CROPS.map(async ({ marginPx, width }) => capitals(await this.#ppocr(line(marginPx), width))),
    );
  }

  async #ppocr(line: Pixels, share: number): Promise<string> {
    const width = Math.round((share * line.width * LINE_PX) / line.height);
    const pixels = await sharp(line.data, { raw: { width: line.width, height: line.height, channels: 3 } })
      .resize(width, LINE_PX, { fit: 'fill' })
      .raw()
      .toBuffer();
    const plane = width * LINE_PX;
    const input = new Float32Array(3 * plane);
    for (let i = 0; i < plane; i++)
      for (let c = 0; c < 3; c++) input[c * plane + i] = pixels[i * 3 + (2 - c)]! / 127.5 - 1;
    const name = this.#session.inputNames[0]!;
    const out = await this.#session.run({ [name]: new ort.Tensor('float32', input, [1, 3, LINE_PX, width]) });
    const { data, dims } = out[this.#session.outputNames[0]!]!;
    return this.#collapse(data as Float32Array, dims[2]!);
  }

  /** CTC: the likeliest sign of every step, repeats and blanks left out. */
  #collapse(scores: Float32Array, signs: number): string {
    let text = '';
    let last = 0;
    for (let from = 0; from < scores.length; from += signs) {
      let best = 0;
      for (let sign = 1; sign < signs; sign++) if (scores[from + sign]! > scores[from + best]!) best = sign;
      if (best !== 0 && best !== last) text += this.#keys[best] ?? '';
      last = best;
    }
    return text;
  }

  async #readTesseract(box: Pixels, ink: readonly number[] | undefined): Promise<string> {
    const { width, height, data } = box;
    const grey = new Uint8Array(width * height);
    for (let i = 0; i < grey.length; i++) {
      const channels = [data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!];
      const away = (colour: readonly number[]) =>
        Math.max(...channels.map((value, c) => Math.abs(value - colour[c]!)));
      // Dark where the colour is the ink's: letters black on white, whatever stands behind them.
      grey[i] = ink ? Math.min(255, 2 * away(ink)) : (channels[0]! + channels[1]! + channels[2]!) / 3;
    }
    const png = await sharp(grey, { raw: { width, height, channels: 1 } })
      .resize({ width: width * 3, kernel: 'cubic' })
      .extend({ top: 20, bottom: 20, left: 20, right: 20, extendWith: 'copy' })
      .png()
      .toBuffer();
    return (await this.#tesseract.recognize(png)).data.text;
  }

  async close(): Promise<void> {
    await this.#tesseract.terminate();
    await this.#session.release();
  }
}
