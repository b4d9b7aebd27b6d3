/** Which prompts are drawn and from which seeds; files of data; answers that are kept. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DataFolder, readCsv, readJsonLines } from '../../benchmarks/data/data-folder.ts';
import { sampleOf, seedOf } from '../../benchmarks/data/sample.ts';
import { dpg } from '../../benchmarks/dpg.ts';
import { KeptAnswers } from '../../benchmarks/judges/kept-answers.ts';
import { tiif } from '../../benchmarks/tiif.ts';
import { dpgData, tiifData } from './tiny-data.ts';

const items = (sizes: readonly number[]) =>
  sizes.flatMap((size, set) =>
    Array.from({ length: size }, (_, at) => ({ id: `${set}-${at}`, set: `${set}` })),
  );
const freshFolder = () => mkdtempSync(join(tmpdir(), 'palimpsest-bench-'));

test('a sample is spread over the sets in proportion, and holds every smaller one', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sizes, fc.nat(1000), (counts, seed) => {
      const all = items(counts);
      for (let size = 1; size < all.length; size++) {
        const [small, large] = [sampleOf(all, size, seed), sampleOf(all, size + 1, seed)];
        expect(small).toHaveLength(size);
        expect(small.every((item) => large.includes(item))).toBe(true);
        for (const [set, count] of counts.entries()) {
          const share = small.filter((item) => item.set === `${set}`).length;
          expect(Math.abs(share - (size * count) / all.length)).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 12 },
  );
});

test('samples and seeds are the same everywhere, and others with another seed', () => {
  const all = items([50, 50]);
  const backwards = sampleOf(all.toReversed(), 4, 1).toReversed();
  expect(sampleOf(all, 4, 1)).toEqual(backwards);
  expect(sampleOf(all, 10, 1)).not.toEqual(sampleOf(all, 10, 2));
  expect(seedOf('dpg', 'fox1', 1)).toBe(seedOf('dpg', 'fox1', 1));
  expect(
    new Set([seedOf('dpg', 'a', 1), seedOf('dpg', 'b', 1), seedOf('tiif', 'a', 1), seedOf('dpg', 'a', 2)])
      .size,
  ).toBe(4);
  expect(Number.isSafeInteger(seedOf('dpg', 'fox1', 1))).toBe(true);
});

test('DPG: the first row of questions is lost, dependencies are lists of numbers', () => {
  const { prompts } = dpg.read(dpgData());
  expect(prompts.map(({ id, questions }) => [id, questions.map(({ id }) => id)])).toEqual([
    ['fox1', [2, 3, 4]],
    ['boat1', [1]],
  ]);
  expect(prompts[0]!.questions.at(-1)!.parents).toEqual([2, 3]);
});

test('TIIF: prompts and questions belong together line by line', () => {
  const folder = tiifData();
  const { prompts } = tiif.read(folder);
  expect(prompts.map(({ id }) => id)).toEqual([
    'numeracy-0-short',
    'numeracy-0-long',
    'text-0-short',
    'text-0-long',
  ]);
  writeFileSync(join(folder, 'data/testmini_eval_prompts/text_eval_prompts.jsonl'), '');
  expect(() => tiif.read(folder)).toThrow(/text_prompts\.jsonl has 1 rows, .*text_eval_prompts\.jsonl has 0/);
});

test('a line or a row that cannot be read is named', () => {
  const folder = freshFolder();
  const [lines, csv] = [join(folder, 'a.jsonl'), join(folder, 'a.csv')];
  writeFileSync(lines, '{"a": 1}\n\n{"a": \n');
  expect(() => readJsonLines(lines)).toThrow(/a\.jsonl, line 3 is no JSON/);
  writeFileSync(csv, 'a,b\n1,"2\n3"\n4,"5""6"\n');
  expect(readCsv(csv)).toEqual([
    { a: '1', b: '2\n3' },
    { a: '4', b: '5"6' },
  ]);
  const source = { where: 'example.org', licence: 'MIT' };
  expect(() => new DataFolder(folder, source).need('x.csv')).toThrow(/has no x\.csv.*example\.org \(MIT\)/);
});

test('an answer is kept by all that it depends on, asked for once, and asked for again where its file is damaged', async () => {
  const folder = freshFolder();
  let count = 0;
  const ask = async () => `answer ${++count}`;
  const first = new KeptAnswers(folder);
  const question = { judge: 'm', picture: '00', text: 'fox?' };
  expect(await Promise.all([first.answer(question, ask), first.answer(question, ask)])).toEqual([
    'answer 1',
    'answer 1',
  ]);
  const second = new KeptAnswers(folder);
  expect(await second.answer(question, ask)).toBe('answer 1');
  expect(await second.answer({ ...question, judge: 'other' }, ask)).toBe('answer 2');
  expect(second.count).toEqual({ asked: 1, kept: 1 });
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{');
  expect(await new KeptAnswers(folder).answer(question, ask)).toBe('answer 3');
  await expect(first.answer({ text: 'new' }, () => Promise.reject(new Error('away')))).rejects.toThrow(
    'away',
  );
  expect(await first.answer({ text: 'new' }, ask)).toBe('answer 4');
});
