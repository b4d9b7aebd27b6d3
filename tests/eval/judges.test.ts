/** The judges on ground truth and on wrong pictures: they reach their ceilings, and a wrong picture is judged wrong. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Case, readCases } from '../../eval/cases.ts';
import { type Judges, judge, type Verdict } from '../../eval/judges/judge.ts';
import { loadJudges } from '../../eval/judges/load.ts';
import { readersInstalled } from '../../eval/judges/reader.ts';
import { judgeTruth, truthOf } from '../../eval/judges/truth.ts';
import { tableOf } from '../../eval/report/figures.ts';

const set = readCases();
const withReaders = readersInstalled();
let judges: Judges;

beforeAll(async () => {
  judges = await loadJudges(set);
});
afterAll(() => judges.words?.close());

const some = (kind: string, count: number): Case[] =>
  set.cases.filter((one) => one.kind === kind).slice(0, count);

async function onTruth(cases: readonly Case[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const one of cases) verdicts.push(await judgeTruth(one, await truthOf(one), judges));
  return verdicts;
}

test('ground truth is recognised: drawings, styles, places, count, background', async () => {
  const { t2i } = tableOf(await onTruth(some('t2i', 16)));
  expect(t2i!.subject!.value).toBeGreaterThan(0.9);
  expect(t2i!.style!.value).toBeGreaterThan(0.9);
  expect(t2i!.position!.value).toBeGreaterThan(0.9);
  expect(t2i!.count!.value).toBeGreaterThan(0.85);
  expect(t2i!.background!.value).toBeGreaterThan(0.9);
});

test('subjects that the model never saw are told apart', async () => {
  const { 'identity-unseen': unseen } = tableOf(await onTruth(some('identity-unseen', 10)));
  expect(unseen!.identity!.value).toBeGreaterThan(0.85);
});

test('ground truth of edits counts as done, the untouched reference does not', async () => {
  const cases = ['add', 'remove', 'replace', 'background', 'move', 'style'].flatMap((kind) => some(kind, 3));
  const right = await onTruth(cases);
  expect(right.filter(({ done }) => done).length / right.length).toBeGreaterThan(0.85);
  const lazy: Verdict[] = [];
  for (const one of cases) {
    const pictures = await truthOf(one);
    lazy.push(await judge(one, pictures.reference!, pictures, judges));
  }
  expect(lazy.filter(({ done }) => done).length).toBeLessThanOrEqual(2);
  for (const { outside } of lazy) if (outside) expect(outside.psnr).toBe(60);
});

test('the ground truth of another case is judged wrong', async () => {
  const cases = some('t2i', 8);
  const wrong: Verdict[] = [];
  for (const [k, one] of cases.entries()) {
    const other = await truthOf(cases[(k + 3) % cases.length]!);
    wrong.push(await judge(one, other.truth!, {}, judges));
  }
  const { t2i } = tableOf(wrong);
  expect(t2i!.subject!.value).toBeLessThan(0.3);
});

test.skipIf(!withReaders)(
  'words of ground truth are read, and another word is not taken for them',
  async () => {
    const cases = some('words-unseen', 8);
    const right = await onTruth(cases);
    expect(right.filter(({ word }) => word!.right.ppocr).length).toBeGreaterThanOrEqual(7);
    const pictures = await truthOf(cases[1]!);
    const asked = {
      ...cases[0]!,
      expect: { ...cases[0]!.expect, word: { ...cases[1]!.expect.word!, text: cases[0]!.expect.word!.text } },
    };
    const verdict = await judge(asked, pictures.truth!, {}, judges);
    expect(verdict.word!.right.ppocr).toBe(false);
    expect(verdict.word!.likeness.ppocr).toBeLessThan(0.7);
  },
);
