/** The commands that work on a data folder look at one that is there, and make none. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runDataCommand } from '../../command/data-commands.ts';
import { freshFolders } from './harness.ts';

test.each([
  ['fsck', []],
  ['export', ['a session']],
])('%s of a folder without data says how to name another, and leaves none behind', async (command, what) => {
  const { dataDir } = freshFolders();
  const run = runDataCommand(command, what, { data: dataDir, output: `${dataDir}.palimpsest` });
  await expect(run).rejects.toThrow(/no data of Palimpsest in .*--data/);
  expect(existsSync(dataDir)).toBe(false);
});
