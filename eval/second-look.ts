/**
 * What the second look brings: every case with a word is drawn with it and, where it drew once more, without it; both pictures are
 * read by readers that have no part in it (PP-OCRv4, Tesseract). Prints, for each kind, how many are spelt right before and after.
 *
 *   node eval/second-look.ts [MODEL] [LIMIT] [KIND,…]       Node 24; `npm --prefix eval ci` installs the readers
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GenerationRequest, loadEngine, type SecondLook } from '../engine/index.ts';
import { quotedTexts } from '../studio/quotes.ts';
import { CASES_DIR, type Case, readCases } from './cases.ts';
import { CELLS } from './judges/grid.ts';
import { readPixels } from './judges/pixels.ts';
import { capitals, WordReader } from './judges/reader.ts';

const [model = 'models/mini', limit = 'Infinity', only] = process.argv.slice(2);
const kinds = only?.split(',');

interface Figures {
  n: number;
  /** Spelt right, by PP-OCRv4 and by either reader. */
  before: number;
  after: number;
  beforeEither: number;
  afterEither: number;
  looks: number;
  again: number;
  kept: number;
  seconds: number;
  lookSeconds: number;
}

const engine = await loadEngine({ modelDir: model, device: 'cpu' });
const reader = await WordReader.load();
const { cases } = readCases();
const byKind = new Map<string, Figures>();

async function draw(test: Case, secondLook: boolean) {
  const { info } = engine;
  const request: GenerationRequest = {
    prompt: test.prompt,
    renderTexts: quotedTexts(test.prompt),
    references: test.references.map((name) => readFileSync(join(CASES_DIR, name))),
    ...{ seed: test.seed, widthPx: info.defaultWidthPx, heightPx: info.defaultHeightPx },
    ...{ steps: info.defaultSteps, guidanceScale: info.defaultGuidanceScale },
    ...{ count: 1, layout: 'separate', secondLook },
  };
  const from = performance.now();
  let [png, look]: [Uint8Array?, SecondLook?] = [];
  for await (const event of engine.generate(request)) {
    if (event.type === 'second-look') look = event;
    if (event.type === 'picture') png = event.png;
  }
  return { png: png!, look, seconds: (performance.now() - from) / 1000 };
}

/** Whether each reader reads the asked word somewhere. */
async function isSpelt(test: Case, png: Uint8Array): Promise<{ ppocr: boolean; either: boolean }> {
  const { text, row, ink } = test.expect.word!;
  const picture = await readPixels(png);
  const rows = row === null ? Array.from({ length: CELLS }, (_, at) => at) : [row];
  const hint = { letters: text.length, ink };
  const readings = await Promise.all(rows.map((each) => reader.read(picture, each, hint)));
  const ppocr = readings.some((each) => each.ppocr.includes(capitals(text)));
  return { ppocr, either: ppocr || readings.some((each) => each.tesseract.includes(capitals(text))) };
}

const counts = new Map<string, number>();
for (const test of cases) {
  if (!test.expect.word || test.kind === 'free' || (kinds && !kinds.includes(test.kind))) continue;
  const done = counts.get(test.kind) ?? 0;
  if (done >= Number(limit)) continue;
  counts.set(test.kind, done + 1);
  const { png, look, seconds } = await draw(test, true);
  const after = await isSpelt(test, png);
  const before = look?.again?.kept ? await isSpelt(test, (await draw(test, false)).png) : after;
  const figures = byKind.get(test.kind) ?? {
    ...{ n: 0, before: 0, after: 0, beforeEither: 0, afterEither: 0 },
    ...{ looks: 0, again: 0, kept: 0, seconds: 0, lookSeconds: 0 },
  };
  figures.n += 1;
  figures.before += Number(before.ppocr);
  figures.after += Number(after.ppocr);
  figures.beforeEither += Number(before.either);
  figures.afterEither += Number(after.either);
  figures.looks += Number(look !== undefined);
  figures.again += Number(look?.again != null);
  figures.kept += Number(look?.again?.kept ?? false);
  figures.seconds += seconds;
  figures.lookSeconds += (look?.ms ?? 0) / 1000;
  byKind.set(test.kind, figures);
  if (figures.n % 10 === 0) console.error(JSON.stringify({ kind: test.kind, ...figures }));
  if (look?.again)
    console.error(
      `${test.id}: asked ${look.asked.join(' ')}, read ${look.read.join(' ')}, then ${look.again.read.join(' ')}${look.again.kept ? '' : ' (not kept)'}; readers ${before.ppocr} ${after.ppocr}`,
    );
}
for (const [kind, figures] of byKind) console.log(JSON.stringify({ kind, ...figures }));
await reader.close();
await engine.close();
