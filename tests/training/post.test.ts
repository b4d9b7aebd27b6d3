/** The mathematics of post-training: advantages, branches, divergences, stochastic steps and their ratios. Runs where PyTorch is installed. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** A python with the packages of training/requirements.txt. */
const PYTHON = process.env.PALIMPSEST_PYTHON ?? 'python3';

const isInstalled =
  spawnSync(PYTHON, ['-c', 'import torch, transformers, diffusers, tokenizers']).status === 0;
if (!isInstalled) console.info(`The mathematics of post-training is not tested: ${PYTHON} has no PyTorch`);

test.skipIf(!isInstalled)('the formulas of post-training hold', { timeout: 300_000 }, () => {
  const ran = spawnSync(PYTHON, ['-m', 'unittest', 'training.post.test_mathematics'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(ran.stderr).toMatch(/Ran 2\d tests[\s\S]*\nOK/);
  expect(ran.status).toBe(0);
});
