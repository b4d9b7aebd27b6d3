/** The reader of whole pictures: boxes from maps worked out by hand, and real PP-OCRv4 on rendered pages. */
import { copyFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { isOcrInstalled, ownModels, PACKAGED } from '../../benchmarks/ocr/ocr-models.ts';
import { PageReader } from '../../benchmarks/ocr/page-reader.ts';
import { cutOut, resized, turned } from '../../benchmarks/ocr/resample.ts';
import { textBoxes } from '../../benchmarks/ocr/text-boxes.ts';
import type { Pixels } from '../../eval/judges/pixels.ts';

/** A map with rectangles of a likelihood, given by their first and last points. */
function mapOf(width: number, height: number, rectangles: readonly (readonly number[])[]) {
  const likely = new Float32Array(width * height);
  for (const [left, top, right, bottom, value] of rectangles as [number, number, number, number, number][])
    for (let y = top; y <= bottom; y++) likely.fill(value, y * width + left, y * width + right + 1);
  return { width, height, likely };
}

test('a region becomes a box with a margin of its area over its perimeter, times 1.5', () => {
  // 40 x 10 between the outermost points: margin 400 * 1.5 / 100 = 6.
  const [box] = textBoxes(mapOf(100, 60, [[20, 20, 60, 30, 1]]), 100, 60);
  expect(box).toEqual([
    [14, 14],
    [66, 14],
    [66, 36],
    [14, 36],
  ]);
  // In a picture of twice the size.
  const [larger] = textBoxes(mapOf(100, 60, [[20, 20, 60, 30, 1]]), 200, 120);
  expect(larger).toEqual([
    [28, 28],
    [132, 28],
    [132, 72],
    [28, 72],
  ]);
});

test('faint and small regions are no text', () => {
  expect(textBoxes(mapOf(100, 60, [[20, 20, 60, 30, 0.5]]), 100, 60)).toEqual([]);
  expect(textBoxes(mapOf(100, 60, [[20, 20, 60, 22, 1]]), 100, 60)).toEqual([]);
});

test('lines are read from top to bottom, and from left to right where they stand beside each other', () => {
  const map = mapOf(200, 100, [
    [110, 18, 150, 28, 1],
    [20, 22, 60, 32, 1],
    [20, 62, 60, 72, 1],
  ]);
  expect(textBoxes(map, 200, 100).map(([[x, y]]) => [x, y])).toEqual([
    [14, 16],
    [104, 12],
    [14, 56],
  ]);
});

test('a line at an angle has a box at that angle', () => {
  const likely = new Float32Array(200 * 200);
  for (let step = 0; step < 120; step++)
    for (let across = -6; across <= 6; across++)
      for (const half of [0, 0.5]) {
        const [x, y] = [40 + (step + half) * 0.8 - across * 0.6, 40 + (step + half) * 0.6 + across * 0.8];
        likely[Math.round(y) * 200 + Math.round(x)] = 1;
      }
  const [box] = textBoxes({ width: 200, height: 200, likely }, 200, 200);
  const [topLeft, topRight] = box!;
  expect((topRight[1] - topLeft[1]) / (topRight[0] - topLeft[0])).toBeCloseTo(0.75, 1);
});

test('pixels are read between pixels, cut out at an angle, and turned', () => {
  const ramp: Pixels = { width: 2, height: 1, data: new Uint8Array([0, 0, 0, 100, 100, 100]) };
  expect([...resized(ramp, 4, 1).data].filter((_, at) => at % 3 === 0)).toEqual([0, 25, 75, 100]);
  // Down the right column: the box lies on its side.
  const square: Pixels = {
    ...{ width: 2, height: 2 },
    data: new Uint8Array([10, 20, 30, 40].flatMap((value) => [value, value, value])),
  };
  const sides = (picture: Pixels) => [...picture.data].filter((_, at) => at % 3 === 0);
  expect(
    sides(
      cutOut(
        square,
        [
          [1, 0],
          [1, 2],
          [0, 0],
        ],
        2,
        1,
      ),
    ),
  ).toEqual([20, 40]);
  expect(sides(turned(square))).toEqual([20, 40, 10, 30]);
});

let reader: PageReader | undefined;
afterAll(() => reader?.close());

async function readPage(texts: string): Promise<string[]> {
  reader ??= await PageReader.load(PACKAGED, console.error);
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" font-family="DejaVu Sans, sans-serif"><rect width="640" height="480" fill="#dde6f0"/>${texts}</svg>`;
  const png = await sharp(Buffer.from(page)).png().toBuffer();
  return (await reader.read(png)).map(({ text }) => text);
}

const text = (words: string, x: number, y: number, more = '') =>
  `<text x="${x}" y="${y}" font-size="44" fill="#223" ${more}>${words}</text>`;

test.skipIf(!isOcrInstalled() || !existsSync('/usr/share/fonts'))(
  'PP-OCRv4 reads words of a page, line by line, also at an angle',
  async () => {
    const page = [
      text('MORNING COFFEE', 60, 100),
      text('SALE', 60, 220, 'transform="rotate(20 60 220)"'),
      text('OPEN 24', 380, 300),
    ].join('');
    const lines = await readPage(page);
    expect(lines.map((line) => line.replaceAll(' ', ''))).toEqual(['MORNINGCOFFEE', 'SALE', 'OPEN24']);
  },
);

test.skipIf(!isOcrInstalled())('a page without text reads as nothing', async () => {
  expect(await readPage('<circle cx="300" cy="200" r="90" fill="#a33"/>')).toEqual([]);
});

test('a reader of one’s own is named by its folder and its recogniser, and what it lacks is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'english-'));
  expect(() => ownModels(folder)).toThrow(
    /has no det\.onnx and no rec\.onnx and no keys\.txt\. A reader is a folder/,
  );
  for (const name of ['det.onnx', 'keys.txt', 'rec.onnx']) writeFileSync(join(folder, name), 'a');
  // SHA-256 of "a".
  expect(ownModels(folder).name).toMatch(/^PP-OCR of english-\w+ \(ca978112\)$/);
});

test.skipIf(!isOcrInstalled())('a reader of one’s own reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'english-'));
  const { detector, recogniser, signs } = PACKAGED.files;
  copyFileSync(detector, join(folder, 'det.onnx'));
  copyFileSync(recogniser, join(folder, 'rec.onnx'));
  copyFileSync(signs, join(folder, 'keys.txt'));
  const own = await PageReader.load(ownModels(folder), console.error);
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect width="320" height="160" fill="#dde6f0"/>${text('OPEN', 60, 100)}</svg>`;
  const read = await own.read(await sharp(Buffer.from(page)).png().toBuffer());
  expect(read.map((line) => line.text)).toEqual(['OPEN']);
  await own.close();
});
