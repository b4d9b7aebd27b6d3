/**
 * `npm test`: builds the page when there is none, runs every test, and closes with one line: N passed, N failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isBuildFresh } from '../server/http/pages/page-build.ts';

const ROOT = resolve(import.meta.dirname, '..');
const run = (script: string, args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, stdio: 'inherit' }).status;

if (!isBuildFresh(ROOT) && run('node_modules/next/dist/bin/next', ['build']) !== 0) {
  console.error('The page could not be built; see above.');
  process.exit(1);
}

const report = join(mkdtempSync(join(tmpdir(), 'palimpsest-tests-')), 'report.json');
const status = run('node_modules/vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = JSON.parse(
  readFileSync(report, 'utf8'),
) as {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  numPendingTests: number;
};
const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
console.log(
  `${numPassedTests} passed, ${Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0)} failed${skipped}`,
);
process.exitCode = status === 0 ? 0 : 1;
