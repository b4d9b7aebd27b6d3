/**
 * `npm run parity -- CHECKPOINT_DIR GOLDENS_DIR [--device cpu|webgpu] [--only PATTERN]`
 * Runs every case of a goldens folder and prints a table; exits with 0 only if all hold.
 */
import { parseArgs } from 'node:util';
import type { Device } from '../../kernels/index.ts';
import { runnerFor } from './cases.ts';
import { type Check, failed } from './check.ts';
import { ParityContext } from './context.ts';

/** Faster, less exact kernels get ten times the tolerance; see the README of the fixtures. */
const SLACK: Record<Device, number> = { cpu: 1, webgpu: 10, cuda: 10 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { device: { type: 'string', default: 'cpu' }, only: { type: 'string' } },
});
const [checkpointDir, goldensDir] = positionals;
if (!checkpointDir || !goldensDir) {
  console.error('Usage: npm run parity -- CHECKPOINT_DIR GOLDENS_DIR [--device cpu|webgpu] [--only PATTERN]');
  process.exit(2);
}

const device = values.device as Device;
const context = new ParityContext(checkpointDir, goldensDir, { device, slack: SLACK[device] });
const selected = context.goldens.cases.filter(
  ({ name }) => !values.only || new RegExp(values.only).test(name),
);

const number = (value: number) => (Number.isNaN(value) ? '-' : value === 0 ? '0' : value.toExponential(1));
const row = (cells: string[]) =>
  cells.map((cell, i) => (i < 2 ? cell.padEnd(i === 0 ? 28 : 24) : cell.padStart(10))).join(' ');

/** The check that came closest to failing, or failed worst. */
const worst = (checks: Check[]): Check =>
  checks.reduce((a, b) =>
    a.pass !== b.pass ? (a.pass ? b : a) : b.maxAbs / b.tolerance > a.maxAbs / a.tolerance ? b : a,
  );

let failures = 0;
let measurements = 0;
console.log(row(['case', 'worst output', 'max abs', 'max rel', 'cosine', 'index', 'tolerance', 'verdict']));
for (const entry of selected) {
  const runner = runnerFor(entry.name, entry.kind);
  if (!runner) {
    measurements++;
    console.log(row([entry.name, '(a measurement)', '-', '-', '-', '-', '-', 'not run']));
    continue;
  }
  const checks = await runner(context, entry).catch((error: Error) => [
    failed('(threw)', error.stack ?? String(error)),
  ]);
  const shown = checks.every(({ pass }) => pass) ? [worst(checks)] : checks.filter(({ pass }) => !pass);
  if (shown.some(({ pass }) => !pass)) failures++;
  for (const check of shown) {
    const { output, maxAbs, maxRel, cosine, worstIndex, tolerance, pass, reason } = check;
    console.log(
      row([
        entry.name,
        output,
        number(maxAbs),
        number(maxRel),
        cosine.toFixed(7),
        String(worstIndex),
        number(tolerance),
        pass ? 'ok' : 'FAILED',
      ]),
    );
    if (reason) console.log(`    ${reason}`);
  }
}
await context.dispose();
console.log(`\n${selected.length - failures - measurements} passed, ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;
