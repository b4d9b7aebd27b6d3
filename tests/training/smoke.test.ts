/** The whole training chain in tiny: every stage, resumed, assembled, and a picture drawn. Runs where PyTorch and the artwork are installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** A python with the packages of training/requirements.txt. */
const PYTHON = process.env.PALIMPSEST_PYTHON ?? 'python3';

/** What the smoke test lacks on this machine, or null. */
function lacking(): string | null {
  if (spawnSync(PYTHON, ['-c', 'import torch, transformers, diffusers, tokenizers']).status !== 0) {
    return `${PYTHON} has no PyTorch: set PALIMPSEST_PYTHON to one that has training/requirements.txt`;
  }
  if (!existsSync(join(ROOT, 'training/art/node_modules'))) {
    return 'the artwork is missing: npm --prefix training/art ci';
  }
  return null;
}

const reason = lacking();
if (reason) console.info(`The smoke test of the training is skipped: ${reason}`);

test.skipIf(reason !== null)(
  `every stage of training runs, goes on, and ends in a folder that draws${reason ? ` (skipped: ${reason})` : ''}`,
  { timeout: 900_000 },
  () => {
    const ran = spawnSync(PYTHON, ['-m', 'training.smoke'], { cwd: ROOT, encoding: 'utf8' });
    expect(ran.stderr.includes('Traceback') ? ran.stderr : '').toBe('');
    expect(ran.status).toBe(0);
  },
);
