/** The whole training chain in tiny: every stage, resumed, assembled, and a picture drawn. Needs PyTorch: `PALIMPSEST_PYTHON` names its python. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PYTHON = process.env.PALIMPSEST_PYTHON;

test.skipIf(!PYTHON)(
  'every stage of training runs, goes on, and ends in a folder that draws',
  { timeout: 600_000 },
  () => {
    const ran = spawnSync(PYTHON!, ['-m', 'training.smoke'], {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    });
    expect(ran.stderr.includes('Traceback') ? ran.stderr : '').toBe('');
    expect(ran.status).toBe(0);
  },
);
