/**
 * Reads all lines of text of a picture with models of PP-OCR: a detector finds boxes, a recogniser reads each.
 * Source: PaddleOCR 2.x `TextSystem`, without its classifier of upside-down lines, one line a run.
 */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { type Pixels, readPixels } from '../../eval/judges/pixels.ts';
import { installIfMissing, type OcrModels } from './ocr-models.ts';
import { cutOut, resized, turned } from './resample.ts';
import { distance, type TextBox, textBoxes } from './text-boxes.ts';

/** The detector sees a picture with sides up to this, in multiples of 32. */
const MOST_SIDE_PX = 960;
const MULTIPLE_PX = 32;
/** Of blue, green and red in this order: the originals' numbers are those of red, green and blue, and stand so in PaddleOCR. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
/** Lines that the recogniser reads: their height, and the least width to which shorter ones are filled up. */
const LINE_PX = 48;
const LEAST_LINE_WIDTH_PX = 320;
/** A box that is this much higher than wide is turned against the clock: its text runs from top to bottom. */
const UPRIGHT = 1.5;
/** Lines with less confidence are left out. */
const LEAST_CONFIDENCE = 0.5;

const OPTIONS: ort.InferenceSession.SessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1 };

export interface ReadLine {
  text: string;
  /** Mean likelihood of its signs. */
  confidence: number;
}

export class PageReader {
  readonly #detector: ort.InferenceSession;
  readonly #recogniser: ort.InferenceSession;
  readonly #signs: readonly string[];

  private constructor(
    detector: ort.InferenceSession,
    recogniser: ort.InferenceSession,
    signs: readonly string[],
  ) {
    this.#detector = detector;
    this.#recogniser = recogniser;
    this.#signs = signs;
  }

  /** Loads the models; installs them where they are missing, and says so. */
  static async load(models: OcrModels, say: (line: string) => void): Promise<PageReader> {
    installIfMissing(models, say);
    const { detector, recogniser, signs } = models.files;
    const [first, second] = await Promise.all(
      [detector, recogniser].map((file) => ort.InferenceSession.create(file, OPTIONS)),
    );
    const listed = readFileSync(signs, 'utf8').split('\n').filter(Boolean);
    return new PageReader(first!, second!, ['', ...listed, ' ']);
  }

  /** The lines of a picture file in reading order. */
  async read(file: Uint8Array): Promise<ReadLine[]> {
    const picture = await readPixels(file);
    const lines: ReadLine[] = [];
    for (const box of await this.#boxes(picture)) {
      const line = await this.#line(crop(picture, box));
      if (line.confidence >= LEAST_CONFIDENCE) lines.push(line);
    }
    return lines;
  }

  async #boxes(picture: Pixels): Promise<TextBox[]> {
    const scale = Math.min(1, MOST_SIDE_PX / Math.max(picture.width, picture.height));
    const side = (px: number) => Math.max(MULTIPLE_PX, Math.round((px * scale) / MULTIPLE_PX) * MULTIPLE_PX);
    const [width, height] = [side(picture.width), side(picture.height)];
    const input = planes(
      resized(picture, width, height),
      width,
      (value, c) => (value / 255 - MEAN[c]!) / DEVIATION[c]!,
    );
    const likely = await run(this.#detector, input, height, width);
    return textBoxes({ width, height, likely: likely.data }, picture.width, picture.height);
  }

  async #line(line: Pixels): Promise<ReadLine> {
    const ratio = line.width / line.height;
    const width = Math.max(LEAST_LINE_WIDTH_PX, Math.floor(LINE_PX * ratio));
    const shown = Math.min(width, Math.ceil(LINE_PX * ratio));
    const input = planes(resized(line, shown, LINE_PX), width, (value) => value / 127.5 - 1);
    const { data, dims } = await run(this.#recogniser, input, LINE_PX, width);
    return this.#collapse(data, dims.at(-1)!);
  }

  /** CTC: the likeliest sign of every step, repeats and blanks left out. */
  #collapse(scores: Float32Array, count: number): ReadLine {
    let text = '';
    let last = 0;
    const likely: number[] = [];
    for (let from = 0; from < scores.length; from += count) {
      let best = 0;
      for (let sign = 1; sign < count; sign++) if (scores[from + sign]! > scores[from + best]!) best = sign;
      if (best !== 0 && best !== last) {
        text += this.#signs[best] ?? '';
        likely.push(scores[from + best]!);
      }
      last = best;
    }
    return { text, confidence: likely.reduce((sum, value) => sum + value, 0) / Math.max(1, likely.length) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#detector.release(), this.#recogniser.release()]);
  }
}

function crop(picture: Pixels, [topLeft, topRight, bottomRight, bottomLeft]: TextBox): Pixels {
  const width = Math.floor(Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight)));
  const height = Math.floor(Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight)));
  const cut = cutOut(picture, [topLeft, topRight, bottomLeft], width, height);
  return height / width >= UPRIGHT ? turned(cut) : cut;
}

/** A picture as planes of blue, green and red, filled up with 0 to `width` at its right. */
function planes(
  { width: shown, height, data }: Pixels,
  width: number,
  levelOf: (value: number, channel: number) => number,
): Float32Array {
  const out = new Float32Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < shown; x++)
        out[(c * height + y) * width + x] = levelOf(data[(y * shown + x) * 3 + 2 - c]!, c);
  return out;
}

async function run(session: ort.InferenceSession, input: Float32Array, height: number, width: number) {
  const tensor = new ort.Tensor('float32', input, [1, 3, height, width]);
  const out = (await session.run({ [session.inputNames[0]!]: tensor }))[session.outputNames[0]!]!;
  return { data: out.data as Float32Array, dims: out.dims };
}
