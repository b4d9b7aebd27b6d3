/**
 * `npm run attack -- [--json] [--seed N] [--inputs N] [--sockets N] [--kills N] [--faults all|none|NAME,…]`: a studio is attacked
 * from seeds in every way that its promises speak of, and what was found is printed. Exit code 1 where a promise was broken.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attack } from './attack.ts';
import { FAULTS } from './faults.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string', default: '100000' },
    sockets: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '100' },
    faults: { type: 'string', default: 'all' },
  },
});
const named =
  values.faults === 'none' ? [] : values.faults === 'all' ? Object.keys(FAULTS) : values.faults.split(',');
const room = mkdtempSync(join(tmpdir(), 'palimpsest-attack-'));
try {
  const { findings, unplayed } = await attack(join(room, 'data'), {
    seed: Number(values.seed),
    inputs: Number(values.inputs),
    sockets: Number(values.sockets),
    kills: Number(values.kills),
    faults: named,
    tell: values.json ? () => {} : (line) => console.log(line),
  });
  for (const [fault, why] of unplayed) console.error(`not played: ${fault} (${why})`);
  if (values.json) console.log(JSON.stringify(findings));
  else for (const [name, value] of Object.entries(findings)) console.log(`${name.padEnd(14)} ${value}`);
  const { inputs: _, maxStallMs: __, maxServerMb: ___, maxEngineMb: ____, ...broken } = findings;
  process.exitCode = Object.values(broken).some((count) => count > 0) ? 1 : 0;
} finally {
  rmSync(room, { recursive: true, force: true });
}
