/** What several pictures of one short prompt have in common: how far they are apart, and whether each still shows what was asked. */
import sharp from 'sharp';
import type { Case, CaseSet } from './cases.ts';
import { type Judges, judge } from './judges/judge.ts';
import { type Pixels, readPixels } from './judges/pixels.ts';
import type { Maker } from './maker.ts';

const PICTURES = 4;
const PROMPTS = 40;
const QUICK = 6;
/** Side at which pictures are compared: layout and colours, no detail. */
const SIDE = 24;

export interface VarietyRun {
  prompt: string;
  /** Mean RMS difference of two of the pictures, of 255. */
  distance: number;
  right: boolean[];
}

/** Typed prompts that say neither ground nor place nor word. */
function openPrompts({ cases }: CaseSet): Case[] {
  return cases
    .filter(({ kind, expect }) => kind === 'typed' && !expect.background && !expect.word)
    .filter(({ expect }) => expect.items.length === 1 && !expect.items[0]!.place);
}

async function small({ width, height, data }: Pixels): Promise<Buffer> {
  const raw = { width, height, channels: 3 } as const;
  return sharp(data, { raw }).resize(SIDE, SIDE, { kernel: 'linear' }).raw().toBuffer();
}

const rms = (a: Buffer, b: Buffer): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);

/** Mean RMS difference of two of some pictures, of 255, seen from afar. */
export async function apart(pictures: readonly Pixels[]): Promise<number> {
  const smalls = await Promise.all(pictures.map(small));
  const distances = smalls.flatMap((a, k) => smalls.slice(k + 1).map((b) => rms(a, b)));
  return distances.reduce((a, b) => a + b, 0) / distances.length;
}

/** Draws four pictures of each of forty prompts (six when `quick`). Throws EngineError. */
export async function runVariety(
  maker: Maker,
  judges: Judges,
  set: CaseSet,
  quick: boolean,
): Promise<VarietyRun[]> {
  const out: VarietyRun[] = [];
  for (const test of openPrompts(set).slice(0, quick ? QUICK : PROMPTS)) {
    const right: boolean[] = [];
    const pictures: Pixels[] = [];
    for (let k = 0; k < PICTURES; k++) {
      const again = { ...test, id: `variety-${test.id}-${k}`, seed: 1000 * (k + 1) + test.seed };
      const picture = await readPixels((await maker.make(again)).file);
      right.push((await judge(again, picture, {}, judges)).right ?? true);
      pictures.push(picture);
    }
    out.push({ prompt: test.prompt, distance: await apart(pictures), right });
  }
  return out;
}
