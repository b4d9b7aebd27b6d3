/** The command line, as a user runs it: the bytes of the page, with a receipt that verifies. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readReceipt, withoutReceipt } from '../../db/bundle/receipt.ts';
import { LiveServer, MODEL, QUICK, ROOT } from './live-server.ts';

const SIGN = "a sign that says 'OPEN'";
const SIZE = `${QUICK.widthPx}x${QUICK.heightPx}`;
const DRAWN = ['--size', SIZE, '--seed', String(QUICK.seed), '--steps', String(QUICK.steps)];

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-cli-'));
const inFolder = (name: string) => join(folder, name);

/** What a command prints; one that fails gives its exit code too. */
async function palimpsest(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const all = ['cli.ts', ...args, '--model', MODEL];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, all, { cwd: ROOT })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test('gives the bytes of the page for the same recipe, and says how they were made', async () => {
  const server = await LiveServer.start(inFolder('data'));
  try {
    const { id: session } = await server.newSession();
    const options = { ...QUICK, guidanceScale: 1.5 };
    const { body } = await server.turn(session, { prompt: SIGN, mode: 'new', options });
    const turn = await server.finished(session, body.turn.id);
    const { bytes } = await server.picture(turn.pictures[0]!.hash);
    await palimpsest('generate', SIGN, ...DRAWN, '--guidance', '1.5', '-o', inFolder('sign.png'));
    const file = readFileSync(inFolder('sign.png'));
    expect(Buffer.compare(withoutReceipt(file), bytes)).toBe(0);
    const { chain: _, ...recipe } = turn.recipe!;
    expect(readReceipt(file)!.turns).toMatchObject([{ kind: 'generate', prompt: SIGN, recipe }]);
  } finally {
    await server.kill();
  }
});

test('a chain of edits on files verifies; a file that was not made here must be named', async () => {
  const photo = { width: QUICK.widthPx, height: QUICK.heightPx, channels: 3, background: '#3060c0' } as const;
  writeFileSync(inFolder('photo.png'), await sharp({ create: photo }).png().toBuffer());
  const two = [inFolder('fox.png'), inFolder('photo.png')];
  await palimpsest('generate', 'a fox', ...DRAWN, '-o', inFolder('fox.png'));
  await palimpsest('edit', ...two, 'make it night', ...DRAWN, '-o', inFolder('night.png'));
  await palimpsest('edit', inFolder('night.png'), 'add a boat', ...DRAWN, '-o', inFolder('boat.png'));
  const { turns } = readReceipt(readFileSync(inFolder('boat.png')))!;
  expect(turns.map(({ kind, prompt }) => [kind, prompt])).toEqual([
    ['generate', 'a fox'],
    ['upload', ''],
    ['edit', 'make it night'],
    ['edit', 'add a boat'],
  ]);
  const unnamed = await palimpsest('verify', inFolder('boat.png'));
  expect([unnamed.code, unnamed.stdout]).toEqual([
    1,
    expect.stringMatching(/^missing: turns\[2\].inputs\[1\]/),
  ]);
  const whole = await palimpsest('verify', inFolder('boat.png'), '--input', inFolder('photo.png'));
  expect([whole.code, whole.stdout]).toEqual([0, expect.stringMatching(/^equal/)]);
});

test('computes in the precision that is asked for, and says so in the receipt', async () => {
  const { code } = await palimpsest(
    'generate',
    'a fox',
    ...DRAWN,
    '--precision',
    'int8',
    '-o',
    inFolder('int8.png'),
  );
  expect(code).toBe(0);
  expect(readReceipt(readFileSync(inFolder('int8.png')))!.turns[0]!.recipe!.numerics).toMatch(/^int8, cpu, /);
  const refused = await palimpsest('generate', 'a fox', '--precision', 'fp12', '-o', inFolder('no.png'));
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('fp32, int8')]);
});

test('what can be known before weights are read is refused at once, with what to do', async () => {
  const drawing = ['generate', 'a fox', ...DRAWN, '-o', inFolder('early.png')];
  const cases: [string[], RegExp][] = [
    [[...drawing.slice(0, -1), inFolder('nowhere/fox.png')], /nowhere/],
    [[...drawing, '--memory', '1MiB'], /there are 1 MiB\. .*at least/],
    [[...drawing, '--memory', 'plenty'], /--memory to be a number with a unit/],
    [[...drawing, '--size', '1000x1000'], /Expected widthPx to be/],
  ];
  for (const [args, words] of cases) {
    const { code, stderr } = await palimpsest(...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(words);
  }
});

test('doctor says what there is, and draws; it says what is wrong with a model', async () => {
  const well = await palimpsest('doctor', '--data', inFolder('none'));
  expect(well.code).toBe(0);
  for (const line of [
    /^cpu +here/m,
    /^model .*fp32/m,
    /^int4 +fits/m,
    /^expected +int8: .*layout/m,
    /^data .*first start/m,
    /^drawing .*cpu, fp32/m,
  ])
    expect(well.stdout).toMatch(line);
  const broken = await palimpsest('doctor', '--device', 'abacus');
  expect([broken.code, broken.stdout]).toEqual([1, expect.stringMatching(/^fault .*abacus/m)]);
});
