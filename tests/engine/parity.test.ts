/** The given goldens, case by case, as `npm run parity` runs them; and that the command notices what is wrong. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runnerFor } from '../parity/cases.ts';
import { ParityContext } from '../parity/context.ts';
import { Goldens } from '../parity/goldens.ts';
import { copyCheckpoint, editTensors } from './checkpoint-copy.ts';
import { GOLDENS, needsFixtures, noFixtures, TINY } from './fixtures.ts';

const MAIN = join(import.meta.dirname, '../parity/main.ts');
const CHROMIUM = '/usr/lib/chromium';
/** Debian's chromium brings a software Vulkan (SwiftShader) and the loader for it. */
const SOFTWARE_VULKAN = {
  VK_ICD_FILENAMES: `${CHROMIUM}/vk_swiftshader_icd.json`,
  LD_LIBRARY_PATH: CHROMIUM,
  XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
};

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
beforeEach(needsFixtures);

/** Software Vulkan is slow: what it has not done by then on a busy machine is not waited for. */
const TIME_BOX_MS = 60_000;

/** Runs the command in a process of its own; `code` is null where the time ran out. */
function parity(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; table: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...args],
      { env: { ...process.env, ...env }, timeout: TIME_BOX_MS, killSignal: 'SIGKILL' },
      (_, stdout, stderr) => resolve({ code: child.exitCode, table: stdout + stderr }),
    );
  });
}

describe.skipIf(noFixtures)('every case on the CPU', () => {
  let context: ParityContext;
  beforeAll(() => {
    context = new ParityContext(TINY, GOLDENS, { device: 'cpu', slack: 1 });
  });
  afterAll(() => context.dispose());

  const cases = noFixtures ? [] : new Goldens(GOLDENS).cases;
  test.for(cases.map((entry) => [entry.name, entry] as const))('%s', async ([, entry], { skip }) => {
    const runner = runnerFor(entry.name, entry.kind);
    if (!runner) return skip('a measurement, not to be reproduced');
    const checks = await runner(context, entry);
    expect(checks).not.toHaveLength(0);
    expect(checks.filter(({ pass }) => !pass)).toEqual([]);
  });
});

describe('the command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'palimpsest-parity-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('exits with 0 where all hold', async () => {
    const { code, table } = await parity([TINY, GOLDENS, '--only', '^vae_']);
    expect(table).toContain('5 passed, 0 failed');
    expect(code).toBe(0);
  });

  test('exits with 1 for one weight that is a little off', async () => {
    const dir = copyCheckpoint(TINY, join(folder, 'perturbed'));
    editTensors(join(dir, 'vae/diffusion_pytorch_model.safetensors'), (tensors) => {
      const { bytes } = tensors.get('decoder.conv_out.bias')!;
      bytes.writeFloatLE(bytes.readFloatLE(0) + 0.001, 0);
    });
    const { code, table } = await parity([dir, GOLDENS, '--only', '^vae_a$']);
    expect(table).toMatch(/vae_a +decoded .* FAILED/);
    expect(code).toBe(1);
  });
});

describe('WebGPU', () => {
  const skip = existsSync(SOFTWARE_VULKAN.VK_ICD_FILENAMES)
    ? undefined
    : `there is no software Vulkan in ${CHROMIUM}`;

  test('agrees on prior, DiT with a reference, and VAE, with ten times the tolerance', async ({
    skip: skipTest,
  }) => {
    if (skip) skipTest(skip);
    const only = '^(ar_decode_i2i_1|dit_read_a|vae_a)$';
    const { code, table } = await parity(
      [TINY, GOLDENS, '--device', 'webgpu', '--only', only],
      SOFTWARE_VULKAN,
    );
    expect(table).not.toContain('FAILED');
    if (code === null) skipTest(`software Vulkan did not end within ${TIME_BOX_MS / 1000} s; no case failed`);
    expect(table).toContain('3 passed, 0 failed');
    expect(code).toBe(0);
  });
});
