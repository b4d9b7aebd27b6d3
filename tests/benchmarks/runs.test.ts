/**
 * Every benchmark from its data to its page, on rows of our own: pictures by the real engine on models/mini, answers by a judge on a real
 * socket, words by the real reader where its packages are installed.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Benchmark } from '../../benchmarks/benchmark.ts';
import { cvtg2k } from '../../benchmarks/cvtg-2k.ts';
import { dpg } from '../../benchmarks/dpg.ts';
import { geneval } from '../../benchmarks/geneval.ts';
import { Endpoint } from '../../benchmarks/judges/endpoint.ts';
import { longtext } from '../../benchmarks/longtext.ts';
import { isOcrInstalled, PACKAGED, READER_NAME } from '../../benchmarks/ocr/ocr-models.ts';
import { oneig } from '../../benchmarks/oneig.ts';
import { reportOf } from '../../benchmarks/run/report.ts';
import { choosePrompts, type Run, type RunOptions, run } from '../../benchmarks/run/run.ts';
import { tiif } from '../../benchmarks/tiif.ts';
import { type Engine, loadEngine } from '../../engine/index.ts';
import { LoopbackJudge, type Received, type Reply } from './loopback-judge.ts';
import { cvtgData, dpgData, genevalData, longtextData, oneigData, tiifData } from './tiny-data.ts';

const MINI = join(import.meta.dirname, '../../models/mini');

let engine: Engine;
let judge: LoopbackJudge;
/** Data of DPG, and a run whose pictures further tests judge again. */
const DPG_DATA = dpgData();
let dpgRun: Run;

beforeAll(async () => {
  engine = await loadEngine({ modelDir: MINI, device: 'cpu' });
  judge = await LoopbackJudge.start(() => 'yes');
});
afterAll(async () => {
  await judge?.close();
  await engine?.close();
});

interface Asked extends Partial<RunOptions> {
  output?: string;
  sample?: number;
  hasEndpoint?: boolean;
  said?: string[];
}

const freshFolder = () => mkdtempSync(join(tmpdir(), 'palimpsest-bench-'));
const endpoint = () =>
  new Endpoint({ address: judge.address, model: 'loop-7b', key: 'secret-key', waitMs: 1 });

/** The smallest pictures in one step. */
const smallest = (steps = 1) => {
  const { minSidePx: sidePx } = engine.info;
  return { widthPx: sidePx, heightPx: sidePx, steps, secondLook: false };
};

/** A folder with the pictures of an earlier run, and none of its answers. */
function withPicturesOf({ folder }: Run): string {
  const output = freshFolder();
  cpSync(folder.path, output, { recursive: true });
  rmSync(join(output, 'answers'), { recursive: true });
  return output;
}

/** Runs a benchmark on small pictures; `reply` is what the judge answers. */
async function runOf(
  benchmark: Benchmark,
  data: string,
  reply?: (received: Received, count: number) => Reply,
  { output = freshFolder(), sample, said = [], ...others }: Asked = {},
): Promise<Run | undefined> {
  const judged = reply ? endpoint() : undefined;
  if (reply) judge.become(reply);
  judge.received.length = 0;
  const chosen = choosePrompts(benchmark, { data, hasEndpoint: judged !== undefined, sample, seed: 1 });
  return run(benchmark, chosen, {
    ...{ output, engine, engineName: 'mini', atOnce: 1, endpoint: judged, seed: 1, models: PACKAGED },
    recipe: smallest(),
    say: (line) => said.push(line),
    ...others,
  });
}

const figure = ({ results }: Run, name: string) => results.figures.find((each) => each.name === name)!;

test('DPG: questions one by one, zeroing by cascade, the first row left out, the judge in every figure', async () => {
  // fox1 has questions 2 to 4 (row 1 is left out); "red" is denied, so "on snow" counts nothing: 1/3. boat1: 1.
  const found = (await runOf(dpg, DPG_DATA, ({ text }) => (text.includes('red') ? 'No.' : 'yes')))!;
  dpgRun = found;
  const { results } = found;
  expect(figure(found, 'Overall').value).toBeCloseTo(((1 / 3 + 1) / 2) * 100, 6);
  // By category before zeroing: relation was answered with yes.
  expect(figure(found, 'relation').value).toBe(100);
  expect(figure(found, 'attribute').value).toBe(0);
  expect(new Set(results.figures.map((each) => each.judge))).toEqual(
    new Set([`loop-7b at ${new URL(judge.address).host}`]),
  );
  expect(results).toMatchObject({
    prompts: { all: 2, sampled: 2, judged: 2 },
    pictures: 8,
    notUnderstood: 0,
  });
  expect(judge.received).toHaveLength(4 * 3 + 4 * 1);
  const [first] = judge.received;
  expect(first!.authorization).toBe('Bearer secret-key');
  expect(first!.body).toMatchObject({ model: 'loop-7b', temperature: 0 });
  expect(first!.text).toMatch(/\? Answer with yes or no only\.$/);
});

