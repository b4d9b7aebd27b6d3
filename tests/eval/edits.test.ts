/** What edits are measured by, from hand-worked verdicts and chains. */
import { expect, test } from 'vitest';
import type { ChainRun } from '../../eval/chains.ts';
import { staying } from '../../eval/chains.ts';
import type { Verdict } from '../../eval/judges/judge.ts';
import { editFigures } from '../../eval/report/figures.ts';

const verdict = (kind: string, psnr: number, done: boolean, kept: boolean | null) =>
  ({ kind, outside: { psnr, ssim: 1 }, done, kept }) as Verdict;
const chain = (psnr: number[], remembered: boolean[], back: number): ChainRun => ({
  ...{ first: '', steps: [], psnr, remembered, back, seconds: [] },
  done: remembered.map(() => true),
});

test('locality, done and identity are of single edits; memory, going back and drift of chains', () => {
  const verdicts = [
    verdict('add', 40, true, true),
    verdict('move', 20, false, true),
    verdict('text', 30, true, false),
    verdict('t2i', 10, false, null),
  ];
  const chains = [chain([36, 30], [true, false], 24), chain([38, 28], [true, true], 26)];
  const figures = new Map(editFigures(verdicts, chains).map((each) => [each.name, each]));
  expect(figures.get('locality: outside of the change')?.db).toBe(30);
  expect(figures.get('locality: nothing to be seen outside')?.share?.value).toBeCloseTo(2 / 3);
  expect(figures.get('done')?.share?.value).toBeCloseTo(2 / 3);
  expect(figures.get('identity: drawings that were to stay')?.share?.n).toBe(3);
  expect(figures.get('memory: what a turn does not name stays')?.share?.value).toBe(0.75);
  expect(figures.get('going back: the last turns take the earlier ones back')?.db).toBe(25);
  expect(figures.get('drift: untouched half after one turn')?.db).toBe(37);
  expect(figures.get('drift: untouched half after ten turns')?.db).toBe(29);
});

test('without edits and chains there is no table', () => expect(editFigures([], [])).toEqual([]));

test('what stays is what stood before and stands after, not what the edit brings or takes', () => {
  const before = { prompt: '', drawings: { left: 'fox', right: 'owl' }, word: 'HI' };
  expect(staying(before, { prompt: '', drawings: { left: 'fox', right: 'cat' }, word: 'HI' })).toEqual({
    drawings: [['left', 'fox']],
    word: 'HI',
  });
  expect(staying(before, { prompt: '', drawings: { left: 'fox', right: 'owl' }, word: 'HO' })).toEqual({
    drawings: [
      ['left', 'fox'],
      ['right', 'owl'],
    ],
  });
});
