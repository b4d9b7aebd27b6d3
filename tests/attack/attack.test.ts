/** A small part of `npm run attack`: hostile requests, sockets that break off, and two kills break no promise. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolders } from '../server/harness.ts';
import { attack } from './attack.ts';

test('three hundred hostile requests, thirty sockets and two kills find nothing', {
  timeout: 600_000,
}, async () => {
  const { findings } = await attack(join(freshFolders().dataDir, 'studio'), {
    ...{ seed: Number(process.env.TEST_SEED ?? 7) >>> 0, inputs: 300, sockets: 30, kills: 2 },
    ...{ faults: [], tell: () => {} },
  });
  const { inputs, maxStallMs: _, maxServerMb, maxEngineMb: __, ...broken } = findings;
  expect(inputs).toBeGreaterThanOrEqual(300);
  expect(maxServerMb).toBeLessThan(700);
  expect(broken).toEqual({
    ...{ crashes: 0, hangs: 0, serverErrors: 0, leaks: 0 },
    ...{ lostEvents: 0, doubledEvents: 0, lostPictures: 0, wrongBytes: 0 },
  });
});