test('a run goes on: nothing is drawn or asked for twice, and no key is kept', async () => {
  const output = withPicturesOf(dpgRun);
  await runOf(dpg, DPG_DATA, () => 'yes', { output });
  const pictures = join(output, 'pictures');
  const [gone] = readdirSync(pictures);
  const before = readFileSync(join(pictures, gone!));
  rmSync(join(pictures, gone!));
  const again = (await runOf(dpg, DPG_DATA, () => 'yes', { output }))!;
  expect(Buffer.compare(readFileSync(join(pictures, gone!)), before)).toBe(0);
  expect(judge.received).toHaveLength(0);
  expect(again.results.answers).toEqual({ asked: 0, kept: 16 });
  const kept = readdirSync(join(output, 'answers')).map((name) =>
    readFileSync(join(output, 'answers', name), 'utf8'),
  );
  expect(kept.join()).not.toContain('secret-key');
  expect(JSON.parse(kept[0]!)).toMatchObject({
    question: { text: expect.stringContaining('?') },
    answer: 'yes',
  });
  // Another recipe is another run.
  await expect(runOf(dpg, DPG_DATA, () => 'yes', { output, recipe: smallest(2) })).rejects.toThrow(
    /holds a run with steps 1, and this one has 2/,
  );
});

test('the cost is said before anything is judged', async () => {
  const said: string[] = [];
  const found = await runOf(dpg, DPG_DATA, () => 'yes', { said, costOnly: true });
  expect(found).toBeUndefined();
  expect(judge.received).toHaveLength(0);
  expect(said.join('\n')).toMatch(
    /Pictures: 8 to draw, 0 are there\. [\d.]+ s each, so about \d+ s for the rest/,
  );
  expect(said.join('\n')).toContain('Judge: 16 requests to loop-7b');
});

test('an answer that is neither yes nor no counts as wrong, and is said', async () => {
  const output = withPicturesOf(dpgRun);
  const unsure = ({ text }: Received): Reply => (text.includes('boat') ? 'Perhaps' : 'yes');
  const found = (await runOf(dpg, DPG_DATA, unsure, { output }))!;
  expect(found.results.notUnderstood).toBe(4);
  expect(figure(found, 'Overall').value).toBeCloseTo(50, 6);
  const page = await reportOf(dpg, found);
  expect(page).toContain('not understood: Perhaps');
});

test('a judge that fails on one prompt leaves that one out; one that refuses the key ends the run', async () => {
  const output = withPicturesOf(dpgRun);
  const failing = ({ text }: Received): Reply =>
    text.includes('boat') ? { status: 500, body: 'overloaded' } : 'yes';
  const found = (await runOf(dpg, DPG_DATA, failing, { output }))!;
  expect(found.results.prompts.judged).toBe(1);
  expect(found.results.failures).toEqual([
    {
      id: 'boat1',
      reason: expect.stringMatching(/not judged: .*gave no answer in 4 tries: status 500, overloaded/),
    },
  ]);
  const refusing = (): Reply => ({ status: 401, body: 'wrong key secret-key' });
  const refused = runOf(dpg, DPG_DATA, refusing, { output });
  await expect(refused).rejects.toThrow(/status 401, wrong key …\. Set its key in PALIMPSEST_JUDGE_KEY/);
});

test.skipIf(!isOcrInstalled())(
  'TIIF: all questions of a picture at once, another wording where the lines do not fit, words by the reader',
  async () => {
    const reply = ({ text, body }: Received): Reply => {
      expect(body.messages[0]).toEqual({ role: 'system', content: 'You are a professional image critic.' });
      if (text.startsWith('Look at')) return 'Yes';
      return text.includes('Does it say') ? 'No, nothing is written.\nNo.' : 'Yes, two.\nno, not three';
    };
    const found = (await runOf(tiif, tiifData(), reply))!;
    // Numeracy: right in the second wording. Text: one answer to one question at the first try: "Yes".
    expect(figure(found, 'Reasoning, short').value).toBe(100);
    expect(figure(found, 'Text, long').value).toBe(100);
    expect(figure(found, 'Overall, short').value).toBeUndefined();
    expect(figure(found, 'GNED of words (lower is better), short')).toMatchObject({ judge: READER_NAME });
    expect(found.results.notUnderstood).toBe(0);
    const numeracy = judge.received.filter(({ text }) => text.includes('foxes'));
    expect(numeracy.map(({ text }) => text.split('\n')[0])).toHaveLength(4);
  },
);

