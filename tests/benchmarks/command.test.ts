/** `palimpsest bench` and `--engine`, as a user types them: real processes, a judge on a real socket, engines by their names. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MODEL, QUICK, ROOT } from '../server/live-server.ts';
import { LoopbackJudge } from './loopback-judge.ts';
import { dpgData } from './tiny-data.ts';

const SIZE = `${QUICK.widthPx}x${QUICK.heightPx}`;
const data = dpgData();
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-command-'));
const studio = mkdtempSync(join(tmpdir(), 'palimpsest-bench-studio-'));

/** Each test starts several processes, which takes its time on a busy machine. */
vi.setConfig({ testTimeout: 300_000 });

let judge: LoopbackJudge;
beforeAll(async () => {
  judge = await LoopbackJudge.start(({ text }) => (text.includes('snow') ? 'no' : 'yes'));
  const engines = [
    { name: 'small', kind: 'embedded', folder: MODEL, device: 'cpu' },
    { name: 'away', kind: 'openai', addresses: ['http://127.0.0.1:9/v1'] },
  ];
  writeFileSync(join(studio, 'engines.json'), JSON.stringify({ engines }));
});
afterAll(() => judge.close());

async function palimpsest(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, PALIMPSEST_DATA: studio, PALIMPSEST_JUDGE_KEY: 'k' };
  try {
    const ran = await promisify(execFile)(process.execPath, [join(ROOT, 'cli.ts'), ...args], {
      cwd: folder,
      env,
    });
    return { code: 0, ...ran };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test('a benchmark by an engine of the studio: figures, a page, and a run that goes on', async () => {
  const asked = ['--judge', judge.address, '--judge-model', 'loop-7b'];
  const drawn = ['--engine', 'small', '--size', SIZE, '--steps', '1'];
  const args = ['bench', 'dpg', '--data', data, ...drawn, ...asked];
  const first = await palimpsest(...args);
  expect(first.stderr).toContain('DPG-Bench: 2 of 2 prompts by small');
  expect(first.code).toBe(0);
  // "Is the fox on snow?" and "Is there snow?" are denied: fox1 has 1 of 3.
  expect(first.stdout).toMatch(/Overall +66\.67 .* 2 +loop-7b at 127\.0\.0\.1/);
  const output = join(folder, 'palimpsest-bench/dpg/small');
  const name = `loop-7b-at-${new URL(judge.address).host.replace(':', '-')}`;
  expect(first.stdout.trim().split('\n').at(-1)).toBe(join(output, `report-${name}.html`));
  expect(JSON.parse(readFileSync(join(output, `results-${name}.json`), 'utf8'))).toMatchObject({
    benchmark: 'dpg',
    engine: { name: 'small' },
    prompts: { judged: 2 },
  });
  const count = judge.received.length;
  const again = await palimpsest(...args);
  expect(again.stderr).toContain('Pictures: all 8 are there.');
  expect(again.stdout).toContain('0 answers asked for now, 16 kept from before');
  expect(judge.received).toHaveLength(count);
});

test('generate draws by an engine of the studio, and names those that there are', async () => {
  const file = join(folder, 'fox.png');
  const drawn = ['--size', SIZE, '--steps', '1', '--seed', '1'];
  const made = await palimpsest('generate', 'a fox', '--engine', 'small', ...drawn, '-o', file);
  expect([made.code, existsSync(file)]).toEqual([0, true]);
  const none = await palimpsest('generate', 'a fox', '--engine', 'other', '-o', file);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain(
    `There is no engine other. There are small, away, from ${join(studio, 'engines.json')}.`,
  );
});

test('what is missing is said before an engine is loaded', async () => {
  const cases: [string[], RegExp][] = [
    [
      ['bench'],
      /Say which benchmark: palimpsest bench NAME, one of cvtg-2k, longtext, oneig, dpg, tiif, geneval/,
    ],
    [['bench', 'tiif'], /--data FOLDER\. It is published at github\.com\/A113N-W3I\/TIIF-Bench/],
    [['bench', 'dpg', '--data', data], /Name its address with --judge/],
    [['bench', 'dpg', '--data', data, '--reader', data], /has no det\.onnx/],
    [['bench', 'dpg', '--data', data, '--judge', judge.address], /Name the model of the judge/],
  ];
  for (const [args, said] of cases) {
    const { code, stderr } = await palimpsest(...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(said);
  }
});
