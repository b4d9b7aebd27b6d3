/** A picture against its prompt: every verdict of a case, by recognisers that know nothing of the prompt. */
import { type AskedDrawing, type Case, EDIT_KINDS } from '../cases.ts';
import { wordLikeness } from '../report/statistics.ts';
import type { Drawing, DrawingRecogniser } from './drawings.ts';
import { TEXT_ROWS } from './grid.ts';
import type { GroundRecogniser } from './ground.ts';
import type { TrainingPictures } from './nearest.ts';
import type { Pixels } from './pixels.ts';
import { capitals, type Reader, type WordReader } from './reader.ts';
import { drawingPsnr, outsideMask, psnr, ssim } from './similarity.ts';

export interface Judges {
  drawings: DrawingRecogniser;
  ground: GroundRecogniser;
  /** Absent when its packages are not installed: words are not judged then. */
  words?: WordReader;
  training: TrainingPictures;
}

/** A drawing that was asked for, and the recognised one that answers it. */
export interface Match {
  asked: string;
  askedPlace: string | null;
  askedStyle: string | null;
  /** The place in which it was recognised; null: nowhere. */
  place: string | null;
  style: string | null;
}

export interface Verdict {
  id: string;
  kind: string;
  quick: boolean;
  language: 'en' | 'zh';
  unseen: Case['unseen'];
  beyond: boolean;
  drawings: Drawing[];
  matches: Match[];
  /** As many drawings as asked; null when that is not judged. */
  count: boolean | null;
  background: boolean | null;
  word: {
    asked: string;
    read: Record<Reader, string>;
    right: Record<Reader, boolean>;
    likeness: Record<Reader, number>;
  } | null;
  /** Edits: likeness to the reference where nothing was to change. */
  outside: { psnr: number; ssim: number } | null;
  /** Edits: the asked change was made; null when it cannot be judged here. */
  done: boolean | null;
  /** Edits: every drawing that was to stay is still recognised. */
  kept: boolean | null;
  /** Whether the picture shows everything that its prompt says, and no other drawing; null for beyond what was learnt. */
  right: boolean | null;
  /** Of the candidates, the likeliest at the asked place. */
  identity: { found: string; right: boolean } | null;
  /** PSNR (dB) against the ground truth where it shows the drawing of a reference. */
  likeness: number | null;
  /** PSNR (dB) against the whole ground truth: high only where layout, drawings and background are its own. */
  toTruth: number | null;
  /** RMS difference to the nearest of 1000 training pictures, 24 x 24 px, of 255. */
  nearest: number;
}

/** Nothing of a word is left when less than this of it can be read. */
const LEAST_LIKENESS = 0.5;

/** Judges a 256 x 256 picture. `reference` and `truth`: decoded pictures of the case, where it has them. */
export async function judge(
  test: Case,
  picture: Pixels,
  { reference, truth }: { reference?: Pixels; truth?: Pixels },
  judges: Judges,
): Promise<Verdict> {
  const { expect } = test;
  const drawings = await judges.drawings.recognise(picture);
  const matches = match(test, drawings);
  const ground = judges.ground.recognise(picture);
  const background = expect.background && isGround(expect.background, ground);
  const word = await readWord(test, picture, judges);
  const isEdit = (EDIT_KINDS as readonly string[]).includes(test.kind);
  const mask = test.changed && reference ? outsideMask(test.changed) : undefined;
  const likeness =
    mask && reference
      ? { psnr: psnr(picture, reference, mask), ssim: ssim(picture, reference, mask) }
      : undefined;
  const candidates = test.candidates;
  const found = candidates && (await judges.drawings.among(picture, expect.items[0]!.place!, candidates));
  const verdict: Verdict = {
    id: test.id,
    kind: test.kind,
    quick: test.quick,
    language: test.language,
    unseen: test.unseen ?? null,
    beyond: test.beyond ?? false,
    drawings,
    matches,
    count: test.kind === 'free' || test.kind === 'upload' ? null : drawings.length === expect.items.length,
    background,
    word,
    outside:
      likeness?.psnr === undefined || likeness.ssim === undefined
        ? null
        : { psnr: likeness.psnr, ssim: likeness.ssim },
    done: null,
    kept: null,
    right: null,
    likeness:
      candidates && truth && expect.background
        ? (drawingPsnr(picture, truth, judges.ground.picture(expect.background)) ?? null)
        : null,
    identity: found ? { found, right: found === expect.items[0]!.subject } : null,
    toTruth: truth ? psnr(picture, truth)! : null,
    nearest: await judges.training.distance(picture),
  };
  if (isEdit && reference) {
    verdict.kept = keptDrawings(test, drawings);
    verdict.done = await isDone(test, verdict, { picture, reference, truth }, judges);
  }
  if (!test.beyond) verdict.right = isRight(verdict) && (await isWordGone(test, picture, judges));
  return verdict;
}

/** Whether a ground is the asked one. A scene stands in two layouts, which no prompt can name. */
function isGround(
  [kind, colour]: readonly [kind: string, colour: string],
  ground: { kind: string; colour: string },
): boolean {
  const isScene = colour === 'mirrored' || ground.colour === 'mirrored';
  return ground.kind === kind && (isScene || ground.colour === colour);
}

