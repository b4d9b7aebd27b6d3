/** The ceiling of every judge: ground truth judged as if it had been made. */
import { join } from 'node:path';
import { CASES_DIR, type Case } from '../cases.ts';
import { type Judges, judge, type Verdict } from './judge.ts';
import { type Pixels, readPixels } from './pixels.ts';

/** First reference and ground truth of a case, decoded. */
export async function truthOf({ references, truth }: Case): Promise<{ reference?: Pixels; truth?: Pixels }> {
  const open = (name: string | null | undefined) => (name ? readPixels(join(CASES_DIR, name)) : undefined);
  return { reference: await open(references[0]), truth: await open(truth) };
}

/** Verdict on the ground truth of a case. Outside the mask it stands for the round trip through the VAE, which no edit exceeds by much. */
export async function judgeTruth(
  test: Case,
  pictures: { reference?: Pixels; truth?: Pixels },
  judges: Judges,
): Promise<Verdict> {
  const verdict = await judge(test, pictures.truth!, pictures, judges);
  if (!verdict.outside || !test.roundTripPsnr) return verdict;
  return { ...verdict, outside: { ...verdict.outside, psnr: test.roundTripPsnr } };
}