test('GenEval: clauses as questions; the judge’s name keeps it apart from the original', async () => {
  const reply = ({ text }: Received): Reply => (/fox|2 of this/.test(text) ? 'Yes' : 'No');
  const found = (await runOf(geneval, genevalData(), reply))!;
  expect(found.results.title).toBe('GenEval by yes/no questions');
  expect(figure(found, 'single_object').value).toBe(1);
  expect(figure(found, 'counting').value).toBe(1);
  expect(figure(found, 'Overall').value).toBeUndefined();
});

test('LongText: read by the endpoint, English and Chinese, and their mean', async () => {
  const reply = ({ body }: Received): Reply => {
    expect(body.max_tokens).toBe(1024);
    return 'fresh OPEN 新面';
  };
  const found = (await runOf(longtext, longtextData(), reply))!;
  // EN: "fresh" of two and "open" of one, so 2 of 3; ZH: 3 of 4 signs (新, 面 and none twice: 2).
  expect(figure(found, 'EN').value).toBeCloseTo(2 / 3, 9);
  expect(figure(found, 'ZH').value).toBeCloseTo(2 / 4, 9);
  expect(figure(found, 'AVG').value).toBeCloseTo((2 / 3 + 1 / 2) / 2, 9);
  expect(figure(found, 'EN').judge).toContain('loop-7b');
});

test('OneIG: alignment and text, what is missing is said, and there is no overall figure', async () => {
  const said: string[] = [];
  const reply = ({ text }: Received): Reply =>
    text.includes('Read the text') ? 'Open' : text.includes('red') ? 'No' : 'Yes';
  const found = (await runOf(oneig, oneigData(), reply, { said }))!;
  expect(figure(found, 'EN alignment').value).toBe(0.5);
  expect(figure(found, 'EN text').value).toBe(1);
  expect(said.join('\n')).toContain('Q_D/human.json is missing');
  expect(found.results.notes.join('\n')).toContain('Diversity: it needs DreamSim');
  expect(found.results.figures.some(({ name }) => name.includes('overall'))).toBe(false);
});

test.skipIf(!isOcrInstalled())('CVTG: words by PP-OCRv4, without any endpoint', async () => {
  const found = (await runOf(cvtg2k, cvtgData(), undefined, { sample: 2 }))!;
  expect(found.results.prompts).toEqual({ all: 8, sampled: 2, judged: 2 });
  const { value, judge: by, interval, prompts } = figure(found, 'Word accuracy');
  expect([by, prompts]).toEqual([READER_NAME, 2]);
  expect(interval!.low).toBeLessThanOrEqual(value!);
  expect(interval!.high).toBeGreaterThanOrEqual(value!);
  const page = await reportOf(cvtg2k, found);
  expect(page).toContain('data:image/webp;base64,');
  expect(page).toContain(`${READER_NAME.replace('&', '&#38;')}`);
  expect(page).not.toMatch(/(?:src|href)="https?:/);
});

test('without an endpoint, what only a model can judge is refused with what to do', () => {
  const choose = () => choosePrompts(dpg, { data: dpgData(), hasEndpoint: false, seed: 1 });
  expect(choose).toThrow(/Name its address with --judge/);
  const { prompts, notes } = choosePrompts(oneig, { data: oneigData(), hasEndpoint: false, seed: 1 });
  expect(prompts.map(({ id }) => id)).toEqual(['EN-Text_Rendering-001']);
  expect(notes.join()).toContain('1 prompts are left out');
});

test('data that is missing or out of shape is named with where it is published', () => {
  const empty = freshFolder();
  expect(() => dpg.read(empty)).toThrow(/has no dpg_bench\.csv.*github\.com\/TencentQQGYLab\/ELLA.*Apache/);
  expect(() => cvtg2k.read(join(empty, 'no'))).toThrow(/There is no folder .*dnkdnk\/CVTG-2K/);
  expect(existsSync(join(empty, 'no'))).toBe(false);
});
