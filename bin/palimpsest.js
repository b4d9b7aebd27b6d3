#!/usr/bin/env node
// Starts cli.ts with the Node that this package brings, whatever Node the machine has.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const node = createRequire(import.meta.url).resolve('node/bin/node');
const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
const { status, signal } = spawnSync(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
if (signal === 'SIGKILL')
  console.error(
    'palimpsest: the system ended the program (SIGKILL), most likely because the memory did not suffice. Say with --memory how much it may take, or take fewer bits (--precision int8 or int4), a smaller picture, or a machine with more memory; palimpsest doctor says what is needed.',
  );
else if (signal) console.error(`palimpsest: the program was ended by ${signal}.`);
process.exit(signal ? 1 : status);