/** Everything that was asked is there, and no more drawings than that. */
function isRight({ matches, count, background, word, done }: Verdict): boolean {
  const drawn = matches.every(
    ({ askedPlace, askedStyle, place, style }) =>
      place !== null && (!askedPlace || place === askedPlace) && (!askedStyle || style === askedStyle),
  );
  return drawn && count !== false && background !== false && word?.right.ppocr !== false && done !== false;
}

/** Whether a word that was to go cannot be read any more; true where none was to go. */
async function isWordGone({ before, expect }: Case, picture: Pixels, { words }: Judges): Promise<boolean> {
  if (!words || !before?.word || expect.word) return true;
  const was = capitals(before.word.text);
  const rows = before.word.row === null ? TEXT_ROWS : [before.word.row];
  const readings = await Promise.all(rows.map((row) => words.read(picture, row)));
  return readings.every(({ ppocr }) => ppocr.every((text) => wordLikeness(text, was) < LEAST_LIKENESS));
}

/** Asked drawings to recognised ones: first in their places, then anywhere. */
function match({ expect }: Case, drawings: readonly Drawing[]): Match[] {
  const free = new Set(drawings);
  const take = (asked: Case['expect']['items'][number], anywhere: boolean): Drawing | undefined => {
    const found = [...free].find(
      (one) => one.subject === asked.subject && (anywhere || one.place === asked.place),
    );
    if (found) free.delete(found);
    return found;
  };
  const inPlace = expect.items.map((asked) => take(asked, false));
  return expect.items.map((asked, k) => {
    const found = inPlace[k] ?? take(asked, true);
    return {
      asked: asked.subject,
      askedPlace: asked.place,
      askedStyle: asked.style,
      place: found?.place ?? null,
      style: found?.style ?? null,
    };
  });
}

async function readWord(test: Case, picture: Pixels, { words }: Judges): Promise<Verdict['word']> {
  const asked = test.expect.word;
  if (!asked || !words) return null;
  const text = capitals(asked.text);
  const hint = { letters: asked.text.length, ink: asked.ink };
  const rows = asked.row === null ? TEXT_ROWS : [asked.row];
  const readings = await Promise.all(rows.map((row) => words.read(picture, row, hint)));
  const read = {
    ppocr: likeliest(
      readings.flatMap(({ ppocr }) => ppocr),
      text,
    ),
    tesseract: likeliest(
      readings.flatMap(({ tesseract }) => tesseract),
      text,
    ),
  };
  return {
    asked: text,
    read,
    right: { ppocr: read.ppocr === text, tesseract: read.tesseract === text },
    likeness: { ppocr: wordLikeness(read.ppocr, text), tesseract: wordLikeness(read.tesseract, text) },
  };
}

/** Of several readings the one that is most like the asked word; the first of those that are equally so. */
function likeliest(readings: readonly string[], text: string): string {
  return readings.reduce((best, one) => (wordLikeness(one, text) > wordLikeness(best, text) ? one : best));
}

const has = (drawings: readonly Drawing[], subject: string, place?: string | null) =>
  drawings.some((one) => one.subject === subject && (!place || one.place === place));

/** Drawings that stand before and after: still recognised. */
function keptDrawings({ before, expect }: Case, drawings: readonly Drawing[]): boolean | null {
  const stay = expect.items.filter((item) => before!.items.some(({ subject }) => subject === item.subject));
  return stay.length === 0 ? null : stay.every(({ subject }) => has(drawings, subject));
}

/** Whether the picture is nearer to the target than to the reference in the cells that were to change. */
function isNearer(
  changed: readonly number[],
  { picture, reference, truth }: { picture: Pixels; reference: Pixels; truth?: Pixels | undefined },
): boolean {
  if (!truth)
    throw new Error('Expected the ground truth of this edit in the set: run python -m eval.make_cases');
  const inside = outsideMask(changed, 0).map((bit) => 1 - bit) as Uint8Array;
  return psnr(picture, truth, inside)! > psnr(picture, reference, inside)!;
}

async function isDone(
  test: Case,
  { drawings, background, word, matches }: Verdict,
  pictures: { picture: Pixels; reference: Pixels; truth?: Pixels | undefined },
  judges: Judges,
): Promise<boolean | null> {
  const { expect, kind } = test;
  const before = test.before!;
  const without = (items: readonly AskedDrawing[], others: readonly AskedDrawing[]) =>
    items.filter(
      ({ subject, place }) => !others.some((other) => other.subject === subject && other.place === place),
    );
  const stands = () =>
    without(expect.items, before.items).every(({ subject, place }) => has(drawings, subject, place));
  const isGone = () => without(before.items, expect.items).every(({ subject }) => !has(drawings, subject));
  const isAll = drawings.length === expect.items.length;
  switch (kind) {
    case 'add':
      return stands();
    case 'move':
      return stands() && isAll;
    case 'remove':
      return isGone() && isAll;
    case 'replace':
      return stands() && isGone();
    case 'background':
      return background;
    case 'style':
      return matches.every(({ askedStyle, style }) => style === askedStyle);
    case 'recolour':
      if (JSON.stringify(before.background) !== JSON.stringify(expect.background)) return background;
      return word ? word.right.ppocr && isNearer(test.changed!, pictures) : null;
    case 'text': {
      if (!judges.words) return null;
      if (expect.word) return word!.right.ppocr;
      return (await isWordGone(test, pictures.picture, judges)) && isNearer(test.changed!, pictures);
    }
    default:
      throw new Error(`Expected a kind of edit, got ${kind}`);
  }
}
